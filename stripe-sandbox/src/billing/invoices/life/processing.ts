import { collection } from '../../../engine/collection.ts';
import type { Tx } from '../../../engine/transaction.ts';
import { findIntent } from '../../../payments/intents.ts';
import type { InvoiceRow } from '../rows.ts';

/** Invoices that are void as soon as the payment that is under way for them has failed. */
const givenUp = collection<{ readonly id: string }>('given_up_invoices');

/** Whether a debit is under way, of which nobody knows yet how it comes out. */
export function isProcessing(tx: Tx, { paymentIntent }: InvoiceRow): boolean {
  return paymentIntent !== null && findIntent(tx, paymentIntent)?.status === 'processing';
}

/** Leaves it to the payment that is under way whether an invoice is paid or void. */
export function awaitOutcome(tx: Tx, { id }: InvoiceRow): void {
  tx.put(givenUp, { id });
}

/** Whether an outcome was waited for; it is no longer from now on. */
export function endWaiting(tx: Tx, { id }: InvoiceRow): boolean {
  const waiting = tx.find(givenUp, id);
  if (waiting === undefined) return false;
  tx.remove(givenUp, id);
  return true;
}
