import type { Tx } from '../../../engine/transaction.ts';
import { createSetupIntent } from '../../../payments/setup-intents.ts';
import type { SubscriptionRow } from '../rows.ts';

/** Lets a customer who begins with a trial give a payment method for what comes after it. */
export function setUpLater(tx: Tx, row: SubscriptionRow): SubscriptionRow {
  const { id } = createSetupIntent(tx, { customer: row.customer, paymentMethod: null });
  return { ...row, pendingSetupIntent: id };
}
