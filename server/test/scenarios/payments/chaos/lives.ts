import type Stripe from 'stripe';
import { DAY_MS } from '@whisperforge/kernel/period';
import type { Random } from '../../support/random.ts';
import { inTurn } from '../order/life.ts';
import type { PriceIds } from '../support/prices.ts';
import { customerOf, type Customer, type Rig } from '../support/rig.ts';
import type { Shop } from './shop.ts';

/** Of somebody who does what customers do. */
export interface Life extends Customer {
  subscriptionId: string | null;
}

/** Where they live. */
export interface Scene {
  readonly rig: Rig;
  readonly shop: Shop;
}

type Deed = (scene: Scene, life: Life) => Promise<unknown>;

async function useCard({ stripe }: Rig, customer: string, card: string): Promise<void> {
  const { id } = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
}

/** Without a trial: all pay by the same card, which may try once. */
function subscribeTo(...wanted: readonly (keyof PriceIds)[]): Deed {
  return async ({ rig: { stripe, prices } }, life) => {
    const items = wanted.map((name, place) => ({
      price: prices[name],
      quantity: place === 0 ? 1 : 2,
    }));
    const { id } = await stripe.subscriptions.create({ customer: life.customerId, items });
    life.subscriptionId = id;
  };
}

const subscribe = subscribeTo('proMonthly');
const subscribeYearly = subscribeTo('proYearly');
const subscribeTeam = subscribeTo('businessMonthly', 'businessSeat');

const buyPlan: Deed = async ({ rig, shop }, life) => {
  await shop.buyPlan(life);
  const { data } = await rig.stripe.subscriptions.list({ customer: life.customerId, limit: 1 });
  life.subscriptionId = data[0]!.id;
};

const buyPack: Deed = ({ shop }, life) => shop.buyPack(life);

const upgrade: Deed = async ({ rig: { stripe, prices } }, { subscriptionId }) => {
  const { items } = await stripe.subscriptions.retrieve(subscriptionId!);
  await stripe.subscriptions.update(subscriptionId!, {
    items: [{ id: items.data[0]!.id, price: prices.businessMonthly }],
    proration_behavior: 'always_invoice',
  });
};

const cancelAtEnd: Deed = ({ rig: { stripe } }, { subscriptionId }) =>
  stripe.subscriptions.update(subscriptionId!, { cancel_at_period_end: true });

const cancelNow: Deed = async ({ rig: { stripe } }, life) => {
  await stripe.subscriptions.cancel(life.subscriptionId!);
  life.subscriptionId = null;
};

const failToPay: Deed = ({ rig }, { customerId }) =>
  useCard(rig, customerId, 'pm_card_chargeCustomerFail');

const pay: Deed = async ({ rig }, { customerId }) => {
  await useCard(rig, customerId, 'pm_card_visa');
  const { data } = await rig.stripe.invoices.list({ customer: customerId, status: 'open' });
  for (const invoice of data) await rig.stripe.invoices.pay(invoice.id);
};

const nothing: Deed = () => Promise.resolve();

/** What may be done in each stretch of time, by subscribers and by those who are none. */
const FIRST: readonly Deed[] = [
  subscribe,
  subscribe,
  subscribe,
  subscribeYearly,
  subscribeTeam,
  buyPlan,
];
const SECOND: readonly Deed[] = [
  upgrade,
  cancelAtEnd,
  cancelNow,
  failToPay,
  failToPay,
  buyPack,
  nothing,
];
const THIRD: readonly Deed[] = [pay, pay, cancelNow, nothing];

/** After each stretch so much time passes; the last one ends now. */
export const STRETCHES: readonly { readonly deeds: readonly Deed[]; readonly days: number }[] = [
  { deeds: FIRST, days: 5 },
  { deeds: SECOND, days: 27 },
  { deeds: THIRD, days: 31 },
];

export const DAYS = STRETCHES.reduce((sum, { days }) => sum + days, 0);

/** Everybody lives through a stretch; answers what Stripe tells of it, oldest first. */
export async function live(
  scene: Scene,
  lives: readonly Life[],
  stretch: { readonly number: number; readonly random: Random },
): Promise<Stripe.Event[]> {
  const { rig } = scene;
  const { deeds, days } = STRETCHES[stretch.number]!;
  const [before] = (await rig.stripe.events.list({ limit: 1 })).data;
  const drawn = new Map(lives.map((life) => [life, stretch.random.pick(deeds)]));
  await inTurn(lives, async (life) => {
    const isSubscribed = life.subscriptionId !== null || stretch.number === 0;
    await (isSubscribed ? drawn.get(life)! : subscribe)(scene, life);
  });
  await rig.advanceTo(rig.clock.nowMs() + days * DAY_MS);
  for (const life of lives) if (await hasEnded(rig, life)) life.subscriptionId = null;
  const told: Stripe.Event[] = [];
  const since = rig.stripe.events.list({
    limit: 100,
    ...(before !== undefined && { ending_before: before.id }),
  });
  for await (const event of since) if (isListenedTo(event)) told.push(event);
  return told;
}

async function hasEnded({ stripe }: Rig, { subscriptionId }: Life): Promise<boolean> {
  if (subscriptionId === null) return true;
  return (await stripe.subscriptions.retrieve(subscriptionId)).ended_at !== null;
}

const LISTENED_TO = [
  /^customer\.(created|deleted|updated|subscription\..*)$/,
  /^invoice\.(finalized|paid|payment_failed|voided)$/,
  /^checkout\.session\..*$/,
];

/** As an endpoint is usually told only what is of use. */
function isListenedTo(event: Stripe.Event): boolean {
  return customerOf(event) !== null && LISTENED_TO.some((types) => types.test(event.type));
}
