import { afterIntent, findIntent, renderIntent, type PaymentIntentRow } from './intents.ts';
import type { Tx } from '../engine/transaction.ts';
import { missing } from '../http/errors.ts';
import { boolean } from '../http/params.ts';
import { route, type Route } from '../http/routes.ts';
import { finishAuthentication } from './confirm.ts';
import { settleIntent } from './outcomes.ts';
import { finishSetupAuthentication } from './setup-confirm.ts';
import { findSetupIntent, renderSetupIntent, type SetupIntentRow } from './setup-intents.ts';

/**
 * The holder of a card has answered their bank's question (3D Secure), and the attempt goes on or
 * has failed. Takes the id of a payment intent or of a setup intent.
 */
export function completeAction(
  tx: Tx,
  id: string,
  succeeds: boolean,
): PaymentIntentRow | SetupIntentRow {
  const setup = findSetupIntent(tx, id);
  if (setup !== undefined) return finishSetupAuthentication(tx, setup, succeeds);
  const intent = findIntent(tx, id);
  if (intent === undefined) throw missing('payment_intent', id);
  const finished = finishAuthentication(tx, intent, succeeds);
  afterIntent(tx, finished);
  return finished;
}

/** A debit comes to its end, when its bank has looked at it. */
export function settlePayment(tx: Tx, id: string): void {
  afterIntent(tx, settleIntent(tx, id));
}

/** Does what the page of 3D Secure does, for tests without a browser; no route of Stripe's. */
export const authenticationRoute: Route<object> = route(
  'POST',
  '/_sandbox/intents/{intent}/authenticate',
  { succeeds: boolean },
  (tx, { ids, params }) => {
    const id = ids['intent']!;
    completeAction(tx, id, params.succeeds);
    const setup = findSetupIntent(tx, id);
    return setup === undefined ? renderIntent(findIntent(tx, id)!) : renderSetupIntent(setup);
  },
);
