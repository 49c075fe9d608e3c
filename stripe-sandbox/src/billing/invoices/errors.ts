import { invalid, StripeError } from '../../http/errors.ts';
import { renderFailure } from '../../payments/failures.ts';
import { renderIntent, type PaymentIntentRow } from '../../payments/intents.ts';
import type { InvoiceRow } from './rows.ts';

export function notEditable(invoice: InvoiceRow): StripeError {
  if (invoice.status === 'draft') return invalid('This invoice is still a draft.');
  return invalid("This invoice is already finalized, you can't re-finalize a non-draft invoice.", {
    code: 'invoice_not_editable',
  });
}

export function notOpen(what: string): StripeError {
  return invalid(`You can only ${what} open invoices. This invoice isn't open.`);
}

/** A debit that is under way would otherwise pay for what is not owed any more. */
export function stillProcessing(what: string): StripeError {
  return invalid(
    `You cannot ${what} this invoice while a payment for it is processing. Wait until the ` +
      'payment has succeeded or failed.',
    { code: 'payment_intent_unexpected_state' },
  );
}

/**
 * Why an invoice was not paid when that was asked for. The attempt stays: its charge, its intent
 * and what the invoice notes of it.
 */
export function notPaid(intent: PaymentIntentRow | undefined): StripeError {
  const keepsChanges = true;
  const shown = intent === undefined ? {} : { payment_intent: renderIntent(intent) };
  const failure = intent?.lastPaymentError ?? null;
  if (intent?.status === 'requires_action') {
    return new StripeError(
      402,
      {
        type: 'card_error',
        code: 'invoice_payment_intent_requires_action',
        message:
          'This payment requires additional user action before it can be completed ' +
          'successfully. Payment can be completed using the PaymentIntent associated with the ' +
          'invoice. For more details see: https://stripe.com/docs/billing/subscriptions/overview#requires-action',
        ...shown,
      },
      keepsChanges,
    );
  }
  if (failure === null) {
    return new StripeError(
      400,
      {
        ...invalid(
          'There is no `default_payment_method` set on this Customer or Invoice. Please set the ' +
            '`default_payment_method` or pass a `payment_method`.',
        ).details,
      },
      keepsChanges,
    );
  }
  const { code, decline_code, message, charge } = renderFailure(failure);
  return new StripeError(
    402,
    {
      type: 'card_error',
      message: message ?? 'Your card was declined.',
      ...(code === undefined ? {} : { code }),
      ...(decline_code === undefined ? {} : { decline_code }),
      ...(charge === undefined ? {} : { charge }),
      ...shown,
    },
    keepsChanges,
  );
}
