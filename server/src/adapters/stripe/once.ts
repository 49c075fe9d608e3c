import { isIndeterminate } from './faults.ts';

export interface Once<T> {
  readonly idempotencyKey: string;
  readonly act: (idempotencyKey: string) => Promise<T>;
  /** What an attempt that broke down has left behind after all. */
  readonly find: () => Promise<T | undefined>;
}

const MOST_ATTEMPTS = 4;

/**
 * Does something at Stripe once, also where Stripe breaks down at it. A 500 is kept and repeated
 * under its idempotency key, so that the key is used up, whether or not anything was done: look for
 * what it may have done, and else try under another key. A network that fails is different: what
 * was asked may still be under way, and only the same key keeps it from happening twice.
 */
export async function once<T>({ idempotencyKey, act, find }: Once<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const key = attempt === 1 ? idempotencyKey : `${idempotencyKey}:${attempt}`;
    try {
      return await act(key);
    } catch (error) {
      if (!isIndeterminate(error) || attempt === MOST_ATTEMPTS) throw error;
      const found = await find();
      if (found !== undefined) return found;
    }
  }
}
