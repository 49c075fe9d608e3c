import { NotKept } from '../../engine/deeds.ts';
import { StripeError } from '../errors.ts';

/** What is answered where the sandbox itself is at fault. */
const SANDBOX_FAULT = {
  status: 500,
  details: { type: 'api_error', message: 'The sandbox has a fault of its own; see its log.' },
} as const;

/**
 * What is answered to an error, whatever it is. 503 where the journal cannot be written: nothing
 * has happened, and the caller may try again, as where Stripe itself is not available.
 */
export function refusalOf(error: unknown): Pick<StripeError, 'status' | 'details'> {
  if (error instanceof StripeError) return error;
  if (!(error instanceof NotKept)) return SANDBOX_FAULT;
  return { status: 503, details: { type: 'api_error', message: error.message } };
}
