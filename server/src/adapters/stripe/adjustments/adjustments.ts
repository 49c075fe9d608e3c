import type Stripe from 'stripe';
import type {
  Adjustments,
  DiscountRef,
  RefundablePayment,
  RemoteRefund,
} from '../../../domains/billing/index.ts';
import { previewOf, withoutUpcoming } from '../changes.ts';
import { update } from '../endings.ts';
import { asking } from '../faults.ts';
import { once } from '../once.ts';
import { idOrNull, secondsOf } from '../translate/references.ts';

const PAGE = 100;

/** What staff ask for beside what customers do. */
export function adjustmentCalls(stripe: Stripe): Adjustments {
  return {
    previewDiscounts: ({ subscriptionId: subscription, discounts }) =>
      asking(async () => {
        const params = { subscription, discounts: discountsOf(discounts) };
        const invoice = await withoutUpcoming(stripe.invoices.createPreview(params));
        return invoice && previewOf(invoice);
      }),
    setDiscounts: ({ subscriptionId, idempotencyKey, discounts }) =>
      asking(() =>
        update(stripe, subscriptionId, { idempotencyKey, discounts: discountsOf(discounts) }),
      ),
    previewPause: ({ subscriptionId: subscription }) =>
      asking(async () => {
        const details = { cancel_now: true, proration_behavior: 'always_invoice' } as const;
        const params = { subscription, subscription_details: details };
        return previewOf(await stripe.invoices.createPreview(params));
      }),
    previewUnpause: ({ subscriptionId: subscription }) =>
      asking(async () => {
        const params = { subscription, subscription_details: { resume_at: 'now' } } as const;
        return previewOf(await stripe.invoices.createPreview(params));
      }),
    ...pauseCalls(stripe),
    moveTrialEnd: ({ subscriptionId, idempotencyKey, untilMs }) =>
      asking(() => {
        const trial_end = secondsOf(untilMs);
        const params = { idempotencyKey, trial_end, proration_behavior: 'none' } as const;
        return update(stripe, subscriptionId, params);
      }),
    ...refundCalls(stripe),
  };
}

function pauseCalls(stripe: Stripe): Pick<Adjustments, 'pause' | 'unpause'> {
  const isPaused = async (id: string): Promise<boolean> =>
    (await stripe.subscriptions.retrieve(id)).status === 'paused';
  return {
    pause: ({ subscriptionId, idempotencyKey }) =>
      asking(async () => {
        // Stripe refuses to pause what is paused.
        if (await isPaused(subscriptionId)) return;
        await once<true>({
          idempotencyKey,
          async act(key) {
            const params: Stripe.SubscriptionPauseParams = {
              type: 'subscription',
              bill_for: { unused_time_from: { type: 'now' } },
              invoicing_behavior: 'pending_invoice_item',
            };
            await stripe.subscriptions.pause(subscriptionId, params, { idempotencyKey: key });
            return true;
          },
          find: async () => ((await isPaused(subscriptionId)) ? true : undefined),
        });
      }),
    unpause: ({ subscriptionId, idempotencyKey }) =>
      asking(async () => {
        if (!(await isPaused(subscriptionId))) return;
        await once<true>({
          idempotencyKey,
          async act(key) {
            const params = { billing_cycle_anchor: { type: 'now' } };
            await stripe.subscriptions.resume(subscriptionId, params, { idempotencyKey: key });
            return true;
          },
          find: async () => ((await isPaused(subscriptionId)) ? undefined : true),
        });
      }),
  };
}

function refundCalls(
  stripe: Stripe,
): Pick<Adjustments, 'listPayments' | 'listRefunds' | 'refundPayment'> {
  const refundsOf = (intent: string): Promise<Stripe.Refund[]> =>
    stripe.refunds
      .list({ payment_intent: intent, limit: PAGE })
      .autoPagingToArray({ limit: 1_000 });
  return {
    listPayments: (invoiceId) =>
      asking(async () => {
        const invoice = await stripe.invoices.retrieve(invoiceId, { expand: ['payments'] });
        const payments: RefundablePayment[] = [];
        for (const { status, payment, amount_paid: paid } of invoice.payments?.data ?? []) {
          const paymentIntentId = idOrNull(payment.payment_intent);
          if (status !== 'paid' || paymentIntentId === null) continue;
          const refunds = (await refundsOf(paymentIntentId)).filter(isGiven);
          const refundedMinor = refunds.reduce((sum, { amount }) => sum + amount, 0);
          payments.push({ paymentIntentId, paidMinor: paid ?? 0, refundedMinor });
        }
        return payments;
      }),
    listRefunds: (charge) =>
      asking(async () => {
        const list = stripe.refunds.list({ charge, limit: PAGE });
        return (await list.autoPagingToArray({ limit: 1_000 })).map(refundOf);
      }),
    refundPayment: ({ paymentIntentId, amountMinor, idempotencyKey }) =>
      asking(async () => {
        const isOurs = ({ metadata }: Stripe.Refund): boolean =>
          metadata?.['key'] === idempotencyKey;
        const find = async () => (await refundsOf(paymentIntentId)).find(isOurs);
        // Stripe forgets keys after a day; what was made under one is found all the same.
        if ((await find()) !== undefined) return;
        const params = {
          payment_intent: paymentIntentId,
          amount: amountMinor,
          metadata: { key: idempotencyKey },
        };
        const act = (key: string): Promise<Stripe.Refund> =>
          stripe.refunds.create(params, { idempotencyKey: key });
        await once({ idempotencyKey, act, find });
      }),
  };
}

function refundOf(refund: Stripe.Refund): RemoteRefund {
  const { id, amount: amountMinor, currency, metadata, created } = refund;
  return {
    id,
    paymentIntentId: idOrNull(refund.payment_intent),
    amountMinor,
    currency,
    isGiven: isGiven(refund),
    key: metadata?.['key'] ?? null,
    createdMs: created * 1_000,
  };
}

function isGiven({ status }: Stripe.Refund): boolean {
  return status !== 'failed' && status !== 'canceled';
}

/** An empty list would change nothing; an empty text takes all away. */
function discountsOf(discounts: readonly DiscountRef[]) {
  if (discounts.length === 0) return '' as const;
  return discounts.map((each) =>
    each.kind === 'present' ? { discount: each.discountId } : { coupon: each.couponId },
  );
}
