import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  instantRange,
  isWithin,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  decimal,
  emptyable,
  hash,
  integer,
  list,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  timestamp,
  type Params,
  type Spec,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { parseDecimal, plainDecimal } from '../../money/decimal.ts';
import type { DiscountTerms } from '../../money/discount-lines.ts';
import {
  byCurrency,
  currencyCode,
  positiveAmountSpec,
  requireGranule,
} from '../../money/parameters.ts';
import {
  changeCoupon,
  coupons,
  findCoupon,
  getCoupon,
  renderCoupon,
  type CouponRow,
} from '../../catalogue/discounts/coupon.ts';
import { identifierSpec, requireNearFuture } from '../../catalogue/identifiers.ts';
import { getProduct } from '../../catalogue/product.ts';
import { emit } from '../../events/event.ts';

/** A percentage with up to two decimals, as a decimal text. */
const percentSpec: Spec<string> = {
  read(value, name) {
    const percent = plainDecimal(decimal(12).read(value, name));
    const { units, decimals } = parseDecimal(percent);
    const scale = 10n ** BigInt(decimals);
    if (units * 100n < scale) {
      const message = 'This value must be greater than or equal to 0.01';
      throw invalid(`${message} (it currently is '${percent}').`, { param: name });
    }
    if (units > 100n * scale) {
      const message = 'This value must be less than or equal to 100';
      throw invalid(`${message} (it currently is '${percent}').`, { param: name });
    }
    return percent;
  },
};

const currencyOptionsSpec = byCurrency(hash({ amount_off: positiveAmountSpec }));

const createSpecs = paramsOf<Stripe.CouponCreateParams>()({
  amount_off: optional(positiveAmountSpec),
  applies_to: optional(hash({ products: optional(list(text(), 100)) })),
  currency: optional(currencyCode),
  currency_options: currencyOptionsSpec,
  duration: optional(oneOf('forever', 'once', 'repeating')),
  duration_in_months: optional(integer({ least: 1, most: 1200 })),
  id: optional(identifierSpec),
  max_redemptions: optional(integer({ least: 1 })),
  metadata,
  name: emptyable(text(40)),
  percent_off: optional(percentSpec),
  redeem_by: optional(timestamp),
});

type CreateParams = Params<typeof createSpecs>;

function termsOf(tx: Tx, said: CreateParams): DiscountTerms {
  const { amount_off: amountOff, percent_off: percentOff, currency } = said;
  const products = said.applies_to?.products ?? null;
  for (const [index, id] of (products ?? []).entries()) {
    getProduct(tx, id, `applies_to[products][${index}]`);
  }
  if (amountOff === undefined && percentOff === undefined) {
    const message = 'Must provide percent_off or amount_off.';
    throw invalid(message, { code: 'parameter_missing' });
  }
  if (amountOff !== undefined && percentOff !== undefined) {
    throw invalid('Received both percent_off and amount_off parameters. Please pass in only one.');
  }
  if (amountOff === undefined) {
    if (said.currency_options !== undefined) {
      const message =
        'You may only specify one of these parameters: currency_options, percent_off.';
      throw invalid(message, { param: 'currency_options' });
    }
    const nothingOff = { amountOff: null, currency: null, currencyOptions: {} };
    return { ...nothingOff, percentOff: percentOff ?? null, products };
  }
  if (currency === undefined) {
    throw invalid('You must pass currency when passing amount_off', { param: 'currency' });
  }
  requireGranule(amountOff, currency, 'amount_off');
  const currencyOptions = amountsOf(said.currency_options);
  return { percentOff: null, amountOff, currency, currencyOptions, products };
}

function amountsOf(said: CreateParams['currency_options']): Record<string, number> {
  const entries = Object.entries(said ?? {}).map(([currency, option]): [string, number] => {
    requireGranule(option.amount_off, currency, `currency_options[${currency}][amount_off]`);
    return [currency, option.amount_off];
  });
  return Object.fromEntries(entries);
}

/** Only a repeating coupon lasts a number of months. */
function monthsOf({ duration, duration_in_months: months }: CreateParams): number | null {
  if (duration === 'repeating') {
    if (months !== undefined) return months;
    const message =
      'The duration_in_months param must be set when creating a coupon with a repeating duration';
    throw invalid(message, { param: 'duration' });
  }
  if (months === undefined) return null;
  const message = 'The duration_in_months param can only be set when duration is repeating';
  throw invalid(message, { param: 'duration_in_months' });
}

/** The id that was asked for, which one that was deleted leaves free, or one that is drawn. */
function idOf(tx: Tx, said: string | undefined): string {
  if (said === undefined) return tx.newId('coupon', 8).slice('coupon_'.length);
  const taken = tx.find(coupons, said);
  if (taken === undefined) return said;
  if (!taken.isDeleted) {
    throw invalid('Coupon already exists.', { code: 'resource_already_exists' });
  }
  // Taken away first, so that lists have it where it is made anew.
  tx.remove(coupons, said);
  return said;
}

function create(tx: Tx, said: CreateParams): CouponRow {
  const now = tx.sandboxNow;
  const terms = termsOf(tx, said);
  const durationInMonths = monthsOf(said);
  requireNearFuture(said.redeem_by, { now, param: 'redeem_by' });
  const coupon = tx.put(coupons, {
    id: idOf(tx, said.id),
    created: now,
    isDeleted: false,
    name: said.name ?? null,
    metadata: mergeMetadata({}, said.metadata),
    terms,
    duration: said.duration ?? 'once',
    durationInMonths,
    maxRedemptions: said.max_redemptions ?? null,
    redeemBy: said.redeem_by ?? null,
    timesRedeemed: 0,
  });
  emit(tx, { type: 'coupon.created', object: renderCoupon(coupon, now), now });
  return coupon;
}

const updateSpecs = paramsOf<Stripe.CouponUpdateParams>()({
  currency_options: currencyOptionsSpec,
  metadata,
  name: emptyable(text(40)),
});

function update(tx: Tx, id: string, said: Params<typeof updateSpecs>): CouponRow {
  const coupon = getCoupon(tx, id);
  if (said.currency_options !== undefined && coupon.terms.amountOff === null) {
    const message = 'You can only pass currency_options for a coupon with an amount_off.';
    throw invalid(message, { param: 'currency_options' });
  }
  const amounts = amountsOf(said.currency_options);
  const currencyOptions = { ...coupon.terms.currencyOptions, ...amounts };
  return changeCoupon(tx, {
    ...coupon,
    name: said.name === undefined ? coupon.name : said.name,
    metadata: mergeMetadata(coupon.metadata, said.metadata),
    terms: { ...coupon.terms, currencyOptions },
  });
}

/** Nobody can redeem it any more; discounts that were made from it go on. */
function remove(tx: Tx, id: string): Stripe.DeletedCoupon {
  const now = tx.sandboxNow;
  const gone = tx.put(coupons, { ...getCoupon(tx, id), isDeleted: true });
  emit(tx, { type: 'coupon.deleted', object: renderCoupon(gone, now), now });
  return { id, object: 'coupon', deleted: true };
}

const listSpecs = paramsOf<Stripe.CouponListParams>()({ ...pageSpecs, created: instantRange });

function listCoupons(tx: Tx, said: Params<typeof listSpecs>): ListObject<Stripe.Coupon> {
  return pageOf(rowsOf(tx, coupons, findCoupon), said, {
    url: all,
    render: (coupon) => renderCoupon(coupon, tx.sandboxNow),
    passes: (coupon) => !coupon.isDeleted && isWithin(coupon.created, said.created),
  });
}

const all = '/v1/coupons';
const one = `${all}/{coupon}`;

export const couponRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) =>
    renderCoupon(create(tx, params), tx.sandboxNow),
  ),
  route('GET', all, listSpecs, (tx, { params }) => listCoupons(tx, params)),
  route('GET', one, {}, (tx, { ids }) =>
    renderCoupon(getCoupon(tx, ids['coupon']!), tx.sandboxNow),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderCoupon(update(tx, ids['coupon']!, params), tx.sandboxNow),
  ),
  route('DELETE', one, {}, (tx, { ids }) => remove(tx, ids['coupon']!)),
];
