import { updateSubscription } from '../../billing/subscriptions/update.ts';
import { hasEnded, subscriptions } from '../../billing/subscriptions/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import type { FormHash } from '../../http/form.ts';
import { completeAction } from '../../payments/actions.ts';
import { failedAnswer } from '../../payments/failures.ts';
import { findPaymentMethod } from '../../payments/payment-methods.ts';
import { confirmSetupIntent } from '../../payments/setup-confirm.ts';
import {
  createSetupIntent,
  getSetupIntent,
  renderSetupIntent,
} from '../../payments/setup-intents.ts';
import { getCustomer, updateCustomer } from '../../customers/customer.ts';
import { methodOf } from '../card-form.ts';
import { NeedsAuthentication } from '../checkout/completion/authentication.ts';
import { said } from '../fields.ts';

/** The id of a card that is new, or waits for its holder's answer; it is nobody's yet. */
export function newMethod(tx: Tx, customer: string, form: FormHash): string {
  const waiting = said(form, 'waiting');
  if (waiting === null) {
    const { email, name } = getCustomer(tx, customer);
    return methodOf(tx, form, { email, name }).id;
  }
  const method = findPaymentMethod(tx, waiting);
  if (method === undefined || method.customer !== null) throw missing('payment method', waiting);
  return method.id;
}

export interface NewMethod {
  readonly method: string;
  /** What its holder has answered the bank, if it has asked. */
  readonly answer: string | null;
}

/** Sets a payment method up for its customer, and pays with it from now on. */
export function saveMethod(tx: Tx, customer: string, { method, answer }: NewMethod): void {
  const begun = createSetupIntent(tx, { customer, paymentMethod: method });
  const asked = confirmSetupIntent(tx, begun, { paymentMethod: null });
  if (asked.status === 'requires_action') {
    if (answer === null) throw new NeedsAuthentication();
    completeAction(tx, asked.id, answer === 'proved');
  }
  const intent = getSetupIntent(tx, asked.id);
  if (intent.lastSetupError !== null) {
    throw failedAnswer(intent.lastSetupError, { setup_intent: renderSetupIntent(intent) });
  }
  makeDefault(tx, customer, method);
}

/**
 * Pays with a payment method from now on, also for subscriptions that have one of their own:
 * otherwise a customer who changes a card that has expired would change nothing.
 */
export function makeDefault(tx: Tx, customerId: string, method: string): void {
  const customer = getCustomer(tx, customerId);
  if (findPaymentMethod(tx, method)?.customer !== customerId) {
    throw missing('payment method', method);
  }
  const invoiceSettings = { ...customer.invoiceSettings, default_payment_method: method };
  updateCustomer(tx, { ...customer, invoiceSettings });
  for (const row of tx.by(subscriptions, 'customer', customerId)) {
    const own = row.defaultPaymentMethod;
    if (hasEnded(row) || own === null || own === method) continue;
    updateSubscription(tx, row.id, { default_payment_method: method });
  }
}
