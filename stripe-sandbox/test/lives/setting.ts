import Stripe from 'stripe';
import type { Random } from './random.ts';

/** What a life is lived with: a customer on a clock, prices of one interval, and coupons. */
export interface Setting {
  readonly clock: string;
  readonly customer: string;
  readonly currency: string;
  readonly intervalSeconds: number;
  readonly prices: readonly string[];
  /** Of another interval. */
  readonly longPrice: string;
  readonly coupons: readonly string[];
  /** The first pays; the second is attached, and declined when it is charged. */
  readonly paymentMethods: readonly [string, string];
}

const DAY = 86_400;
/** Ordinary days, the last of a month, and the days around a leap day. */
const STARTS = [1_700_000_000, 1_706_659_200, 1_709_164_800, 1_709_208_000, 1_735_603_200];

type Interval = Stripe.PriceCreateParams.Recurring['interval'];

const INTERVALS: readonly (readonly [Interval, number, number])[] = [
  ['month', 1, 28 * DAY],
  ['month', 1, 28 * DAY],
  ['month', 3, 89 * DAY],
  ['week', 2, 14 * DAY],
  ['year', 1, 365 * DAY],
  ['day', 10, 10 * DAY],
];

/** A price of one unit, in minor units, as decimal text: whole, or of parts of the smallest. */
function drawAmount(random: Random, currency: string): string {
  const scale = { jpy: 1, kwd: 100 }[currency] ?? 10;
  const whole = String(random.below(500) * scale + scale * 10);
  return currency === 'kwd' || !random.oneIn(5) ? whole : `${whole}.${random.below(99) + 1}`;
}

export async function settle(stripe: Stripe, random: Random): Promise<Setting> {
  const currency = random.pick(['usd', 'eur', 'jpy', 'kwd']);
  const [interval, count, intervalSeconds] = random.pick(INTERVALS);
  const start = random.pick(STARTS) + random.below(DAY);
  const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const { id: customer } = await stripe.customers.create({ test_clock: clock });
  const { id: product } = await stripe.products.create({ name: 'Plan' });
  const prices: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    const amount = drawAmount(random, currency);
    const price = await stripe.prices.create({
      currency,
      product,
      ...amountParams(amount),
      recurring: { interval, interval_count: count },
    });
    prices.push(price.id);
  }
  const { id: longPrice } = await stripe.prices.create({
    currency,
    product,
    unit_amount: 10 * (100 + random.below(5_000)),
    recurring: { interval: interval === 'year' ? 'month' : 'year' },
  });
  const coupons = await createCoupons(stripe, random, currency);
  const paymentMethods = await attachMethods(stripe, customer);
  return { clock, customer, currency, intervalSeconds, prices, longPrice, coupons, paymentMethods };
}

function amountParams(amount: string): Partial<Stripe.PriceCreateParams> {
  if (!amount.includes('.')) return { unit_amount: Number(amount) };
  return { unit_amount_decimal: Stripe.Decimal.from(amount) };
}

async function createCoupons(stripe: Stripe, random: Random, currency: string): Promise<string[]> {
  const off = 10 * (1 + random.below(200));
  const half = await stripe.coupons.create({ percent_off: 33.3, duration: 'once' });
  const amount = await stripe.coupons.create({
    amount_off: off,
    currency,
    duration: 'repeating',
    duration_in_months: 1 + random.below(6),
  });
  const forever = await stripe.coupons.create({ percent_off: 12.5, duration: 'forever' });
  return [half.id, amount.id, forever.id];
}

async function attachMethods(stripe: Stripe, customer: string): Promise<[string, string]> {
  const good = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: good.id },
  });
  return [good.id, failing.id];
}
