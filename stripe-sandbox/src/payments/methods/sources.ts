import { invalid } from '../../http/errors.ts';
import type { Tx } from '../../engine/transaction.ts';
import { cardOf } from './card-facts.ts';
import { testCardNamed } from './cards.ts';
import { nextYear } from './expiry.ts';
import { addPaymentMethod, type PaymentMethodRow } from '../payment-methods.ts';

/**
 * The card of a token such as `tok_visa`, as it was kept before there were payment methods: a
 * payment method whose id begins with `card_`.
 */
export function sourceOf(tx: Tx, token: string, param = 'source'): PaymentMethodRow {
  const card = token.startsWith('tok_') ? testCardNamed(token) : undefined;
  if (card === undefined) throw noSuchToken(token, param);
  const expiry = nextYear(tx.sandboxNow);
  return addPaymentMethod(tx, { prefix: 'card', card: cardOf(card, expiry, { cvcCheck: null }) });
}

export function noSuchToken(token: string, param: string): Error {
  return invalid(`No such token: '${token}'`, { code: 'resource_missing', param });
}
