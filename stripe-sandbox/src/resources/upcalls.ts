import { followWithInvoice } from '../billing/invoices/life/after-intent.ts';
import { afterInvoice, paymentTermsOf } from '../billing/invoices/life/subscription-calls.ts';
import { subscriptionPaymentTerms } from '../billing/subscriptions/terms/payment-terms.ts';
import { followInvoice } from '../billing/subscriptions/turns/follow-invoice.ts';
import { afterSessionPayment } from '../pages/checkout/completion/after-payment.ts';
import { afterIntent } from '../payments/intents.ts';

/** Says who answers what lower rooms ask of higher ones; see `engine/upcall.ts`. */
export function bindUpcalls(): void {
  afterIntent.bind((tx, intent) => {
    followWithInvoice(tx, intent);
    afterSessionPayment(tx, intent);
  });
  afterInvoice.bind(followInvoice);
  paymentTermsOf.bind(subscriptionPaymentTerms);
}
