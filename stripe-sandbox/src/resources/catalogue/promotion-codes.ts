import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
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
  hash,
  integer,
  mergeMetadata,
  metadata,
  missingParam,
  oneOf,
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import {
  byCurrency,
  currencyCode,
  positiveAmountSpec,
  requireGranule,
} from '../../money/parameters.ts';
import { findCoupon, requireCoupon, type CouponRow } from '../../catalogue/discounts/coupon.ts';
import { identifierSpec, requireNearFuture } from '../../catalogue/identifiers.ts';
import {
  codeKey,
  getPromotionCode,
  isPromotionCodeActive,
  promotionCodes,
  renderPromotionCode,
  type MinimumAmount,
  type PromotionCodeRow,
} from '../../catalogue/discounts/promotion-code.ts';
import { getCustomer } from '../../customers/customer.ts';
import { emit } from '../../events/event.ts';

const minimumsSpec = byCurrency(hash({ minimum_amount: optional(positiveAmountSpec) }));

const restrictionsSpec = hash({
  currency_options: minimumsSpec,
  first_time_transaction: optional(boolean),
  minimum_amount: optional(positiveAmountSpec),
  minimum_amount_currency: optional(currencyCode),
});

const createSpecs = {
  ...paramsOf<Stripe.PromotionCodeCreateParams>()({
    active: optional(boolean),
    code: optional(identifierSpec),
    customer: optional(text()),
    customer_account: unsupported,
    expires_at: optional(timestamp),
    max_redemptions: optional(integer({ least: 1 })),
    metadata,
    promotion: optional(hash({ coupon: optional(text()), type: oneOf('coupon') })),
    restrictions: optional(restrictionsSpec),
  }),
  // The name that `promotion` has in older versions, which the triggers of Stripe's CLI use.
  coupon: optional(text()),
} as const;

type CreateParams = Params<typeof createSpecs>;

function couponOf(tx: Tx, { promotion, coupon }: CreateParams): CouponRow {
  const now = tx.sandboxNow;
  if (promotion === undefined) {
    if (coupon === undefined) throw missingParam('promotion');
    return requireCoupon(tx, coupon, { now });
  }
  if (promotion.coupon !== undefined) {
    return requireCoupon(tx, promotion.coupon, { now, param: 'promotion[coupon]' });
  }
  const message = 'You must pass promotion.coupon when passing promotion';
  throw invalid(message, { param: 'promotion.coupon' });
}

/** A promotion code cannot give what its coupon no longer has. */
function requireWithinCoupon(said: CreateParams, coupon: CouponRow): void {
  const { expires_at: expiresAt, max_redemptions: most } = said;
  if (expiresAt !== undefined && coupon.redeemBy !== null && expiresAt > coupon.redeemBy) {
    const message = "`expires_at` cannot be after the coupon's `redeem_by`.";
    throw invalid(message, { param: 'expires_at' });
  }
  if (most !== undefined && coupon.maxRedemptions !== null && most > coupon.maxRedemptions) {
    const message = "`max_redemptions` cannot be greater than the coupon's `max_redemptions`.";
    throw invalid(message, { param: 'max_redemptions' });
  }
}

function minimumOf(said: CreateParams['restrictions']): MinimumAmount | null {
  const { minimum_amount: amount, minimum_amount_currency: currency } = said ?? {};
  if (amount === undefined && currency === undefined) {
    if (said?.currency_options === undefined) return null;
    throw missingParam('restrictions[minimum_amount]');
  }
  if (amount === undefined) throw missingParam('restrictions[minimum_amount]');
  if (currency === undefined) throw missingParam('restrictions[minimum_amount_currency]');
  requireGranule(amount, currency, 'restrictions[minimum_amount]');
  return { amount, currency, currencyOptions: minimumsOf(said?.currency_options, currency) };
}

function minimumsOf(
  said: ReturnType<typeof minimumsSpec.read>,
  ownCurrency: string,
): Record<string, number> {
  const options: Record<string, number> = {};
  for (const [currency, { minimum_amount: amount }] of Object.entries(said ?? {})) {
    const param = `restrictions[currency_options][${currency}]`;
    if (currency === ownCurrency) {
      const message = 'Each currency must be different from the `minimum_amount_currency`.';
      throw invalid(message, { param });
    }
    if (amount === undefined) throw missingParam(`${param}[minimum_amount]`);
    requireGranule(amount, currency, `${param}[minimum_amount]`);
    options[currency] = amount;
  }
  return options;
}

/** No customer may have two codes to choose from that read the same. */
function requireFree(tx: Tx, promotion: Pick<PromotionCodeRow, 'code' | 'customer' | 'id'>): void {
  const { code, customer, id } = promotion;
  const isTaken = tx
    .by(promotionCodes, 'code', codeKey(code))
    .filter((other) => other.id !== id && isPromotionCodeActive(tx, other, tx.sandboxNow))
    .some((other) => other.customer === customer || other.customer === null || customer === null);
  if (isTaken) throw invalid(`An active promotion code with \`code: ${code}\` already exists.`);
}

function drawCode(tx: Tx): string {
  return codeKey(tx.newId('code', 8).slice('code_'.length));
}

function create(tx: Tx, said: CreateParams): PromotionCodeRow {
  const now = tx.sandboxNow;
  const coupon = couponOf(tx, said);
  const customer = said.customer ?? null;
  if (customer !== null) getCustomer(tx, customer, 'customer');
  requireNearFuture(said.expires_at, { now, param: 'expires_at' });
  requireWithinCoupon(said, coupon);
  const promotion: PromotionCodeRow = {
    id: tx.newId('promo'),
    created: now,
    isActive: said.active ?? true,
    code: said.code ?? drawCode(tx),
    coupon: coupon.id,
    customer,
    expiresAt: said.expires_at ?? null,
    maxRedemptions: said.max_redemptions ?? null,
    metadata: mergeMetadata({}, said.metadata),
    isForFirstTransaction: said.restrictions?.first_time_transaction ?? false,
    minimum: minimumOf(said.restrictions),
    timesRedeemed: 0,
  };
  if (promotion.isActive) requireFree(tx, promotion);
  tx.put(promotionCodes, promotion);
  emit(tx, { type: 'promotion_code.created', object: renderPromotionCode(tx, promotion), now });
  return promotion;
}

const updateSpecs = paramsOf<Stripe.PromotionCodeUpdateParams>()({
  active: optional(boolean),
  metadata,
  restrictions: optional(hash({ currency_options: minimumsSpec })),
});

function update(tx: Tx, id: string, said: Params<typeof updateSpecs>): PromotionCodeRow {
  const known = getPromotionCode(tx, id);
  const before = renderPromotionCode(tx, known);
  const promotion: PromotionCodeRow = {
    ...known,
    isActive: said.active ?? known.isActive,
    metadata: mergeMetadata(known.metadata, said.metadata),
    minimum: minimumAfter(known.minimum, said.restrictions?.currency_options),
  };
  if (said.active === true && !known.isActive) requireReactivation(tx, promotion);
  tx.put(promotionCodes, promotion);
  const object = renderPromotionCode(tx, promotion);
  if (JSON.stringify(before) !== JSON.stringify(object)) {
    emit(tx, { type: 'promotion_code.updated', object, before, now: tx.sandboxNow });
  }
  return promotion;
}

function minimumAfter(
  known: MinimumAmount | null,
  said: ReturnType<typeof minimumsSpec.read>,
): MinimumAmount | null {
  if (said === undefined) return known;
  if (known === null) {
    const message =
      'A promotion code without a minimum amount has none in other currencies either.';
    throw invalid(message, { param: 'restrictions[currency_options]' });
  }
  const options = { ...known.currencyOptions, ...minimumsOf(said, known.currency) };
  return { ...known, currencyOptions: options };
}

function requireReactivation(tx: Tx, promotion: PromotionCodeRow): void {
  requireFree(tx, promotion);
  if (isPromotionCodeActive(tx, promotion, tx.sandboxNow)) return;
  const message =
    'This promotion code cannot be reactivated: it, or its coupon, can no longer be redeemed.';
  throw invalid(message, { param: 'active' });
}

const listSpecs = paramsOf<Stripe.PromotionCodeListParams>()({
  ...pageSpecs,
  active: optional(boolean),
  code: optional(text()),
  coupon: optional(text()),
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
});

type ListParams = Params<typeof listSpecs>;

function listPromotionCodes(tx: Tx, said: ListParams): ListObject<Stripe.PromotionCode> {
  const { active, code, coupon, customer, created } = said;
  if (coupon !== undefined) findCoupon(tx, coupon, 'coupon');
  if (customer !== undefined) getCustomer(tx, customer, 'customer');
  const codes = code === undefined ? undefined : codeKey(code);
  const key = narrowestKey({ code: codes, coupon });
  return pageOf(rowsOf(tx, promotionCodes, getPromotionCode, key), said, {
    url: all,
    render: (row) => renderPromotionCode(tx, row),
    passes: (row) =>
      isWithin(row.created, created) &&
      isAsked(coupon, row.coupon) &&
      isAsked(customer, row.customer) &&
      (active === undefined || active === isPromotionCodeActive(tx, row, tx.sandboxNow)),
  });
}

const all = '/v1/promotion_codes';
const one = `${all}/{promotion_code}`;

export const promotionCodeRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderPromotionCode(tx, create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listPromotionCodes(tx, params)),
  route('GET', one, {}, (tx, { ids }) =>
    renderPromotionCode(tx, getPromotionCode(tx, ids['promotion_code']!)),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderPromotionCode(tx, update(tx, ids['promotion_code']!, params)),
  ),
];
