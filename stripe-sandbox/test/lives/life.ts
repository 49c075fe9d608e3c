import type Stripe from 'stripe';
import type { Sandbox } from '../../src/index.ts';
import { changeIfPaid, changeItems } from './change-items.ts';
import { checkAccount, type Account, type Breach } from './invariants.ts';
import {
  addInvoiceItem,
  cancel,
  changeBalance,
  changeCard,
  changeDiscounts,
  endTrial,
  pauseCollection,
  payOpenInvoice,
  refund,
  scheduleCancel,
  subscribe,
  subscribeAlso,
} from './deeds.ts';
import { findUntold } from './events.ts';
import { advance, advanceOverEnd, type Life } from './living.ts';
import { randomFrom } from './random.ts';
import { settle } from './setting.ts';

export interface LifeOptions {
  readonly seed: number;
  readonly steps: number;
  /** In how many parts each advance of the clock is made. */
  readonly parts: number;
  /** Gets what was done, for a reader who looks for what went wrong. */
  readonly log: string[];
}

export interface Lived {
  readonly breaches: readonly Breach[];
  readonly account: Account;
}

/** Lives one customer's life in a sandbox, and holds what comes of it against what must hold. */
export async function live(
  { sandbox, stripe }: { readonly sandbox: Sandbox; readonly stripe: Stripe },
  { seed, steps, parts, log }: LifeOptions,
): Promise<Lived> {
  const random = randomFrom(seed);
  const setting = await settle(stripe, random);
  const { frozen_time: now } = await stripe.testHelpers.testClocks.retrieve(setting.clock);
  const life: Life = {
    sandbox,
    stripe,
    random,
    setting,
    parts,
    log,
    now,
    breaches: [],
    hasResets: false,
    hasSeveral: false,
  };
  for (let step = 0; step < steps; step += 1) {
    const current = await findCurrent(life);
    if (current === undefined) await subscribe(life);
    else await random.pick(DEEDS)(life, current);
  }
  const account = await readAccount(life);
  life.breaches.push(...checkAccount(account, life.hasResets));
  life.breaches.push(...(await findUntold(stripe, account)));
  return { breaches: life.breaches, account };
}

type Deed = (life: Life, subscription: Stripe.Subscription) => Promise<void>;

/** How often each comes: time passes most often. */
const WEIGHTS: readonly (readonly [Deed, number])[] = [
  [advance, 3],
  [advanceOverEnd, 3],
  [changeItems, 4],
  [changeIfPaid, 1],
  [changeDiscounts, 1],
  [changeCard, 1],
  [changeBalance, 1],
  [addInvoiceItem, 1],
  [pauseCollection, 1],
  [scheduleCancel, 1],
  [cancel, 1],
  [endTrial, 1],
  [subscribeAlso, 1],
  [payOpenInvoice, 2],
  [refund, 1],
];
const DEEDS = WEIGHTS.flatMap(([deed, times]) => Array.from({ length: times }, () => deed));

async function findCurrent({
  stripe,
  random,
  setting,
}: Life): Promise<Stripe.Subscription | undefined> {
  const { data } = await stripe.subscriptions.list({ customer: setting.customer });
  const living = data.filter(
    ({ status }) => status !== 'canceled' && status !== 'incomplete_expired',
  );
  return living.length === 0 ? undefined : random.pick(living);
}

async function readAccount({ stripe, setting }: Life): Promise<Account> {
  const { customer } = setting;
  const all = { limit: 10_000 };
  const [subscriptions, invoices, charges, balance] = await Promise.all([
    stripe.subscriptions.list({ customer, status: 'all', limit: 100 }).autoPagingToArray(all),
    stripe.invoices.list({ customer, limit: 100 }).autoPagingToArray(all),
    stripe.charges.list({ customer, limit: 100 }).autoPagingToArray(all),
    stripe.customers.listBalanceTransactions(customer, { limit: 100 }).autoPagingToArray(all),
  ]);
  for (const invoice of invoices) {
    if (!invoice.lines.has_more) continue;
    invoice.lines.data = await stripe.invoices
      .listLineItems(invoice.id, { limit: 100 })
      .autoPagingToArray(all);
  }
  const found = await stripe.customers.retrieve(customer);
  if (found.deleted === true) throw new Error('the customer is gone');
  return { customer: found, invoices, charges, balance, subscriptions };
}
