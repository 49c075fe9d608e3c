import Stripe from 'stripe';
import type { Random } from '../../test/lives/world/random.ts';
import { comparable, settled, type Place } from './seen.fixture.ts';

/** Where deeds are done: at the one that is killed, or at its twin that is not. */
export interface Host extends Place {
  readonly url: string;
  /** Resolves when it listens. */
  running(): Promise<void>;
  client(): Stripe;
}

export interface Account {
  readonly clock: string;
  readonly customer: string;
  now: number;
}

/** What one who does deeds knows, and what was answered. */
export interface Asking {
  readonly host: Host;
  readonly random: Random;
  /** Where events are to be sent to. */
  readonly receiver: string;
  readonly answers: string[];
  readonly prices: string[];
  readonly accounts: Account[];
  readonly endpoints: string[];
  keys: number;
}

type Options = { readonly idempotencyKey: string };

/** Asks until an answer comes, always under the same key; a refusal is an answer as well. */
export async function ask<T>(
  asking: Asking,
  work: (stripe: Stripe, options: Options) => Promise<T>,
): Promise<T | undefined> {
  const options = { idempotencyKey: `deed-${(asking.keys += 1)}` };
  for (;;) {
    await asking.host.running();
    try {
      const answer = await work(asking.host.client(), options);
      asking.answers.push(comparable(answer));
      return answer;
    } catch (error) {
      if (!isRefusal(error)) continue;
      const { type, code, message } = error;
      asking.answers.push(comparable({ type, code, message }));
      return undefined;
    }
  }
}

/** As {@link ask}, where doing it twice comes to the same and the answer may be another. */
export async function repeat(asking: Asking, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    await asking.host.running();
    try {
      await work();
      return;
    } catch (error) {
      if (isRefusal(error)) return;
    }
  }
}

/** Only what Stripe's API answers has a status: all else is a connection that broke. */
function isRefusal(error: unknown): error is Stripe.errors.StripeError {
  if (error instanceof Stripe.errors.StripeError) {
    if (error.statusCode === undefined) return false;
    if (error.statusCode < 500) return true;
  } else if (error instanceof TypeError) return false;
  throw error;
}

export async function allSettled(asking: Asking): Promise<void> {
  await repeat(asking, () => settled(asking.host));
}

/** Sets the sandbox's own controls; doing so again comes to the same. */
export async function control(asking: Asking, path: string, body: object): Promise<void> {
  await repeat(asking, async () => {
    const { host } = asking;
    const response = await host.fetch(`${host.url}/_sandbox/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  });
}
