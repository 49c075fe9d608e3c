// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import type { MailData, MailKind } from '../../mail-data.ts';
import type { Situation } from '../../situation.ts';
import { EXAMPLE_INVOICE, EXAMPLE_SUBSCRIPTION, sceneOf, type Scene } from './scene.ts';
import type { SceneFacts } from './scene.ts';

/** What a mail is about, and what stands otherwise than usual when it is written. */
interface Example<K extends MailKind> {
  /** When it is sent, for those who look it up. */
  readonly sentWhen: string;
  readonly of: (scene: Scene) => {
    readonly data: MailData[K];
    readonly situation?: Partial<Situation>;
  };
}

const subscriptionId = EXAMPLE_SUBSCRIPTION;
const invoiceId = EXAMPLE_INVOICE;

const EXAMPLES: { readonly [K in MailKind]: Example<K> } = {
  subscription_started: {
    sentWhen: 'A subscription begins',
    of: () => ({ data: { subscriptionId } }),
  },
  trial_ending: {
    sentWhen: 'A trial ends in three days',
    of: ({ live, soonMs }) => ({
      data: { subscriptionId, trialEndMs: soonMs },
      situation: { subscription: { ...live, status: 'trialing', trialEndMs: soonMs } },
    }),
  },
  receipt: {
    sentWhen: 'An invoice is paid',
    of: ({ paid }) => ({ data: { invoiceId }, situation: { invoice: paid } }),
  },
  plan_changed: {
    sentWhen: 'A plan, its cycle or its seats have changed',
    of: ({ live, less, more }) => ({
      data: {
        subscriptionId,
        from: { planId: less.id, billingCycle: 'monthly', seats: 1 },
        to: { planId: more.id, billingCycle: 'monthly', seats: 1 },
      },
      situation: { subscription: { ...live, planId: more.id } },
    }),
  },
  downgrade_scheduled: {
    sentWhen: 'A smaller plan is chosen for the next period',
    of: ({ live, less, more, soonMs }) => ({
      data: { subscriptionId, planId: less.id, atMs: soonMs },
      situation: {
        subscription: { ...live, planId: more.id, scheduled: { planId: less.id, atMs: soonMs } },
      },
    }),
  },
  cancellation_scheduled: {
    sentWhen: 'A subscription is cancelled for the end of its period',
    of: ({ live, soonMs }) => ({
      data: { subscriptionId, cancelAtMs: soonMs },
      situation: { subscription: { ...live, cancelAtMs: soonMs } },
    }),
  },
  resumed: {
    sentWhen: 'A cancellation or a smaller plan is withdrawn',
    of: () => ({ data: { subscriptionId } }),
  },
  canceled: {
    sentWhen: 'A subscription has ended',
    of: ({ less }) => ({
      data: { subscriptionId, planId: less.id, isUnpaid: false },
      situation: { subscription: null },
    }),
  },
  pack_bought: {
    sentWhen: 'A pack is bought',
    of: ({ paid: { amountPaidMinor: amountMinor, currency } }) => ({
      data: { packName: '100 more minutes', paid: { amountMinor, currency }, invoiceId },
    }),
  },
  overage_charged: {
    sentWhen: 'What was used beyond a limit is charged',
    of: ({ usual: { nowMs }, paid: { currency } }) => ({
      data: {
        featureName: 'Audio minutes',
        used: '12.5 minutes',
        charged: { amountMinor: 125, currency },
        period: { startMs: nowMs - 30 * DAY_MS, endMs: nowMs },
        invoiceId: null,
      },
      situation: { invoice: null },
    }),
  },
  payment_failed: {
    sentWhen: 'A payment has failed',
    of: ({ pastDue }) => ({
      data: { invoiceId, attempt: 1 },
      situation: { subscription: pastDue },
    }),
  },
  payment_action_required: {
    sentWhen: 'A bank asks the customer to confirm a payment',
    of: ({ pastDue }) => ({ data: { invoiceId }, situation: { subscription: pastDue } }),
  },
  grace_ending: {
    sentWhen: 'The time to pay is about to run out',
    of: ({ pastDue }) => ({
      data: { subscriptionId, owedSinceMs: pastDue.pastDueSinceMs ?? 0 },
      situation: { subscription: pastDue },
    }),
  },
  restricted: {
    sentWhen: 'The time to pay has run out',
    of: ({ pastDue, free, less }) => ({
      data: { subscriptionId },
      situation: {
        subscription: pastDue,
        effective: {
          plan: free,
          source: 'default',
          restriction: { cause: 'past_due', from: less },
        },
      },
    }),
  },
  recovered: {
    sentWhen: 'A failed payment was made good',
    of: ({ paid }) => ({ data: { subscriptionId, invoiceId }, situation: { invoice: paid } }),
  },
  staff_dunning: {
    sentWhen: 'A payment fails, and at each step that follows',
    of: ({ pastDue }) => ({
      data: { step: 'payment_failed', subscriptionId, invoiceId, attempt: 1 },
      situation: { subscription: pastDue },
    }),
  },
  staff_attention: {
    sentWhen: 'Something goes on only when a person acts',
    of: () => ({
      data: { title: 'a price is of no plan', text: 'The price price_example is of no plan here.' },
    }),
  },
};

export const EXAMPLE_KINDS = Object.keys(EXAMPLES) as readonly MailKind[];

export function sentWhen(kind: MailKind): string {
  return EXAMPLES[kind].sentWhen;
}

/** A mail of a kind, to somebody who does not exist, and how things stand with them. */
export function exampleOf<K extends MailKind>(
  kind: K,
  facts: SceneFacts,
): { readonly data: MailData[K]; readonly situation: Situation } {
  const scene = sceneOf(facts);
  const { data, situation } = EXAMPLES[kind].of(scene);
  return { data, situation: { ...scene.usual, ...situation } };
}
