import { upcall } from '../../../engine/upcall.ts';
import type { InvoiceOutcome, InvoiceRow } from '../rows.ts';

/** Lets a subscription follow what became of its invoice. */
export const afterInvoice = upcall<[invoice: InvoiceRow, outcome: InvoiceOutcome]>(
  'what follows from an invoice',
);

/** How the invoices of a subscription are paid. */
export interface PaymentTerms {
  readonly defaultPaymentMethod: string | null;
  /** Whether what an invoice is paid with is kept for later ones. */
  readonly savesPaymentMethod: boolean;
}

/** The terms of an invoice's subscription. */
export const paymentTermsOf = upcall<[subscription: string], PaymentTerms>(
  'how a subscription is paid',
);
