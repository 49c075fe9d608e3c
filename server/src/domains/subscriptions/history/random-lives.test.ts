import fc from 'fast-check';
import { expect, test } from 'vitest';
import type Stripe from 'stripe';
import { recurringAmount } from '../recurring-amount.ts';
import type { SubscriptionChange } from './change.ts';
import { openLife, type Life } from './stripe-life.fixture.ts';

const DAY_SECONDS = 86_400;
/** Hundreds in a soak: HISTORY_LIVES=300 HISTORY_SEED=1; without a seed each run draws its own. */
const { HISTORY_LIVES = '8', HISTORY_SEED } = process.env;
const RUNS = Number(HISTORY_LIVES);
const SEEDED = HISTORY_SEED === undefined ? {} : { seed: Number(HISTORY_SEED) };

type Step = (life: Life, id: string, wheel: number) => Promise<unknown>;

/** What customers, staff and time do to a subscription; `wheel` chooses among variants. */
const steps: Readonly<Record<string, Step>> = {
  wait: (life, _, wheel) => life.advance(life.nowMs() / 1_000 + (1 + (wheel % 40)) * DAY_SECONDS),
  waitAnHour: (life) => life.advance(life.nowMs() / 1_000 + 3_600),
  upgradeNow: async (life, id, wheel) =>
    life.stripe.subscriptions.update(id, {
      items: [
        { id: await firstItem(life, id), price: await life.priceOf(1_000 + (wheel % 90) * 100) },
      ],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    }),
  changeQuantity: async (life, id, wheel) => {
    if (!(await hasPaid(life, id))) return;
    const quantity = 1 + (wheel % 5);
    await life.stripe.subscriptions.update(id, {
      items: [{ id: await firstItem(life, id), quantity }],
    });
  },
  addSeats: async (life, id, wheel) => {
    if (!(await hasPaid(life, id))) return;
    const { items } = await life.stripe.subscriptions.retrieve(id);
    const seat = items.data[1];
    if (seat !== undefined) {
      return life.stripe.subscriptions.update(id, { items: [{ id: seat.id, deleted: true }] });
    }
    const { interval } = items.data[0]!.price.recurring!;
    const price = await life.priceOf(950, interval as 'month' | 'year');
    const added = [{ price, quantity: 1 + (wheel % 3) }];
    return life.stripe.subscriptions.update(id, { items: added });
  },
  // Within a pause it is billed at once, and where that fails no record tells it from a resumption.
  toYearly: async (life, id) => {
    const { status } = await life.stripe.subscriptions.retrieve(id);
    if (status === 'paused') return;
    await life.stripe.subscriptions.update(id, {
      items: [{ id: await firstItem(life, id), price: await life.priceOf(18_240, 'year') }],
      proration_behavior: 'always_invoice',
      payment_behavior: 'pending_if_incomplete',
    });
  },
  loseCard: (life) => life.giveCard('pm_card_chargeCustomerFail'),
  payAgain: async (life, id) => {
    await life.giveCard('pm_card_visa');
    const owed = await life.stripe.invoices.list({ subscription: id, status: 'open' });
    for (const invoice of owed.data) await life.stripe.invoices.pay(invoice.id);
  },
  cancelAtEnd: (life, id) => life.stripe.subscriptions.update(id, { cancel_at_period_end: true }),
  stay: (life, id) => life.stripe.subscriptions.update(id, { cancel_at_period_end: false }),
  // Without a last invoice Stripe drops credits and debits that wait, as if nothing had changed.
  cancelNow: (life, id, wheel) =>
    wheel % 3 === 0
      ? life.stripe.subscriptions.cancel(id, { invoice_now: true })
      : Promise.resolve(),
  // A pause within a trial credits nothing, and leaves no trace once it is over.
  pause: async (life, id) => {
    const { status } = await life.stripe.subscriptions.retrieve(id);
    if (status !== 'trialing') await life.stripe.subscriptions.pause(id);
  },
  resume: (life, id) => life.stripe.subscriptions.resume(id),
  // One that was taken away before it was ever billed leaves no trace.
  discount: async (life, id, wheel) => {
    const { discounts } = await life.stripe.subscriptions.retrieve(id);
    if (discounts.length > 0) return;
    const coupon = await life.stripe.coupons.create(
      wheel % 2 === 0
        ? { percent_off: 10, duration: 'forever' }
        : { amount_off: 300, currency: 'usd', duration: 'forever' },
    );
    await life.stripe.subscriptions.update(id, { discounts: [{ coupon: coupon.id }] });
  },
};

/**
 * Whether nothing is owed. When the last try to collect fails, the subscription ends, and Stripe
 * drops what has been added since and waits to be billed, as if nothing had changed.
 */
async function hasPaid({ stripe }: Life, id: string): Promise<boolean> {
  const [latest] = (await stripe.invoices.list({ subscription: id, limit: 1 })).data;
  return latest?.status === 'paid';
}

async function firstItem({ stripe }: Life, id: string): Promise<string> {
  return (await stripe.subscriptions.retrieve(id)).items.data[0]!.id;
}

/** What the subscription, as it stands at Stripe, brings a month, in twelfths of a cent. */
async function presentTwelfths(life: Life, found: Stripe.Subscription): Promise<bigint> {
  if (found.status !== 'active' && found.status !== 'past_due') return 0n;
  const { subscription } = await life.read(found.id, false);
  let twelfths = 0;
  let [share, off] = [1, 0];
  for (const { price, quantity } of subscription.items) {
    const times = price.interval === 'year' ? 1 : 12;
    twelfths += Number(price.unitAmountDecimal) * (quantity ?? 1) * times;
    for (const discount of subscription.discounts) {
      if ('percentOffBasisPoints' in discount) share = 0.9;
      else off = 300 * times;
    }
  }
  return BigInt(Math.round(Math.max(0, twelfths * share - off)));
}

function lastTwelfths(history: readonly SubscriptionChange[], atMs: number): bigint {
  const last = history.at(-1);
  if (last === undefined) return 0n;
  const { numerator, denominator } = recurringAmount(last, { atMs });
  return (numerator * 12n) / denominator;
}

/** Stripe refuses what makes no sense at the moment, such as resuming what is not paused. */
async function tryStep(step: Step, ...given: Parameters<Step>): Promise<void> {
  try {
    await step(...given);
  } catch (error) {
    if (!(error instanceof Error) || !error.constructor.name.startsWith('Stripe')) throw error;
  }
}

const anyStep = fc.tuple(fc.constantFrom(...Object.keys(steps), 'wait', 'wait'), fc.nat(999));

/** A pause in which something happens, and which ends with a card that may fail. */
const aPause = fc
  .tuple(fc.boolean(), fc.array(anyStep, { maxLength: 2 }))
  .map(([hasCard, during]): [string, number][] => [
    ...(hasCard ? [] : ([['loseCard', 0]] as [string, number][])),
    ['pause', 0],
    ...during,
    ['resume', 0],
  ]);
const aLife = fc
  .array(
    fc.oneof(
      { weight: 9, arbitrary: anyStep.map((step) => [step]) },
      { weight: 1, arbitrary: aPause },
    ),
    { minLength: 4, maxLength: 12 },
  )
  .map((parts) => parts.flat());

test(
  'any life has a history that says what Stripe says, and only ever grows',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), aLife, async (hasTrial, path) => {
        const life = await openLife('2026-01-01');
        try {
          const { id } = await life.stripe.subscriptions.create({
            customer: life.customer,
            items: [{ price: await life.priceOf(1900) }],
            ...(hasTrial && { trial_period_days: 14 }),
          });
          let last: readonly SubscriptionChange[] = [];
          for (const [name, wheel] of path) {
            await tryStep(steps[name]!, life, id, wheel);
            const history = await life.derive(id, true);
            expect(history.slice(0, last.length)).toEqual(last);
            // What happens later within the same second of Stripe's is netted with it.
            last = history.filter(({ effectiveMs }) => effectiveMs < life.nowMs());
            // Until then nobody can say whether a charge has failed.
            await life.advance(life.nowMs() / 1_000 + 61);
            const settled = await life.derive(id, true);
            expect(settled.slice(0, last.length)).toEqual(last);
            const found = await life.stripe.subscriptions.retrieve(id);
            expect(settled.at(-1)?.status).toBe(found.status);
            const present = await presentTwelfths(life, found);
            expect(lastTwelfths(settled, life.nowMs())).toBe(present);
          }
        } finally {
          await life.close();
        }
      }),
      { ...SEEDED, numRuns: RUNS },
    );
  },
  60_000 + RUNS * 5_000,
);
