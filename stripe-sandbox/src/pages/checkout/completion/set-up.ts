import type { Tx } from '../../../engine/transaction.ts';
import { completeAction } from '../../../payments/actions.ts';
import { failedAnswer } from '../../../payments/failures.ts';
import { confirmSetupIntent } from '../../../payments/setup-confirm.ts';
import {
  createSetupIntent,
  getSetupIntent,
  renderSetupIntent,
  type SetupIntentRow,
} from '../../../payments/setup-intents.ts';
import { NeedsAuthentication, type Means } from './authentication.ts';
import type { CheckoutSessionRow } from '../session-rows.ts';

/** Keeps a payment method for payments to come. */
export function setUp(tx: Tx, session: CheckoutSessionRow, means: Means): CheckoutSessionRow {
  const { description, metadata } = session.setupData;
  const intent = setUpMethod(tx, session, { ...means, description, metadata });
  return { ...session, setupIntent: intent.id };
}

interface SetUp extends Means {
  readonly description: string | null;
  readonly metadata: Record<string, string>;
}

/** The setup intent of a payment method that its holder lets be used later. */
export function setUpMethod(
  tx: Tx,
  { id, customer, paymentMethodTypes }: CheckoutSessionRow,
  { method, answer, description, metadata }: SetUp,
): SetupIntentRow {
  const begun = createSetupIntent(tx, {
    customer,
    paymentMethod: method?.id ?? null,
    checkout: id,
    description,
    metadata,
    paymentMethodTypes,
  });
  const asked = confirmSetupIntent(tx, begun, { paymentMethod: null });
  if (asked.status === 'requires_action') {
    if (answer === 'none') throw new NeedsAuthentication();
    completeAction(tx, asked.id, answer === 'proved');
  }
  const intent = getSetupIntent(tx, asked.id);
  if (intent.lastSetupError === null) return intent;
  throw failedAnswer(intent.lastSetupError, { setup_intent: renderSetupIntent(intent) });
}
