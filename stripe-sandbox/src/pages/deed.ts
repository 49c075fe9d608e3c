import type { Deeds } from '../engine/deeds.ts';
import type { Tx } from '../engine/transaction.ts';
import { StripeError } from '../http/errors.ts';

const keeps = (error: unknown): boolean => error instanceof StripeError && error.keepsChanges;

/** What a page's deed comes to, or what Stripe would say instead. */
export function tried<T>(deeds: Deeds, work: (tx: Tx) => T): T | StripeError {
  const outcome = deeds.run(work, { keeps });
  if (outcome.kind === 'kept') return outcome.value;
  if (outcome.error instanceof StripeError) return outcome.error;
  throw outcome.error;
}

/** What a page's deed comes to, where nobody can be at fault; throws what goes wrong. */
export function kept<T>(deeds: Deeds, work: (tx: Tx) => T): T {
  const outcome = deeds.run(work, { keeps });
  if (outcome.kind === 'kept') return outcome.value;
  throw outcome.error;
}
