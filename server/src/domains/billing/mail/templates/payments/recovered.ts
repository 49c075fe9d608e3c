// pure
import { action, facts, text } from '../../document.ts';
import { liveOf } from '../../situation.ts';
import { planName, sayAmount } from '../../wording.ts';
import { ENDED, type Template } from '../template.ts';

export const recovered: Template<'recovered'> = {
  staleBecause({ subscriptionId }, situation) {
    const live = liveOf(situation, subscriptionId);
    if (live === null) return ENDED;
    const isOwed = live.status === 'past_due' || live.status === 'unpaid';
    return isOwed ? 'a payment is owed again' : null;
  },
  write({ subscriptionId }, situation) {
    const { invoice } = situation;
    const live = liveOf(situation, subscriptionId);
    const paid =
      invoice?.status === 'paid'
        ? sayAmount({ amountMinor: invoice.amountPaidMinor, currency: invoice.currency })
        : null;
    return {
      subject: paid === null ? 'Your account is in order again' : 'Thank you, your payment arrived',
      parts: [
        text('Nothing is owed any more, and your plan works as before.'),
        facts({
          Plan: live === null ? null : planName(situation.catalog, live.planId),
          Paid: paid,
          Invoice: invoice?.number ?? null,
        }),
        ...action('Open the invoice', invoice?.hostedUrl ?? null),
      ],
    };
  },
};
