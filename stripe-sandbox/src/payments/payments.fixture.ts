import type Stripe from 'stripe';
import { startOwnClock, type OwnClock } from '../../test/own-clock.fixture.ts';

/** 2025-10-09 08:54:00 UTC. */
export const NOW = 1_760_000_040;

export interface Payments extends OwnClock {
  /** What the holder of a card answers on the page of 3D Secure. */
  readonly authenticate: (intent: string, succeeds: boolean) => Promise<void>;
}

/** A sandbox whose answers and events are held against the SDK's types, and whose clock stands. */
export async function startPayments(seed: string): Promise<Payments> {
  const started = await startOwnClock({ seed, now: NOW });
  return {
    ...started,
    async authenticate(intent, succeeds) {
      const answered = await fetch(`${started.sandbox.url}/3ds/${intent}`, {
        method: 'POST',
        body: new URLSearchParams({ answer: succeeds ? 'proved' : 'not_proved' }),
        redirect: 'manual',
      });
      if (answered.status >= 400) throw new Error(await answered.text());
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
