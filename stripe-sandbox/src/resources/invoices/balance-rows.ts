import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { nowOn } from '../clocks/test-clocks.ts';

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

/** Of a customer what a balance needs. */
export interface BalanceHolder {
  readonly id: string;
  readonly balance: number;
  readonly currency: string | null;
  readonly testClock: string | null;
}

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
  customer: BalanceHolder,
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
