import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.ts';
import {
  openApplication,
  openSilentStripe,
  type OperatedApplication,
  type SilentStripe,
} from '../../../../test/support/stripe-operations.ts';
import { decidePass, FIRST_WINDOW_MS, metUpTo, OVERLAP_MS } from './decide-pass.ts';

const DAY_MS = 86_400_000;
let testDatabase: TestDatabase;
let stripe: SilentStripe;
let app: OperatedApplication;

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  stripe = await openSilentStripe('sweep');
  app = await openApplication(testDatabase.url, stripe);
});
afterAll(async () => {
  await app.close();
  await stripe.close();
  await testDatabase.drop();
});

const states = async (): Promise<Map<string, number>> => {
  const events = await app.stripe.inspection.events({ limit: 10_000 });
  expect(events.every(({ isFoundBySweep }) => isFoundBySweep)).toBe(true);
  return new Map(
    [...Map.groupBy(events, ({ state }) => state)].map(([state, some]) => [state, some.length]),
  );
};

const listed = async (sinceMs: number): Promise<number> => {
  const all = await stripe.stripe.events
    .list({ created: { gte: Math.floor(sinceMs / 1_000) }, limit: 100 })
    .autoPagingToArray({ limit: 10_000 });
  return all.length;
};

test('what Stripe never told of is found once, and not what was long before', async () => {
  for (let each = 0; each < 30; each += 1) await stripe.customer({ email: `${each}@example.com` });
  const startMs = stripe.clock.nowMs();
  await stripe.advanceTo(startMs + 2 * DAY_MS);
  for (let each = 0; each < 45; each += 1) await stripe.customer({ email: `n${each}@example.com` });

  const nowMs = stripe.clock.nowMs();
  const expected = await listed(nowMs - FIRST_WINDOW_MS);
  expect(expected).toBeGreaterThan(100);
  const first = await app.stripe.sweep.run();
  expect(first).toMatchObject({
    isFirst: true,
    found: expected,
    looked: expected,
    isComplete: true,
  });
  expect((await states()).get('stored')).toBe(expected);

  const again = await app.stripe.sweep.run();
  expect(again).toMatchObject({
    isFirst: false,
    found: 0,
    isComplete: true,
    sinceMs: nowMs - OVERLAP_MS,
  });

  const all = await listed(0);
  const asked = await app.stripe.sweep.run({ sinceMs: startMs - DAY_MS });
  expect(asked).toMatchObject({ found: all - expected, isComplete: true });
});

test('a pass that Stripe breaks off is gone on with, and nothing of it is left out', async () => {
  await stripe.advanceTo(stripe.clock.nowMs() + DAY_MS);
  const before = await listed(0);
  for (let each = 0; each < 100; each += 1) {
    await stripe.stripe.customers.create({ email: `x${each}@example.com` });
  }
  await stripe.advanceTo(stripe.clock.nowMs() + 60_000);
  for (let each = 0; each < 50; each += 1) {
    await stripe.stripe.customers.create({ email: `y${each}@example.com` });
  }
  const made = (await listed(0)) - before;
  // The first page is answered, and then nothing for as often as anybody asks again.
  await stripe.fail({ kind: 'server_error', path: '/v1/events', count: 50 });
  await expect(app.stripe.sweep.run()).rejects.toMatchObject({
    code: 'payment_provider_unavailable',
  });
  await fetch(`${stripe.sandbox.url}/_sandbox/failures`, { method: 'DELETE' });
  await stripe.fail({ kind: 'rate_limit', path: '/v1/events', count: 2, retry_after: 0 });
  const { found, isComplete } = await app.stripe.sweep.run();
  expect({ found, isComplete }).toEqual({ found: made, isComplete: true });
});

test('an interrupted pass goes on where it was, and is over only at its beginning', () => {
  const asked = { nowMs: 10 * DAY_MS, askedSinceMs: null };
  const pass = { sinceMs: 5, toMs: 9 * DAY_MS, after: 'evt_1' };
  expect(decidePass({ sweptToMs: 6, pass }, asked)).toEqual(pass);
  expect(decidePass({ sweptToMs: 6 * DAY_MS, pass: null }, asked)).toEqual({
    sinceMs: 6 * DAY_MS - OVERLAP_MS,
    toMs: null,
    after: null,
  });
  expect(decidePass({ sweptToMs: 6, pass }, { ...asked, askedSinceMs: 7 }).sinceMs).toBe(5);
});

test('events from a clock that is ahead let nothing be skipped', () => {
  const pass = { sinceMs: 0, toMs: null, after: null };
  expect(metUpTo(pass, [{ createdMs: 900 }, { createdMs: 20 }], 100)).toBe(100);
  expect(metUpTo({ ...pass, toMs: 80 }, [{ createdMs: 20 }], 100)).toBe(80);
  expect(metUpTo(pass, [], 100)).toBeNull();
});

test('what test clocks tell of themselves buries nothing: it is not kept', async () => {
  await app.stripe.sweep.run();
  const before = await listed(0);
  const frozenTime = Math.floor(stripe.clock.nowMs() / 1_000);
  await stripe.stripe.testHelpers.testClocks.create({ frozen_time: frozenTime });
  expect(await listed(0)).toBe(before + 1);
  expect(await app.stripe.sweep.run()).toMatchObject({ found: 0, isComplete: true });
});
