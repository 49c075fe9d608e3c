import { setTimeout as wait } from 'node:timers/promises';
import Stripe from 'stripe';
import {
  PAYMENT_DECLINED,
  PROVIDER_REFUSED,
  PROVIDER_UNAVAILABLE,
} from '../../domains/billing/index.ts';
import { AppError } from '../../platform/errors.ts';

/**
 * Runs a call, patiently where Stripe asks for patience (nothing was done then, and the SDK does
 * not repeat it), and tells its failure in the words of the port.
 */
export async function asking<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const isPatient = error instanceof Stripe.errors.StripeRateLimitError;
      if (!isPatient || attempt === MOST_ATTEMPTS) throw translated(error);
      await wait(waitMs(error, attempt));
    }
  }
}

const MOST_ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 4_000;

/** As long as Stripe says, or else twice as long each time. */
function waitMs({ headers }: Stripe.errors.StripeError, attempt: number): number {
  const said = Number(headers?.['retry-after'] ?? Number.NaN) * 1_000;
  const base = Number.isFinite(said) ? said : FIRST_WAIT_MS * 2 ** (attempt - 1);
  return Math.min(LONGEST_WAIT_MS, base);
}

function translated(error: unknown): unknown {
  if (!(error instanceof Stripe.errors.StripeError)) return error;
  if (error instanceof Stripe.errors.StripeCardError) {
    return new AppError(
      PAYMENT_DECLINED,
      {
        message: error.message,
        members: { provider_code: error.code ?? null, decline_code: error.decline_code ?? null },
      },
      error,
    );
  }
  if (isPassing(error)) {
    return new AppError(
      PROVIDER_UNAVAILABLE,
      { message: 'Stripe does not answer just now; try again.', retryAfterSeconds: 5 },
      error,
    );
  }
  return new AppError(
    PROVIDER_REFUSED,
    {
      message: `Stripe refuses this: ${error.message}`,
      members: { provider_code: error.code ?? null, provider_param: error.param ?? null },
    },
    error,
  );
}

/**
 * What another attempt may change: the network, patience, Stripe's own faults, a key of ours. Where
 * there is no status, what came was no answer of Stripe's, which may have done what was asked.
 */
function isPassing(error: Stripe.errors.StripeError): boolean {
  if (error instanceof Stripe.errors.StripeConnectionError) return true;
  if (error instanceof Stripe.errors.StripeRateLimitError) return true;
  if (error instanceof Stripe.errors.StripeAuthenticationError) return true;
  if (error instanceof Stripe.errors.StripePermissionError) return true;
  const { statusCode, code } = error;
  if (statusCode === undefined) return true;
  return statusCode >= 500 || statusCode === 429 || code === 'idempotency_key_in_use';
}

/** Stripe began and broke down: what it did is not known, and it repeats the answer by its key. */
export function isIndeterminate(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && (error.statusCode ?? 0) >= 500;
}

/** Stripe has said no, and has done nothing. */
export function isRefusal(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && !isPassing(error);
}

export function isMissing(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'resource_missing';
}

export function isAlreadyThere(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeError && error.code === 'resource_already_exists';
}
