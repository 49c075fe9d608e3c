import type Stripe from 'stripe';
import { compare, endOf, foresee, note, type Life } from '../living.ts';

export async function advance(life: Life): Promise<void> {
  life.tally.add('deed', 'advance');
  await advanceTo(life, life.now + 1 + life.random.below(2 * life.setting.intervalSeconds - 1));
}

async function advanceTo(life: Life, target: number, parts = life.parts): Promise<void> {
  const { stripe, setting } = life;
  const start = life.now;
  note(life, `advance to ${target}`);
  for (let part = 1; part <= parts; part += 1) {
    const to = start + Math.floor(((target - start) * part) / parts);
    if (to <= life.now) continue;
    await stripe.testHelpers.testClocks.advance(setting.clock, { frozen_time: to });
    await life.settled();
    life.now = to;
  }
}

const YEAR = 365 * 86_400;

/** In one step or in many, as the life has it. */
export async function advanceYear(life: Life): Promise<void> {
  life.tally.add('deed', 'advance a year');
  await advanceTo(life, life.now + YEAR, life.partsOfYear);
}

const HOURS = 3_600;

/** What is foreseen of the next invoice is what is billed when its time has come. */
export async function advanceOverEnd(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe } = life;
  const { id, status, cancel_at: cancelAt, schedule } = subscription;
  const end = Math.min(endOf(subscription), cancelAt ?? Infinity);
  const isRegular = ['active', 'trialing'].includes(status) && schedule === null;
  // What is billed for another subscription takes up what both could have had.
  if (!isRegular || life.hasSeveral || end <= life.now) return advance(life);
  if (await hasDiscountedDraft(life)) return advance(life);
  life.tally.add('deed', 'advance over the end of a period');
  const preview = await foresee(life, { subscription: id });
  await advanceTo(life, end + 2 * HOURS);
  const invoices = await stripe.invoices.list({ subscription: id, limit: 5 });
  const billed = invoices.data.find(
    ({ billing_reason: reason, created }) => reason === 'subscription_cycle' && created === end,
  );
  if (billed !== undefined) compare(life, 'next invoice', { preview, billed });
}

/** One that advances by itself uses up what is good for one invoice, before the next is made. */
async function hasDiscountedDraft(life: Life): Promise<boolean> {
  const { customer } = life.setting;
  const drafts = await life.list<Stripe.Invoice>('/v1/invoices', { customer, status: 'draft' });
  return drafts.some((draft) => draft.auto_advance === true && draft.discounts.length > 0);
}
