import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import type { Cycle } from '../../../money/calendar.ts';
import { exponentOf } from '../../../money/currency.ts';
import { discountLines, type DiscountableLine } from '../../../money/discount-lines.ts';
import { amountOf, pricingIn } from '../../../money/pricing.ts';
import { renderPlan } from '../../../catalogue/plan.ts';
import {
  findPrice,
  renderPrice,
  requireActivePrice,
  type PriceRow,
} from '../../../catalogue/price.ts';
import { findProduct } from '../../../catalogue/product.ts';
import { getDiscount } from '../../../catalogue/discounts/discount.ts';
import type { PriceDataParams } from '../params.ts';
import { activeDiscounts, discountsOf } from './discounts.ts';
import { priceFromData } from '../inline-prices.ts';
import type { SubscriptionItemRow, SubscriptionRow } from '../rows.ts';

type Recurrence = NonNullable<PriceRow['recurring']>;

function recurring(price: PriceRow): Recurrence {
  if (price.recurring !== null) return price.recurring;
  throw invalid(
    `The price specified is set to \`type=one_time\` but this field only accepts prices with ` +
      '`type=recurring`.',
    { param: 'items' },
  );
}

/** A price by its id, as the plan that it was once, or by what it is to be. */
export interface PriceSaid {
  readonly plan?: string | undefined;
  readonly price?: string | undefined;
  readonly price_data?: PriceDataParams | undefined;
}

/** The price that an item is said to have, or `undefined` where none is said. */
export function priceSaid(tx: Tx, said: PriceSaid, param: string): string | undefined {
  const { price = said.plan, price_data: data } = said;
  if (price !== undefined && data !== undefined) {
    throw invalid(`You may only specify one of these parameters: ${param}[price], price_data.`, {
      param,
    });
  }
  if (data !== undefined) return priceFromData(tx, data, `${param}[price_data]`).id;
  if (price === undefined) return undefined;
  const row = requireActivePrice(tx, price, `${param}[price]`);
  recurring(row);
  return row.id;
}

/** How often a price is billed. */
export function recurrenceOf(tx: Tx, price: string): Cycle {
  const { interval, intervalCount } = recurring(findPrice(tx, price));
  return { interval, count: intervalCount };
}

export function isMetered(tx: Tx, price: string): boolean {
  return recurring(findPrice(tx, price)).usageType === 'metered';
}

export function currencyOf(tx: Tx, price: string): string {
  return findPrice(tx, price).currency;
}

export function trialDaysOf(tx: Tx, price: string): number {
  return recurring(findPrice(tx, price)).trialPeriodDays ?? 0;
}

/** What an item costs for a whole period, before discounts; metered usage costs nothing here. */
export function amountOfItem(tx: Tx, item: SubscriptionItemRow, currency: string): number {
  return item.quantity === null ? 0 : amountOf(findPrice(tx, item.price), item.quantity, currency);
}

/** Refuses a price that has no amount in a currency. */
export function requireCurrency(
  tx: Tx,
  price: string,
  { currency, param }: { readonly currency: string; readonly param: string },
): void {
  const row = findPrice(tx, price);
  if (pricingIn(row, currency) !== undefined) return;
  throw invalid(
    `The price specified only supports \`${row.currency}\`. This doesn't match the expected ` +
      `currency: \`${currency}\`.`,
    { param },
  );
}

/** The product's name, and how a line for a period names it: `2 × Gold (at $10.00 / month)`. */
export function nameOfItem(
  tx: Tx,
  item: SubscriptionItemRow,
  currency: string,
): { readonly product: string; readonly line: string } {
  const price = findPrice(tx, item.price);
  const product = findProduct(tx, price.product).name;
  return { product, line: `${item.quantity ?? 0} × ${product} (${cost(price, currency)})` };
}

function cost(price: PriceRow, currency: string): string {
  const { interval, intervalCount } = recurring(price);
  const every = intervalCount === 1 ? interval : `${intervalCount} ${interval}s`;
  if (price.pricing.scheme === 'tiered') return `tiered / ${every}`;
  return `at ${amountName(amountOf(price, 1, currency), currency)} / ${every}`;
}

export function renderPriceOf(tx: Tx, price: string): Stripe.Price {
  return renderPrice(findPrice(tx, price));
}

export function renderPlanOf(tx: Tx, price: string): Stripe.Plan {
  return renderPlan(findPrice(tx, price));
}

/** `10.00 USD`: an amount as a line names it. */
function amountName(amount: number, currency: string): string {
  const exponent = exponentOf(currency);
  const digits = String(amount).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = exponent === 0 ? '' : `.${digits.slice(-exponent)}`;
  return currency === 'usd'
    ? `$${whole}${fraction}`
    : `${whole}${fraction} ${currency.toUpperCase()}`;
}

/** What each item costs for a whole period, after the discounts that hold at an instant. */
export function netAmounts(tx: Tx, row: SubscriptionRow, at: number): number[] {
  const { currency } = row;
  const own = row.items.map((item) => {
    const amount = amountOfItem(tx, item, currency);
    const productId = findPrice(tx, item.price).product;
    const line = { amount, productId, isDiscountable: true };
    return { ...line, amount: amount - off(tx, [line], { ids: item.discounts, at, currency })[0]! };
  });
  const offs = off(tx, own, { ids: discountsOf(tx, row, at), at, currency });
  return own.map(({ amount }, index) => amount - offs[index]!);
}

/** What discounts take off each of some lines. */
function off(
  tx: Tx,
  lines: readonly DiscountableLine[],
  { ids, at, currency }: { ids: readonly string[]; at: number; currency: string },
): number[] {
  const discounts = activeDiscounts(tx, ids, at).map((id) => getDiscount(tx, id));
  return discountLines(lines, discounts, currency).map((parts) =>
    parts.reduce((sum, { amount }) => sum + amount, 0),
  );
}
