import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../../platform/errors.ts';
import { PROVIDER_UNAVAILABLE } from '../errors.ts';

/** Whether Stripe or the database is away: then nothing is said of whom it was about. */
export function isAway(error: unknown): boolean {
  return error instanceof AppError && error.kind === 'unavailable';
}

/** What is wrong with one customer, whom others do not wait for. */
export function faultOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}

const MOST_ATTEMPTS = 4;
const FIRST_WAIT_MS = 250;

/** Asks again after a while where Stripe does not answer; for work that nobody waits for. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (error) {
      const isPassing = error instanceof AppError && error.code === PROVIDER_UNAVAILABLE.code;
      if (!isPassing || attempt === MOST_ATTEMPTS) throw error;
      await wait(FIRST_WAIT_MS * 4 ** (attempt - 1), undefined, { ref: false });
    }
  }
}
