import Stripe from 'stripe';
import type { KindOf, Tally } from '../tally.ts';
import type { Random } from './random.ts';
import type { World } from './world.ts';

/** What a life is lived with: a customer on a clock, prices of one interval, and coupons. */
export interface Setting {
  readonly clock: string;
  readonly customer: string;
  readonly currency: string;
  readonly intervalSeconds: number;
  readonly prices: readonly string[];
  /** Of another interval. */
  readonly longPrice: string;
  /** For what is paid once, beside a subscription. */
  readonly oncePrice: string;
  readonly coupons: readonly string[];
  /** One that pays, one that is declined when it is charged, one that asks for its holder. */
  readonly paymentMethods: readonly [string, string, string];
}

const DAY = 86_400;
/** Ordinary days, the last of a month, and the days around a leap day. */
const STARTS = [1_700_000_000, 1_706_659_200, 1_709_164_800, 1_709_208_000, 1_735_603_200];

const CURRENCIES = [
  ['usd', '2'],
  ['eur', '2'],
  ['gbp', '2'],
  ['jpy', '0'],
  ['krw', '0'],
  ['kwd', '3'],
  ['bhd', '3'],
] as const;

type Decimals = (typeof CURRENCIES)[number][1];
type Interval = 'day' | 'month' | 'week' | 'year';

const INTERVALS: readonly (readonly [Interval, number, number])[] = [
  ['month', 1, 28 * DAY],
  ['month', 1, 28 * DAY],
  ['month', 3, 89 * DAY],
  ['week', 2, 14 * DAY],
  ['year', 1, 365 * DAY],
  ['day', 10, 10 * DAY],
];

/** What everything of a setting is made with. */
interface Making {
  readonly stripe: Stripe;
  readonly random: Random;
  readonly tally: Tally;
  readonly currency: string;
  readonly decimals: Decimals;
  readonly product: string;
}

export async function settle(
  world: World,
  { random, tally }: { readonly random: Random; readonly tally: Tally },
): Promise<Setting> {
  const { stripe } = world;
  const [currency, decimals] = random.pick(CURRENCIES);
  tally.add('decimals of the currency', decimals);
  const [interval, interval_count, intervalSeconds] = random.pick(INTERVALS);
  tally.add('interval', interval);
  const start = random.pick(STARTS) + random.below(DAY);
  const { id: clock } = await stripe.testHelpers.testClocks.create({ frozen_time: start });
  const { id: customer } = await stripe.customers.create({ test_clock: clock });
  const { id: product } = await stripe.products.create({ name: 'Plan' });
  const making: Making = { stripe, random, tally, currency, decimals, product };
  const prices: string[] = [];
  for (let index = 0; index < 3; index += 1) {
    prices.push(await createPrice(making, { interval, interval_count }));
  }
  const { id: longPrice } = await stripe.prices.create({
    currency,
    product,
    unit_amount: 10 * (100 + random.below(5_000)),
    recurring: { interval: interval === 'year' ? 'month' : 'year' },
  });
  const { id: oncePrice } = await stripe.prices.create({ currency, product, unit_amount: 1_230 });
  const coupons = await createCoupons(making);
  const paymentMethods = await attachMethods(stripe, customer);
  const dunningEnd = random.pick(['cancel', 'past_due', 'unpaid'] as const);
  tally.add('dunning ends with', dunningEnd);
  await world.control('/_sandbox/settings', { dunning_end: dunningEnd });
  return {
    clock,
    customer,
    currency,
    intervalSeconds,
    prices,
    longPrice,
    oncePrice,
    coupons,
    paymentMethods,
  };
}

/** A price of a unit: whole, of parts of the smallest coin, or less the more are taken. */
async function createPrice(
  making: Making,
  recurring: Stripe.PriceCreateParams.Recurring,
): Promise<string> {
  const { stripe, random, tally, currency, product } = making;
  if (!random.oneIn(6)) {
    const { id } = await stripe.prices.create({
      currency,
      product,
      recurring,
      ...drawAmount(making),
    });
    return id;
  }
  const tiers_mode = random.pick(['graduated', 'volume'] as const);
  tally.add('price', tiers_mode);
  const unit = 100 * (5 + random.below(50));
  const { id } = await stripe.prices.create({
    currency,
    product,
    recurring,
    billing_scheme: 'tiered',
    tiers_mode,
    tiers: [
      { up_to: 3, unit_amount: unit, flat_amount: 10 * random.below(100) },
      { up_to: 8, unit_amount: unit - 100 },
      { up_to: 'inf', unit_amount: unit - 200 },
    ],
  });
  return id;
}

/** In minor units; the last of three decimals is always 0. */
const SCALES = { 0: 1, 2: 10, 3: 100 } as const;

function drawAmount({ random, tally, decimals }: Making): Partial<Stripe.PriceCreateParams> {
  const scale = SCALES[decimals];
  const whole = random.below(500) * scale + scale * 10;
  const isWhole = decimals === '3' || !random.oneIn(5);
  tally.add('price', isWhole ? 'whole' : 'fractional');
  if (isWhole) return { unit_amount: whole };
  return { unit_amount_decimal: Stripe.Decimal.from(`${whole}.${random.below(99) + 1}`) };
}

async function createCoupons({ stripe, random, tally, currency }: Making): Promise<string[]> {
  const drawOff = (): number => 10 * (1 + random.below(200));
  const drawn: readonly (readonly [KindOf<'coupon'>, Stripe.CouponCreateParams])[] = [
    ['percent once', { percent_off: 33.3, duration: 'once' }],
    ['percent forever', { percent_off: random.pick([12.5, 50, 100]), duration: 'forever' }],
    ['amount once', { amount_off: drawOff(), currency, duration: 'once' }],
    [
      'amount repeating',
      {
        amount_off: drawOff(),
        currency,
        duration: 'repeating',
        duration_in_months: 1 + random.below(6),
      },
    ],
  ];
  const ids: string[] = [];
  for (const [kind, params] of drawn) {
    const { id } = await stripe.coupons.create(params);
    tally.add('coupon', kind);
    ids.push(id);
  }
  return ids;
}

async function attachMethods(stripe: Stripe, customer: string): Promise<[string, string, string]> {
  const attach = (card: string) => stripe.paymentMethods.attach(card, { customer });
  const pays = await attach('pm_card_visa');
  const declined = await attach('pm_card_chargeCustomerFail');
  const asks = await attach('pm_card_authenticationRequired');
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: pays.id },
  });
  return [pays.id, declined.id, asks.id];
}
