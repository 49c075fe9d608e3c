import { describe, expect, test } from 'vitest';
import { isServed, startsService, type SubscriptionState } from './subscription.ts';

const NOW = Date.UTC(2026, 4, 10);
const EARLIER = NOW - 86_400_000;

function state(said: Partial<SubscriptionState> = {}): SubscriptionState {
  return {
    planId: 1,
    status: 'active',
    source: 'stripe',
    billingCycle: 'monthly',
    seats: 1,
    startedMs: NOW,
    period: { startMs: NOW, endMs: NOW + 1 },
    trialEndMs: null,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    endedMs: null,
    stripeSubscriptionId: null,
    ...said,
  };
}

type Before = NonNullable<Parameters<typeof startsService>[0]>;

function live(said: Partial<Before> = {}): Before {
  return { status: 'active', startedMs: EARLIER, ...said };
}

describe('service starts from none', () => {
  test('with a first subscription that is paid for or tried', () => {
    expect(startsService(null, state(), NOW)).toBe(true);
    expect(startsService(null, state({ status: 'trialing' }), NOW)).toBe(true);
    expect(startsService(null, state({ status: 'incomplete' }), NOW)).toBe(false);
    expect(startsService(null, state({ status: 'past_due' }), NOW)).toBe(false);
    expect(startsService(null, state({ endedMs: NOW }), NOW)).toBe(false);
  });

  test.each(['incomplete', 'unpaid', 'paused', 'canceled'])(
    'when one that was %s becomes active',
    (status) => {
      expect(startsService(live({ status }), state({ startedMs: EARLIER }), NOW)).toBe(true);
    },
  );

  test('when one that was still to come is told again, or begins', () => {
    const coming = live({ startedMs: NOW + 1 });
    expect(startsService(coming, state({ startedMs: NOW + 1 }), NOW)).toBe(true);
    expect(startsService(coming, state({ startedMs: NOW }), NOW)).toBe(true);
  });
});

describe('service goes on', () => {
  test.each(['active', 'trialing', 'past_due'])('through whatever follows on %s', (status) => {
    const before = live({ status });
    expect(startsService(before, state({ startedMs: EARLIER }), NOW)).toBe(false);
    expect(startsService(before, state({ startedMs: EARLIER, planId: 2 }), NOW)).toBe(false);
    expect(startsService(before, state({ startedMs: NOW }), NOW)).toBe(false);
  });
});

test('only what is paid for, tried or owed for is served', () => {
  expect(['active', 'trialing', 'past_due'].every(isServed)).toBe(true);
  expect(['incomplete', 'unpaid', 'canceled', 'paused', 'a_new_word', ''].some(isServed)).toBe(
    false,
  );
});
