import type Stripe from 'stripe';
import { onTestFinished } from 'vitest';
import { startValidated, type Validated } from '../../test/validated.fixture.ts';

/** 2025-10-09 08:54:00 UTC. */
export const NOW = 1_760_000_040;

export interface Payments extends Validated {
  /** Lets the sandbox's own clock go on. */
  readonly wait: (seconds: number) => void;
  /** What the holder of a card answers on the page of 3D Secure. */
  readonly authenticate: (intent: string, succeeds: boolean) => Promise<void>;
  /** The types of all events so far, oldest first. */
  readonly told: () => Promise<string[]>;
}

/** A sandbox whose answers and events are held against the SDK's types, and whose clock stands. */
export async function startPayments(seed: string): Promise<Payments> {
  let now = NOW;
  const started = await startValidated({ seed, clock: () => now * 1000 });
  onTestFinished(() => started.sandbox.close());
  return {
    ...started,
    wait(seconds) {
      now += seconds;
    },
    async authenticate(intent, succeeds) {
      const answered = await fetch(`${started.sandbox.url}/3ds/${intent}`, {
        method: 'POST',
        body: new URLSearchParams({ answer: succeeds ? 'proved' : 'not_proved' }),
        redirect: 'manual',
      });
      if (answered.status >= 400) throw new Error(await answered.text());
    },
    async told() {
      const { data } = await started.stripe.events.list({ limit: 100 });
      return data.map((event) => event.type).toReversed();
    },
  };
}

/** What Stripe's SDK throws for a request that is refused. */
export async function refusal(asked: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await asked;
  } catch (error) {
    return error as Stripe.errors.StripeError;
  }
  throw new Error('it was not refused');
}
