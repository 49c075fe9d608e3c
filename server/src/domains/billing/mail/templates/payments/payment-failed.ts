// pure
import { action, facts, text, type MailPart } from '../../document.ts';
import { graceEndMs, when, type Situation } from '../../situation.ts';
import { sayAmount } from '../../wording.ts';
import { SETTLED, type Template } from '../template.ts';

export const paymentFailed: Template<'payment_failed'> = {
  staleBecause({ attempt }, { invoice }) {
    if (invoice === null) return 'the invoice is not on record';
    if (invoice.status !== 'open') return SETTLED;
    return invoice.attemptCount > attempt ? 'a later attempt has failed, too' : null;
  },
  write({ attempt }, situation) {
    const { invoice } = situation;
    const owed = invoice === null ? null : owedOf(invoice);
    return {
      subject: owed === null ? 'Your payment failed' : `Your payment of ${owed} failed`,
      parts: [
        text(
          attempt === 1
            ? 'We tried to charge your payment method, and your bank said no.'
            : `We tried to charge your payment method for the ${ordinal(attempt)} time, ` +
                'and your bank said no.',
        ),
        facts({
          'Amount': owed,
          'Invoice': invoice?.number ?? null,
          'Next attempt': nextAttempt(situation),
        }),
        whatFollows(situation),
        ...action('Pay now', invoice?.hostedUrl ?? null),
        text('If you have paid in the meantime, there is nothing left to do.'),
      ],
    };
  },
};

function owedOf({
  amountRemainingMinor: amountMinor,
  currency,
}: {
  readonly amountRemainingMinor: number;
  readonly currency: string;
}): string {
  return sayAmount({ amountMinor, currency });
}

function nextAttempt(situation: Situation): string {
  const nextMs = situation.invoice?.nextAttemptMs ?? null;
  return nextMs === null ? 'none, please pay yourself' : when(situation, nextMs);
}

function whatFollows(situation: Situation): MailPart {
  const endMs = graceEndMs(situation);
  if (endMs === null || endMs <= situation.nowMs) {
    return text('Pay the invoice or change your payment method, and everything goes on.');
  }
  const free = situation.defaultPlan.name;
  return text(
    `Nothing changes for you until ${when(situation, endMs)}.`,
    `Without a payment by then, the limits of the plan ${free} apply; nothing of yours is deleted.`,
  );
}

function ordinal(count: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][count - 1] ?? `${count}th`;
}
