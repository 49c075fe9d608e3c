import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { nowOn } from '../clocks/test-clock.ts';
import { updateCustomer, type CustomerRow } from './customer.ts';

export type BalanceTransactionType =
  'adjustment' | 'applied_to_invoice' | 'initial' | 'invoice_too_small' | 'unapplied_from_invoice';

/** One change of what a customer owes or has to their credit. */
export interface BalanceTransactionRow {
  readonly id: string;
  readonly created: number;
  readonly customer: string;
  /** Minor units; negative for a credit. */
  readonly amount: number;
  readonly currency: string;
  readonly endingBalance: number;
  readonly type: BalanceTransactionType;
  readonly invoice: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
}

export const balanceTransactions = collection<BalanceTransactionRow>('balance_transactions', {
  customer: (transaction) => transaction.customer,
  invoice: (transaction) => transaction.invoice,
});

/** Of an account in the United States, where nothing says otherwise. */
const ACCOUNT_CURRENCY = 'usd';

export interface BalanceChange {
  readonly amount: number;
  readonly type: BalanceTransactionType;
  readonly invoice?: string | null;
  readonly description?: string | null;
  readonly metadata?: Record<string, string>;
}

/** Keeps what has changed a balance; the customer's row shows the new balance already. */
export function recordBalance(
  tx: Tx,
  customer: CustomerRow,
  change: BalanceChange,
): BalanceTransactionRow {
  return tx.put(balanceTransactions, {
    id: tx.newId('cbtxn'),
    created: nowOn(tx, customer.testClock),
    customer: customer.id,
    amount: change.amount,
    currency: customer.currency ?? ACCOUNT_CURRENCY,
    endingBalance: customer.balance,
    type: change.type,
    invoice: change.invoice ?? null,
    description: change.description ?? null,
    metadata: change.metadata ?? {},
  });
}

/** Changes a customer's balance and keeps what changed it. */
export function changeBalance(
  tx: Tx,
  customer: CustomerRow,
  change: BalanceChange,
): BalanceTransactionRow {
  const balance = customer.balance + change.amount;
  return recordBalance(tx, updateCustomer(tx, { ...customer, balance }), change);
}

export function renderBalanceTransaction(
  row: BalanceTransactionRow,
): Stripe.CustomerBalanceTransaction {
  return {
    id: row.id,
    object: 'customer_balance_transaction',
    amount: row.amount,
    checkout_session: null,
    created: row.created,
    credit_note: null,
    currency: row.currency,
    customer: row.customer,
    customer_account: null,
    description: row.description,
    ending_balance: row.endingBalance,
    invoice: row.invoice,
    livemode: false,
    metadata: row.metadata,
    type: row.type,
  };
}
