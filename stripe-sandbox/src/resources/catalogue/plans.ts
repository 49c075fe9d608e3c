import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  boolean,
  emptyable,
  integer,
  mergeMetadata,
  metadata,
  missingParam,
  oneOf,
  optional,
  paramsOf,
  text,
  textOr,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { amountSpec, currencyCode, decimalAmountSpec } from '../../money/parameters.ts';
import { identifierSpec } from '../../catalogue/identifiers.ts';
import { renderPlan } from '../../catalogue/plan.ts';
import { newPrice } from '../../catalogue/price-making.ts';
import { tiersSpec, transformSpec } from '../../catalogue/price-parameters.ts';
import {
  addPrice,
  changePrice,
  prices,
  removePrice,
  type PriceRow,
} from '../../catalogue/price.ts';
import { newProductOf, productDataSpec } from '../../catalogue/product-parameters.ts';
import { addProduct, getProduct } from '../../catalogue/product.ts';

/** A recurring price by its old name, which may be deleted; one that is paid once is no plan. */
function findPlan(tx: Tx, id: string, param?: string): PriceRow {
  const price = tx.find(prices, id);
  if (price === undefined || price.recurring === null) throw missing('plan', id, param);
  return price;
}

function getPlan(tx: Tx, id: string): PriceRow {
  const plan = findPlan(tx, id);
  if (plan.isDeleted) throw missing('plan', id);
  return plan;
}

const createSpecs = paramsOf<Stripe.PlanCreateParams>()({
  active: optional(boolean),
  amount: optional(amountSpec),
  amount_decimal: optional(decimalAmountSpec),
  billing_scheme: optional(oneOf('per_unit', 'tiered')),
  currency: currencyCode,
  id: optional(identifierSpec),
  interval: oneOf('day', 'week', 'month', 'year'),
  interval_count: optional(integer({ least: 1 })),
  metadata,
  meter: optional(text()),
  nickname: optional(text()),
  product: optional(textOr(text(), productDataSpec)),
  tiers: optional(tiersSpec),
  tiers_mode: optional(oneOf('graduated', 'volume')),
  transform_usage: transformSpec,
  trial_period_days: optional(integer({ least: 1, most: 730 })),
  usage_type: optional(oneOf('licensed', 'metered')),
});

type CreateParams = Params<typeof createSpecs>;

function create(tx: Tx, said: CreateParams): PriceRow {
  const { interval, interval_count, meter, trial_period_days, usage_type } = said;
  const asPrice = {
    ...said,
    currency_options: undefined,
    custom_unit_amount: undefined,
    lookup_key: undefined,
    recurring: { interval, interval_count, meter, trial_period_days, usage_type },
    tax_behavior: undefined,
    transfer_lookup_key: undefined,
    transform_quantity: said.transform_usage,
    unit_amount: said.amount,
    unit_amount_decimal: said.amount_decimal,
  };
  const taken = said.id === undefined ? undefined : tx.find(prices, said.id);
  if (taken !== undefined) {
    throw invalid('Plan already exists.', { code: 'resource_already_exists', param: 'id' });
  }
  const product = productOf(tx, said.product);
  return addPrice(tx, newPrice(tx, asPrice, { product, id: said.id ?? tx.newId('plan') }));
}

function productOf(tx: Tx, said: CreateParams['product']): string {
  if (said === undefined) throw missingParam('product');
  if (typeof said === 'string') return getProduct(tx, said, 'product').id;
  return addProduct(tx, newProductOf(said)).id;
}

const updateSpecs = paramsOf<Stripe.PlanUpdateParams>()({
  active: optional(boolean),
  metadata,
  nickname: emptyable(text()),
  product: optional(text()),
  trial_period_days: emptyable(integer({ least: 1, most: 730 })),
});

function update(tx: Tx, id: string, said: Params<typeof updateSpecs>): PriceRow {
  const plan = getPlan(tx, id);
  const { trial_period_days: trialDays } = said;
  return changePrice(tx, {
    ...plan,
    isActive: said.active ?? plan.isActive,
    metadata: mergeMetadata(plan.metadata, said.metadata),
    nickname: said.nickname === undefined ? plan.nickname : said.nickname,
    product: said.product === undefined ? plan.product : getProduct(tx, said.product, 'product').id,
    recurring: plan.recurring && {
      ...plan.recurring,
      trialPeriodDays: trialDays === undefined ? plan.recurring.trialPeriodDays : trialDays,
    },
  });
}

function remove(tx: Tx, id: string): Stripe.DeletedPlan {
  removePrice(tx, getPlan(tx, id));
  return { id, object: 'plan', deleted: true };
}

const listSpecs = paramsOf<Stripe.PlanListParams>()({
  ...pageSpecs,
  active: optional(boolean),
  created: instantRange,
  product: optional(text()),
});

function listPlans(tx: Tx, said: Params<typeof listSpecs>): ListObject<Stripe.Plan> {
  const { active, created, product } = said;
  return pageOf(rowsOf(tx, prices, findPlan, narrowestKey({ product })), said, {
    url: all,
    render: renderPlan,
    passes: (price) =>
      price.recurring !== null &&
      !price.isDeleted &&
      isWithin(price.created, created) &&
      isAsked(active, price.isActive),
  });
}

const all = '/v1/plans';
const one = `${all}/{plan}`;

export const planRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderPlan(create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listPlans(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderPlan(getPlan(tx, ids['plan']!))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderPlan(update(tx, ids['plan']!, params)),
  ),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['plan']!)),
];
