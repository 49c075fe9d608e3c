import type { Tx } from '../../../engine/transaction.ts';
import type { PaymentTerms } from '../../invoices/life/subscription-calls.ts';
import { getSubscription } from '../rows.ts';

/** What the invoices of a subscription are paid with, and whether that is kept. */
export function subscriptionPaymentTerms(tx: Tx, id: string): PaymentTerms {
  const { defaultPaymentMethod, savesPaymentMethod, status } = getSubscription(tx, id);
  return {
    defaultPaymentMethod,
    savesPaymentMethod: savesPaymentMethod || status === 'incomplete',
  };
}
