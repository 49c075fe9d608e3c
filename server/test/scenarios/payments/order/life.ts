import type Stripe from 'stripe';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { customerOf, type Customer, type Rig } from '../support/rig.ts';

const HOUR_MS = 3_600_000;
/** As many as a sandbox and a test share a processor without waiting for each other. */
const AT_ONCE = 16;

/** Of each thing that happens in a life, the event that tells of it, by customer. */
export type Told = ReadonlyMap<string, Stripe.Event>;

interface Stage {
  readonly happens: (rig: Rig, customer: Life) => Promise<unknown>;
  /** Lets time pass after it has happened to all. */
  readonly passes?: (rig: Rig, startMs: number) => Promise<void>;
  readonly tells: (event: Stripe.Event) => boolean;
}

export interface Life extends Customer {
  subscriptionId: string;
}

const none = (): Promise<void> => Promise.resolve();

/** Six things that happen to everybody, some of them in the same second. */
const STAGES: readonly Stage[] = [
  {
    async happens({ stripe, prices }, life) {
      const items = [{ price: prices.proMonthly }];
      const made = await stripe.subscriptions.create({ customer: life.customerId, items });
      life.subscriptionId = made.id;
    },
    tells: ({ type }) => type === 'customer.subscription.created',
  },
  {
    happens: ({ stripe }, { customerId }) =>
      useCard(stripe, customerId, 'pm_card_chargeCustomerFail'),
    passes: (rig, startMs) => rig.advanceTo(addMonths(startMs, 1) + 2 * HOUR_MS),
    tells: ({ type }) => type === 'invoice.payment_failed',
  },
  {
    async happens({ stripe }, { customerId, subscriptionId }) {
      await useCard(stripe, customerId, 'pm_card_visa');
      const { latest_invoice: invoice } = await stripe.subscriptions.retrieve(subscriptionId);
      await stripe.invoices.pay(invoice as string);
    },
    tells: ({ type }) => type === 'invoice.paid',
  },
  {
    async happens({ stripe, prices }, { subscriptionId }) {
      const { items } = await stripe.subscriptions.retrieve(subscriptionId);
      await stripe.subscriptions.update(subscriptionId, {
        items: [{ id: items.data[0]!.id, price: prices.businessMonthly }],
        proration_behavior: 'always_invoice',
      });
    },
    tells: ({ type }) => type === 'customer.subscription.updated',
  },
  {
    happens: ({ stripe }, { subscriptionId }) =>
      stripe.subscriptions.update(subscriptionId, { cancel_at_period_end: true }),
    tells: ({ type }) => type === 'customer.subscription.updated',
  },
  {
    happens: none,
    passes: (rig, startMs) => rig.advanceTo(addMonths(startMs, 2) + DAY_MS),
    tells: ({ type }) => type === 'customer.subscription.deleted',
  },
];

export const STAGES_OF_A_LIFE = STAGES.length;

async function useCard(stripe: Stripe, customer: string, card: string): Promise<void> {
  const { id } = await stripe.paymentMethods.attach(card, { customer });
  await stripe.customers.update(customer, { invoice_settings: { default_payment_method: id } });
}

/** Everybody lives through one stage; answers what Stripe tells of it. */
export async function liveThrough(
  rig: Rig,
  lives: readonly Life[],
  at: { readonly stage: number; readonly startMs: number },
): Promise<Told> {
  const { happens, passes, tells } = STAGES[at.stage]!;
  const [before] = (await rig.stripe.events.list({ limit: 1 })).data;
  await inTurn(lives, (life) => happens(rig, life));
  await passes?.(rig, at.startMs);
  const told = new Map<string, Stripe.Event>();
  const since = rig.stripe.events.list({
    limit: 100,
    ...(before !== undefined && { ending_before: before.id }),
  });
  for await (const event of since) {
    const customer = customerOf(event);
    // Oldest first: the last of its kind is the one that tells of the stage.
    if (customer !== null && tells(event)) told.set(customer, event);
  }
  return told;
}

/** Does something for each of many, so many at once. */
export async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<unknown>) {
  const iterator = all.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const one of iterator) await work(one);
    }),
  );
}
