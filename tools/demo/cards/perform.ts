import { assert } from '@whisperforge/kernel/assert';
import type { CardDeed, CardPayer } from '../company/cards.ts';
import type { Doors } from '../doors.ts';
import { couponOf, useCode } from './codes.ts';
import type { Listed, StripeApi } from './stripe-api.ts';

/** Where card payers live: a clock of their own at Stripe, which shows their time. */
export interface Stage {
  readonly doors: Doors;
  readonly api: StripeApi;
  readonly testClock: string;
  /** Prices at Stripe by their lookup key. */
  readonly prices: ReadonlyMap<string, string>;
}

interface Thing {
  readonly id: string;
}

interface Subscription extends Thing {
  readonly items: Listed<Thing>;
}

/** Does one deed; done again it changes nothing. Answers who is at Stripe by which customer. */
export async function perform(stage: Stage, deed: CardDeed): Promise<Performed> {
  const { payer } = deed;
  const { accountId } =
    deed.kind === 'buys' ? await signUp(stage, payer) : await userOf(stage, payer);
  const customerId = await customerOf(stage, payer, accountId);
  await DEEDS[deed.kind]({ ...stage, deed, accountId, customerId });
  return { accountId, customerId };
}

export interface Performed {
  readonly accountId: number;
  readonly customerId: string;
}

interface Doing extends Stage, Performed {
  readonly deed: CardDeed;
}

const DEEDS: Readonly<Record<CardDeed['kind'], (doing: Doing) => Promise<void>>> = {
  buys,
  card_breaks: (doing) => takeCard(doing, 'pm_card_chargeCustomerFail'),
  is_looked_at: () => Promise.resolve(),
  card_mended: mendCard,
  upgrades,
  cancels,
};

function signUp({ doors }: Stage, { person }: CardPayer): Promise<{ accountId: number }> {
  const { id, ...details } = person;
  return doors.accounts.upsertUser(id, details, person.signedUpMs);
}

function userOf({ doors }: Stage, { person }: CardPayer): Promise<{ accountId: number }> {
  return doors.accounts.getUser(person.id);
}

async function customerOf(
  { api, testClock }: Stage,
  { person }: CardPayer,
  accountId: number,
): Promise<string> {
  const { email, name, id } = person;
  const known = await api.get<Listed<Thing>>('customers', { email, test_clock: testClock });
  if (known.data[0] !== undefined) return known.data[0].id;
  const customer = await api.post<Thing>('customers', {
    email,
    name,
    'test_clock': testClock,
    'metadata[account_id]': String(accountId),
    'metadata[user]': id,
  });
  return customer.id;
}

async function buys(doing: Doing): Promise<void> {
  const { api, doors, prices, deed, accountId, customerId } = doing;
  const { payer, atMs } = deed;
  if ((await subscriptionOf(doing, 'all')) !== undefined) return;
  await takeCard(doing, 'pm_card_visa');
  await useCode(doors, { accountId, payer, nowMs: atMs });
  const { code, person } = payer;
  await api.post('subscriptions', {
    'customer': customerId,
    'items[0][price]': priceOf(prices, payer.plan, payer),
    'metadata[user]': person.id,
    ...(code !== null && { 'discounts[0][coupon]': couponOf(code) }),
  });
}

/** As the catalogue calls it, in its latest version. */
function priceOf(
  prices: Stage['prices'],
  plan: CardPayer['plan'],
  { cycle, currency }: CardPayer,
): string {
  const wanted = [...prices].findLast(([key]) => {
    const [slug, , ofCycle, ofCurrency] = key.split(':');
    return slug === plan && ofCycle === cycle && ofCurrency === currency;
  });
  assert(wanted !== undefined, `${plan} is sold by card`);
  return wanted[1];
}

async function takeCard({ api, customerId }: Doing, card: string): Promise<void> {
  const method = await api.post<Thing>(`payment_methods/${card}/attach`, { customer: customerId });
  await api.post(`customers/${customerId}`, {
    'invoice_settings[default_payment_method]': method.id,
  });
}

/** Whoever has a new card pays what is owed with it. */
async function mendCard(doing: Doing): Promise<void> {
  const { api, customerId } = doing;
  await takeCard(doing, 'pm_card_visa');
  const query = { customer: customerId, status: 'open' };
  const owed = await api.get<Listed<Thing>>('invoices', query);
  for (const { id } of owed.data) await api.post(`invoices/${id}/pay`, {});
}

async function upgrades(doing: Doing): Promise<void> {
  const { api, prices, deed } = doing;
  const subscription = await subscriptionOf(doing, 'active');
  if (subscription === undefined) return;
  await api.post(`subscriptions/${subscription.id}`, {
    'items[0][id]': subscription.items.data[0]!.id,
    'items[0][price]': priceOf(prices, 'business', deed.payer),
    'proration_behavior': 'always_invoice',
  });
}

async function cancels(doing: Doing): Promise<void> {
  const subscription = await subscriptionOf(doing, 'active');
  if (subscription === undefined) return;
  await doing.api.post(`subscriptions/${subscription.id}`, { cancel_at_period_end: 'true' });
}

async function subscriptionOf(
  { api, customerId }: Doing,
  status: 'all' | 'active',
): Promise<Subscription | undefined> {
  const query = { customer: customerId, status };
  return (await api.get<Listed<Subscription>>('subscriptions', query)).data[0];
}
