import { invalid } from '../../http/errors.ts';
import { missingParam } from '../../http/params.ts';
import type { CheckoutParams } from './create-params.ts';
import type { SessionMode } from './session-rows.ts';

/** The parameters that only one kind of session knows. */
const MODES: readonly (readonly [keyof CheckoutParams, readonly SessionMode[]])[] = [
  ['customer_creation', ['payment', 'setup']],
  ['invoice_creation', ['payment']],
  ['payment_intent_data', ['payment']],
  ['setup_intent_data', ['setup']],
  ['subscription_data', ['subscription']],
  ['payment_method_collection', ['subscription']],
  ['submit_type', ['payment', 'subscription']],
  ['line_items', ['payment', 'subscription']],
  ['discounts', ['payment', 'subscription']],
];

const TOGETHER: readonly (readonly [keyof CheckoutParams, keyof CheckoutParams])[] = [
  ['customer', 'customer_email'],
  ['allow_promotion_codes', 'discounts'],
  ['customer', 'customer_creation'],
  ['payment_method_types', 'allowed_payment_method_types'],
];

/** Refuses parameters that do not go together, or not with the mode. */
export function requireFitting(said: CheckoutParams, mode: SessionMode): void {
  for (const [name, modes] of MODES) {
    if (said[name] === undefined || modes.includes(mode)) continue;
    throw invalid(`You can not pass \`${name}\` in \`${mode}\` mode.`, { param: name });
  }
  for (const [one, other] of TOGETHER) {
    if (said[one] === undefined || said[other] === undefined) continue;
    throw invalid(`You may only specify one of these parameters: ${one}, ${other}.`, {
      param: one,
    });
  }
  if (said.success_url === undefined) throw missingParam('success_url');
  if (mode === 'setup' && said.currency === undefined && !namesTypes(said)) {
    throw missingParam('currency');
  }
  if (mode !== 'setup' && (said.line_items ?? []).length === 0) throw missingParam('line_items');
  const { trial_end: end, trial_period_days: days } = said.subscription_data ?? {};
  if (end !== undefined && days !== undefined) {
    throw invalid('You may only specify one of these parameters: trial_end, trial_period_days.', {
      param: 'subscription_data[trial_end]',
    });
  }
}

function namesTypes(said: CheckoutParams): boolean {
  const { payment_method_types: types, allowed_payment_method_types: allowed } = said;
  return types !== undefined || allowed !== undefined;
}
