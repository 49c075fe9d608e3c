import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing } from '../http/errors.ts';
import { onTheWire, wholeOf } from '../money/decimal.ts';
import type { Pricing, Tier } from '../money/pricing.ts';
import { emit } from '../events/event.ts';
import { renderPlan } from './plan.ts';
import type { PriceRow } from './price-row.ts';

export type { CurrencyOption, PriceRow, TaxBehavior } from './price-row.ts';

export const prices = collection<PriceRow>('prices', {
  product: (price) => price.product,
  lookupKey: (price) => price.lookupKey,
});

/** The price, which may be deleted. */
export function findPrice(tx: Tx, id: string, param?: string): PriceRow {
  const price = tx.find(prices, id);
  if (price === undefined) throw missing('price', id, param);
  return price;
}

/** A price that there is; whether it can be bought, `requireActivePrice` says. */
export function getPrice(tx: Tx, id: string, param?: string): PriceRow {
  const price = findPrice(tx, id, param);
  if (price.isDeleted) throw missing('price', id, param);
  return price;
}

/** A price that can be bought anew. */
export function requireActivePrice(tx: Tx, id: string, param?: string): PriceRow {
  const price = getPrice(tx, id, param);
  if (price.isActive) return price;
  const message = 'The price specified is inactive. This field only accepts active prices.';
  throw invalid(message, param === undefined ? {} : { param });
}

export function renderPrice(price: PriceRow): Stripe.Price {
  const { pricing, recurring, transformQuantity } = price;
  return {
    id: price.id,
    object: 'price',
    active: price.isActive,
    billing_scheme: pricing.scheme,
    created: price.created,
    currency: price.currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: price.lookupKey,
    metadata: price.metadata,
    nickname: price.nickname,
    product: price.product,
    recurring: recurring && {
      interval: recurring.interval,
      interval_count: recurring.intervalCount,
      meter: recurring.meter,
      trial_period_days: recurring.trialPeriodDays,
      usage_type: recurring.usageType,
    },
    tax_behavior: price.taxBehavior,
    tiers_mode: pricing.scheme === 'tiered' ? pricing.mode : null,
    transform_quantity: transformQuantity && {
      divide_by: transformQuantity.divideBy,
      round: transformQuantity.round,
    },
    type: recurring === null ? 'one_time' : 'recurring',
    ...unitAmounts(pricing),
  };
}

type UnitAmounts = Pick<Stripe.Price, 'unit_amount' | 'unit_amount_decimal'>;

/** A fraction of a cent shows in the decimal only. */
function unitAmounts(pricing: Pricing): UnitAmounts {
  if (pricing.scheme === 'tiered') return { unit_amount: null, unit_amount_decimal: null };
  const { unitAmount } = pricing;
  return { unit_amount: wholeOf(unitAmount), unit_amount_decimal: onTheWire(unitAmount) };
}

function renderTier({ flatAmount, unitAmount, upTo }: Tier): Stripe.Price.Tier {
  return {
    flat_amount: flatAmount === null ? null : wholeOf(flatAmount),
    flat_amount_decimal: flatAmount === null ? null : onTheWire(flatAmount),
    unit_amount: unitAmount === null ? null : wholeOf(unitAmount),
    unit_amount_decimal: unitAmount === null ? null : onTheWire(unitAmount),
    up_to: upTo,
  };
}

/** What `tiers` shows when it is asked for; nothing where a price has none. */
export function renderTiers(pricing: Pricing): Stripe.Price.Tier[] | undefined {
  return pricing.scheme === 'tiered' ? pricing.tiers.map(renderTier) : undefined;
}

/** What `currency_options` shows when asked for: the price's own currency among the others. */
export function renderCurrencyOptions(
  price: PriceRow,
): Record<string, Stripe.Price.CurrencyOptions> {
  const { currency, pricing, taxBehavior, currencyOptions } = price;
  const all = { [currency]: { pricing, taxBehavior }, ...currencyOptions };
  return Object.fromEntries(
    Object.entries(all).map(([code, option]): [string, Stripe.Price.CurrencyOptions] => {
      const tiers = renderTiers(option.pricing);
      return [
        code,
        {
          custom_unit_amount: null,
          tax_behavior: option.taxBehavior,
          ...unitAmounts(option.pricing),
          ...(tiers === undefined ? {} : { tiers }),
        },
      ];
    }),
  );
}

/** Keeps a new price and tells of it; of a recurring one also as the plan that it is. */
export function addPrice(tx: Tx, price: PriceRow): PriceRow {
  tx.put(prices, price);
  tell(tx, 'created', price);
  return price;
}

/** Puts a price in the place of what it was, and tells so where anything shows. */
export function changePrice(tx: Tx, price: PriceRow): PriceRow {
  const before = getPrice(tx, price.id);
  tx.put(prices, price);
  tell(tx, 'updated', price, before);
  return price;
}

export function removePrice(tx: Tx, price: PriceRow): void {
  const gone = { ...price, isActive: false };
  tx.put(prices, { ...gone, isDeleted: true, lookupKey: null });
  tell(tx, 'deleted', gone);
}

type Deed = 'created' | 'updated' | 'deleted';

function tell(tx: Tx, deed: Deed, price: PriceRow, before?: PriceRow): void {
  const now = tx.sandboxNow;
  const views = [
    ['price', renderPrice],
    ['plan', renderPlan],
  ] as const;
  for (const [object, render] of views) {
    if (object === 'plan' && price.recurring === null) continue;
    const was = before && render(before);
    const is = render(price);
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    const news = { type: `${object}.${deed}` as const, object: is, now };
    emit(tx, was === undefined ? news : { ...news, before: was });
  }
}

/** Makes a lookup key free for a price, which may be about to be made. */
export function claimLookupKey(
  tx: Tx,
  key: string,
  { owner, transfers }: { readonly owner: string; readonly transfers: boolean },
): void {
  const holder = tx.by(prices, 'lookupKey', key).find(({ id }) => id !== owner);
  if (holder === undefined) return;
  if (!transfers) {
    const message = `A price (\`${holder.id}\`) already uses that lookup key.`;
    throw invalid(message, { param: 'lookup_key' });
  }
  changePrice(tx, { ...holder, lookupKey: null });
}
