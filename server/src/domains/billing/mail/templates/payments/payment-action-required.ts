// pure
import { action, facts, text } from '../../document.ts';
import { sayAmount } from '../../wording.ts';
import { SETTLED, type Template } from '../template.ts';

export const paymentActionRequired: Template<'payment_action_required'> = {
  staleBecause(_data, { invoice }) {
    if (invoice === null) return 'the invoice is not on record';
    return invoice.status === 'open' ? null : SETTLED;
  },
  write(_data, { invoice }) {
    const amount =
      invoice === null
        ? null
        : sayAmount({ amountMinor: invoice.amountRemainingMinor, currency: invoice.currency });
    return {
      subject: 'Please confirm your payment with your bank',
      parts: [
        text(
          'Your bank asks you to confirm a payment yourself before it lets it through.',
          'It takes a minute: open the invoice, and follow what your bank shows you.',
        ),
        facts({ Amount: amount, Invoice: invoice?.number ?? null }),
        ...action('Confirm the payment', invoice?.hostedUrl ?? null),
      ],
    };
  },
};
