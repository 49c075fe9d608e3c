import type Stripe from 'stripe';
import { readAccount } from './account.ts';
import { changeItems } from './deeds/change-items.ts';
import { cancel, scheduleCancel } from './deeds/endings.ts';
import {
  addInvoiceItem,
  authenticate,
  changeBalance,
  changeCard,
  changeInvoiceItem,
  invoiceByHand,
  refund,
  settleInvoice,
} from './deeds/money.ts';
import { schedule } from './deeds/schedules.ts';
import { subscribe, subscribeAlso } from './deeds/subscribe.ts';
import { changeDiscounts, endTrial, pause, pauseCollection, resume } from './deeds/terms.ts';
import { advance, advanceOverEnd, advanceYear } from './deeds/time.ts';
import { findUntold, readEvents } from './events.ts';
import { checkAccount, type Account, type Breach } from './invariants.ts';
import { isIncomplete, isLiving, type Life } from './living.ts';
import type { Tally } from './tally.ts';
import { randomFrom } from './world/random.ts';
import { settle } from './world/setting.ts';
import type { World } from './world/world.ts';

export interface LifeOptions {
  readonly seed: number;
  readonly steps: number;
  /** In how many parts each advance of the clock is made, and that of a year. */
  readonly parts: number;
  readonly partsOfYear: number;
  readonly isForeseen: boolean;
  /** Gets what was done, for a reader who looks for what went wrong. */
  readonly log: string[];
  readonly tally: Tally;
}

export interface Lived {
  readonly breaches: readonly Breach[];
  readonly account: Account;
  /** What was told, but for what the clock itself told of its ways. */
  readonly events: readonly Stripe.Event[];
}

/** Lives one customer's life in a world, and holds what comes of it against what must hold. */
export async function live(world: World, { seed, steps, ...options }: LifeOptions): Promise<Lived> {
  const { stripe } = world;
  const random = randomFrom(seed);
  const setting = await settle(world, { random, tally: options.tally });
  const { frozen_time: now } = await stripe.testHelpers.testClocks.retrieve(setting.clock);
  const life: Life = {
    ...world,
    ...options,
    random,
    setting,
    now,
    breaches: [],
    resets: new Set(),
    hasSeveral: false,
    paidOutOfBand: 0,
  };
  // The last step is the longest.
  for (let step = 1; step < steps; step += 1) await takeStep(life);
  await advanceYear(life);
  const account = await readAccount(life);
  const events = await readEvents(life);
  life.breaches.push(...checkAccount(account, life), ...findUntold(events, account));
  count(options.tally, account, events);
  return { breaches: life.breaches, account, events };
}

async function takeStep(life: Life): Promise<void> {
  const current = await findCurrent(life);
  if (current === undefined) return subscribe(life);
  life.tally.addFound('subscription on the way', current.status);
  if (current.schedule !== null) return life.random.pick(WHILE_SCHEDULED)(life, current);
  if (current.status === 'paused') return life.random.pick(WHILE_PAUSED)(life, current);
  if (current.pending_update !== null && life.random.oneIn(2)) {
    return life.random.pick(WHILE_PENDING)(life, current);
  }
  if (isIncomplete(current)) return life.random.pick(WHILE_INCOMPLETE)(life, current);
  return life.random.pick(USUALLY)(life, current);
}

type Deed = (life: Life, subscription: Stripe.Subscription) => Promise<void>;

const repeated = (weights: readonly (readonly [Deed, number])[]): readonly Deed[] =>
  weights.flatMap(([deed, times]) => Array.from({ length: times }, () => deed));

/** How often each comes: time passes most often. */
const USUALLY = repeated([
  [advance, 3],
  [advanceOverEnd, 3],
  [changeItems, 6],
  [changeDiscounts, 1],
  [changeCard, 1],
  [changeBalance, 1],
  [addInvoiceItem, 1],
  [changeInvoiceItem, 1],
  [invoiceByHand, 1],
  [pauseCollection, 1],
  [pause, 1],
  [scheduleCancel, 1],
  [schedule, 1],
  [cancel, 1],
  [endTrial, 1],
  [subscribeAlso, 1],
  [settleInvoice, 2],
  [authenticate, 1],
  [refund, 1],
]);
const WHILE_SCHEDULED = repeated([
  [advance, 4],
  [schedule, 3],
  [changeCard, 1],
  [settleInvoice, 1],
  [addInvoiceItem, 1],
]);
const WHILE_PAUSED = repeated([
  [advance, 2],
  [resume, 3],
  [changeCard, 1],
  [cancel, 1],
  [settleInvoice, 1],
]);
const WHILE_PENDING = repeated([
  [authenticate, 2],
  [changeCard, 1],
  [settleInvoice, 2],
]);
const WHILE_INCOMPLETE = repeated([
  [advance, 1],
  [changeCard, 1],
  [cancel, 1],
  [settleInvoice, 2],
  [authenticate, 2],
]);

async function findCurrent(life: Life): Promise<Stripe.Subscription | undefined> {
  const { customer } = life.setting;
  const all = await life.list<Stripe.Subscription>('/v1/subscriptions', { customer });
  const living = all.filter(isLiving);
  return living.length === 0 ? undefined : life.random.pick(living);
}

function count(tally: Tally, account: Account, events: readonly Stripe.Event[]): void {
  for (const { type } of events) tally.addFound('event', type);
  for (const { status } of account.subscriptions) tally.addFound('subscription in the end', status);
  for (const { status, billing_reason } of account.invoices) {
    tally.addFound('invoice in the end', String(status));
    tally.addFound('invoice because of', String(billing_reason));
  }
}
