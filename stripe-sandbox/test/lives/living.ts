import Stripe from 'stripe';
import type { Sandbox } from '../../src/index.ts';
import { comparable, type Breach } from './invariants.ts';
import type { Random } from './random.ts';
import type { Setting } from './setting.ts';

/** A life while it is lived. */
export interface Life {
  readonly sandbox: Sandbox;
  readonly stripe: Stripe;
  readonly random: Random;
  readonly setting: Setting;
  readonly parts: number;
  readonly breaches: Breach[];
  readonly log: string[];
  now: number;
  /** Whether a period was begun anew before it was over, so that some time is billed twice. */
  hasResets: boolean;
  /** Whether there has been more than one subscription at a time. */
  hasSeveral: boolean;
}

export function note(life: Life, what: string): void {
  life.log.push(`${life.now}: ${what}`);
}

/** A card that is declined is an answer; anything else is not expected. */
export async function mayBeDeclined<T>(deed: () => Promise<T>): Promise<T | undefined> {
  try {
    return await deed();
  } catch (error) {
    if (error instanceof Stripe.errors.StripeCardError) return undefined;
    throw error;
  }
}

/** Where a subscription is to end, there may be nothing left to be billed. */
export async function mayBeNone<T>(deed: () => Promise<T>): Promise<T | undefined> {
  try {
    return await deed();
  } catch (error) {
    const isNone = error instanceof Stripe.errors.StripeInvalidRequestError;
    if (isNone && error.code === 'invoice_upcoming_none') return undefined;
    throw error;
  }
}

export async function advance(life: Life): Promise<void> {
  await advanceTo(life, life.now + 1 + life.random.below(2 * life.setting.intervalSeconds - 1));
}

export async function advanceTo(life: Life, target: number): Promise<void> {
  const { sandbox, stripe, setting, parts } = life;
  const start = life.now;
  note(life, `advance to ${target}`);
  for (let part = 1; part <= parts; part += 1) {
    const to = start + Math.floor(((target - start) * part) / parts);
    if (to <= life.now) continue;
    await stripe.testHelpers.testClocks.advance(setting.clock, { frozen_time: to });
    await sandbox.settled();
    life.now = to;
  }
}

const HOURS = 3_600;

/** What is foreseen of the next invoice is what is billed when its time has come. */
export async function advanceOverEnd(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, setting } = life;
  const end = Math.min(...subscription.items.data.map((item) => item.current_period_end));
  const isEnding = subscription.cancel_at !== null || subscription.cancel_at_period_end;
  // What is billed for another subscription takes up what both could have had.
  const isRegular =
    ['active', 'trialing'].includes(subscription.status) && !isEnding && !life.hasSeveral;
  if (!isRegular || end <= life.now) return advance(life);
  const { customer } = setting;
  const preview = await stripe.invoices.createPreview({ customer, subscription: subscription.id });
  await advanceTo(life, end + 2 * HOURS);
  const invoices = await stripe.invoices.list({ subscription: subscription.id, limit: 1 });
  const billed = invoices.data.find(
    ({ billing_reason }) => billing_reason === 'subscription_cycle',
  );
  if (billed !== undefined) compare(life, { preview, billed, withBalance: false });
}

interface Foreseen {
  readonly preview: Stripe.Invoice;
  readonly billed: Stripe.Invoice;
  readonly withBalance: boolean;
}

export function compare(life: Life, { preview, billed, withBalance }: Foreseen): void {
  const [foreseen, was] = [preview, billed].map((each) =>
    JSON.stringify(comparable(each, withBalance)),
  );
  if (foreseen === was) return;
  life.breaches.push(`${billed.id} is not as it was previewed:\n  ${foreseen}\n  ${was}`);
}
