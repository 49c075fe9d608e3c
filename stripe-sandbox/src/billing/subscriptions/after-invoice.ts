import type { Tx } from '../../engine/transaction.ts';
import type { InvoiceOutcome, InvoiceRow } from '../invoices/rows.ts';

/** What follows from the outcome of an invoice. */
export type InvoiceFollower = (tx: Tx, invoice: InvoiceRow, outcome: InvoiceOutcome) => void;

let follower: InvoiceFollower = () => {
  throw new Error('nothing follows from invoices yet: see resources/index.ts');
};

/**
 * Says what follows from invoices. Subscriptions make invoices and invoices move subscriptions on;
 * so that neither imports the other, what binds all resources together says it once.
 */
export function setInvoiceFollower(chosen: InvoiceFollower): void {
  follower = chosen;
}

/** Lets a subscription follow what became of its invoice. */
export function afterInvoice(tx: Tx, invoice: InvoiceRow, outcome: InvoiceOutcome): void {
  follower(tx, invoice, outcome);
}
