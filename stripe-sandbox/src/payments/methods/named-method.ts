import type { Tx } from '../../engine/transaction.ts';
import { getPaymentMethod } from '../payment-methods.ts';
import { createMethod, type MethodSaid } from './card-params.ts';

interface MethodNamed {
  readonly payment_method?: string | undefined;
  readonly payment_method_data?: MethodSaid | undefined;
}

/** The payment method that is named or described; made on the way where it is described. */
export function methodOf(tx: Tx, said: MethodNamed): string | null {
  if (said.payment_method !== undefined) {
    return getPaymentMethod(tx, said.payment_method, 'payment_method').id;
  }
  return said.payment_method_data === undefined
    ? null
    : createMethod(tx, said.payment_method_data).id;
}
