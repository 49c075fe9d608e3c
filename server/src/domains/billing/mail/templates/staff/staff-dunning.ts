// pure
import { action, facts, text } from '../../document.ts';
import type { StepName } from '../../mail-data.ts';
import { graceEndMs, when } from '../../situation.ts';
import { sayAmount } from '../../wording.ts';
import type { Template } from '../template.ts';

const TOLD: Readonly<Record<StepName, string>> = {
  payment_failed: 'A payment failed',
  action_required: 'A bank asks a customer to confirm a payment',
  grace_ending: 'A grace period ends soon',
  restricted: 'A customer is restricted until they pay',
  recovered: 'A failed payment was made good',
  ended: 'A subscription ended unpaid',
};

/** Staff are told of every step, also of one that is past when they read of it. */
export const staffDunning: Template<'staff_dunning'> = {
  staleBecause: () => null,
  write({ step, subscriptionId, invoiceId, attempt }, situation) {
    const { account, invoice } = situation;
    const graceMs = graceEndMs(situation);
    const nextMs = invoice?.status === 'open' ? invoice.nextAttemptMs : null;
    return {
      subject: `${TOLD[step]}: ${account.user}`,
      parts: [
        text(`${TOLD[step]}.`),
        facts({
          'User': account.user,
          'Account': String(account.id),
          'Mail': account.email,
          'Subscription': subscriptionId,
          'Status now': situation.subscription?.status ?? 'none',
          'Invoice': invoice?.number ?? invoiceId,
          'Open':
            invoice === null
              ? null
              : sayAmount({
                  amountMinor: invoice.amountRemainingMinor,
                  currency: invoice.currency,
                }),
          'Attempt': attempt === null ? null : String(attempt),
          'Next attempt': nextMs === null ? null : when(situation, nextMs),
          'Restricted from': graceMs === null ? null : when(situation, graceMs),
        }),
        ...action('Open the invoice', invoice?.hostedUrl ?? null),
      ],
    };
  },
};
