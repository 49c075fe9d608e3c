import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { overridePlan, recordSubscription } from '../access/index.ts';
import { subscribedSince } from '../access/subscription.fixture.ts';
import { planVersion } from '../plans/index.ts';
import { usageJobs } from './jobs.ts';
import {
  balanceOf,
  committed,
  quantity,
  reserved,
  tracked,
  useProcesses,
  type Person,
} from './processes.fixture.ts';

const processes = useProcesses();
const instant = (atMs: number): string => new Date(atMs).toISOString();

interface EventRow {
  readonly occurred_at: number;
  readonly late: boolean;
  readonly counted: Record<string, number>;
}

async function eventsOf({ accountId }: Person): Promise<EventRow[]> {
  const { rows } = await sql<EventRow>`
    SELECT occurred_at, late, counted FROM usage_events WHERE account_id = ${accountId}
    ORDER BY id`.execute(processes.database.sql);
  return rows;
}

describe('an idempotency key', () => {
  test('is remembered for 35 days from its receipt and free again then', async () => {
    const { one, other, person, clock } = processes;
    const somebody = await person();
    const booking = tracked(one, somebody, { key: 'again' });
    await one.usage.track(booking);
    clock.advanceBy(35 * DAY_MS - 1);
    expect(await other.usage.track(booking)).toMatchObject({ duplicate: true });
    clock.advanceBy(1);
    expect(await other.usage.track(booking)).toMatchObject({ duplicate: false });
    expect(await other.usage.track(booking)).toMatchObject({ duplicate: true });
    expect(await eventsOf(somebody)).toHaveLength(2);
  });

  test('is forgotten by a job when it is of no more use, and not before', async () => {
    const { one, person, clock, database } = processes;
    const somebody = await person();
    await one.usage.track(tracked(one, somebody, { key: 'old' }));
    clock.advanceBy(DAY_MS);
    await one.usage.track(tracked(one, somebody, { key: 'young' }));
    clock.advanceBy(34 * DAY_MS + 1);
    const job = usageJobs(database).find(({ name }) => name === 'usage_keys_forget')!;
    const { signal } = new AbortController();
    await job.run({ nowMs: clock.nowMs(), signal });
    const { rows } = await sql<{ key: string }>`
      SELECT key FROM usage_keys WHERE account_id = ${somebody.accountId}`.execute(database.sql);
    expect(rows).toEqual([{ key: 'young' }]);
  });

  test('of a reservation answers with the same one and the balance as it is now', async () => {
    const { one, other, person } = processes;
    const somebody = await person();
    const first = await one.usage.reserve(reserved(somebody, { amount: 6, key: 'hold' }));
    await one.usage.track(tracked(one, somebody, { amount: 4 }));
    const again = await other.usage.reserve(reserved(somebody, { amount: 6, key: 'hold' }));
    expect(again).toMatchObject({ granted: true, duplicate: true, id: first.id });
    expect(again.balance).toMatchObject({ used: units(4), reserved: units(6) });
  });

  test('of something refused is free, so that it can be tried again', async () => {
    const { one, person, command } = processes;
    const somebody = await person();
    const large = reserved(somebody, { amount: 61, key: 'large' });
    expect(await one.usage.reserve(large)).toMatchObject({ granted: false, duplicate: false });
    await overridePlan(one.commands, command(somebody), { plan: 'pro', expiresMs: null });
    expect(await one.usage.reserve(large)).toMatchObject({ granted: true, duplicate: false });
  });
});

describe('an event', () => {
  test("finds or makes its month's partition, however many processes need it", async () => {
    const { one, other, person, clock } = processes;
    const somebody = await person();
    clock.advanceTo(Date.UTC(2029, 4, 20));
    const long = clock.nowMs() - 34 * DAY_MS;
    await Promise.all([
      one.usage.track(tracked(one, somebody, { occurredMs: long })),
      other.usage.track(tracked(other, somebody, { occurredMs: long })),
      other.usage.track(tracked(other, somebody)),
    ]);
    const { rows } = await sql<{ partition: string; events: number }>`
      SELECT tableoid::regclass::text AS partition, count(*) AS events FROM usage_events
      WHERE account_id = ${somebody.accountId} GROUP BY 1 ORDER BY 1`.execute(
      processes.database.sql,
    );
    expect(rows).toEqual([
      { partition: 'usage_events_2029_04', events: 2 },
      { partition: 'usage_events_2029_05', events: 1 },
    ]);
  });

  test('that counts to nothing is booked for whom it names, and refused for nobody', async () => {
    const { one, person } = processes;
    const somebody = await person();
    const opened = tracked(one, somebody, { event: 'opened', key: 'opened' });
    expect(await one.usage.track(opened)).toEqual({
      recorded: true,
      duplicate: false,
      over_limit: false,
      balances: [],
    });
    expect(await one.usage.track(opened)).toMatchObject({ duplicate: true });
    expect(await eventsOf(somebody)).toHaveLength(1);
    await expect(one.usage.track({ ...opened, user: 'nobody' })).rejects.toMatchObject({
      code: 'user_unknown',
    });
  });

  test('that comes late belongs to the period it happened in, even an empty one', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const startMs = clock.nowMs();
    await one.usage.track(tracked(one, somebody));
    // The first period is over, the second as well, and nobody has looked at either.
    clock.advanceTo(addMonths(startMs, 2) + DAY_MS);
    const occurredMs = addMonths(startMs, 1) + 5 * DAY_MS;
    const answer = await one.usage.track(tracked(one, somebody, { amount: 61, occurredMs }));
    expect(answer).toMatchObject({ recorded: true, over_limit: true });
    expect(answer.balances).toEqual([
      {
        feature: 'minutes',
        period_start: instant(addMonths(startMs, 1)),
        period_end: instant(addMonths(startMs, 2)),
        limit: 60,
        used: 61,
        reserved: 0,
        remaining: 0,
      },
    ]);
    expect(await balanceOf(one, somebody)).toMatchObject({ used: '0' });
    expect((await eventsOf(somebody)).map((event) => event.late)).toEqual([false, true]);
  });

  test('said to happen in a moment happens now', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const occurredMs = clock.nowMs() + 60_000;
    await one.usage.track(tracked(one, somebody, { occurredMs }));
    expect((await eventsOf(somebody))[0]!.occurred_at).toBe(clock.nowMs());
  });

  test('of a period that has gone by is judged by the plan that was in force then', async () => {
    const { one, person, clock, command } = processes;
    const somebody = await person();
    const startMs = clock.nowMs();
    const told = subscribedSince(one, startMs);
    await recordSubscription(one.commands, command(somebody), told);
    clock.advanceTo(addMonths(startMs, 1) + DAY_MS);
    // Nothing was ever counted when the subscription ended.
    const ended = { ...told, endedMs: clock.nowMs() };
    await recordSubscription(one.commands, command(somebody), ended);
    const late = { amount: 200, occurredMs: startMs + DAY_MS, enforce: true };
    const answer = await one.usage.track(tracked(one, somebody, late));
    expect(answer).toMatchObject({ recorded: true, over_limit: false });
    expect(answer.balances[0]).toMatchObject({ limit: 300, used: 200 });
    expect(await balanceOf(one, somebody)).toMatchObject({ limit: '60', used: '0' });
  });
});

describe('a reservation', () => {
  test('is committed with all that its work used to the period it is from', async () => {
    const { one, other, person, clock } = processes;
    const somebody = await person();
    const turnMs = addMonths(clock.nowMs(), 1);
    clock.advanceTo(turnMs - 1_000);
    const hold = reserved(somebody, { amount: 5, ttlMs: DAY_MS });
    await one.usage.reserve(hold);
    clock.advanceTo(turnMs + 1_000);
    // The other process has seen neither the tokens nor the new period yet.
    await other.usage.commit({ ...committed(somebody, hold, 3), tokensIn: 700 });
    const events = await eventsOf(somebody);
    expect(events).toEqual([
      { occurred_at: turnMs - 1, late: false, counted: { minutes: 3, tokens: 700 } },
    ]);
    expect(await balanceOf(one, somebody, 'tokens')).toMatchObject({ used: '0' });
    expect(await balanceOf(one, somebody)).toMatchObject({ used: '0', reserved: '0' });
  });

  test('committed after its end is booked now, and answers the same when repeated', async () => {
    const { one, other, person, clock } = processes;
    const somebody = await person();
    const startMs = clock.nowMs();
    const hold = reserved(somebody, { amount: 5, ttlMs: 60_000 });
    await one.usage.reserve(hold);
    clock.advanceTo(addMonths(startMs, 1) + 1);
    const first = await one.usage.commit(committed(somebody, hold, 7));
    expect(first).toMatchObject({ late: true, duplicate: false, used: 7 });
    expect(first.period_start).toBe(instant(addMonths(startMs, 1)));
    const again = await other.usage.commit(committed(somebody, hold, 7));
    expect(again).toEqual({ ...first, duplicate: true });
    await expect(one.usage.commit(committed(somebody, hold, 8))).rejects.toMatchObject({
      code: 'reservation_committed',
    });
  });

  test('cannot be committed 35 days after its end', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const hold = reserved(somebody, { ttlMs: 1_000 });
    await one.usage.reserve(hold);
    clock.advanceBy(1_000 + 35 * DAY_MS);
    await expect(one.usage.commit(committed(somebody, hold, 1))).rejects.toMatchObject({
      code: 'reservation_expired',
      kind: 'conflict',
    });
  });

  test('ends at its instant though it was made together with what looked after it', async () => {
    const { one, person, clock } = processes;
    const somebody = await person();
    const startMs = clock.nowMs();
    await one.usage.track(tracked(one, somebody));
    clock.advanceTo(addMonths(startMs, 1) + DAY_MS);
    await one.usage.track(tracked(one, somebody));
    // One batch: the late event has the balance computed anew after the hold was made.
    await Promise.all([
      one.usage.reserve(reserved(somebody, { amount: 50, ttlMs: 1_000 })),
      one.usage.track(tracked(one, somebody, { occurredMs: startMs })),
    ]);
    clock.advanceBy(999);
    expect(await balanceOf(one, somebody)).toMatchObject({ reserved: '50' });
    clock.advanceBy(1);
    const answer = await one.usage.reserve(reserved(somebody, { amount: 59 }));
    expect(answer.granted).toBe(true);
  });
});

describe('a publication that nobody told a process of', () => {
  test('is noticed by the next booking', async () => {
    const { one, other, person, publish } = processes;
    const somebody = await person();
    expect(await balanceOf(one, somebody)).toMatchObject({ limit: '60' });
    await publish();
    const booking = tracked(one, somebody, { amount: 60, enforce: true });
    expect(await other.usage.track(booking)).toMatchObject({ recorded: false });
    expect(await balanceOf(one, somebody)).toMatchObject({ limit: '59' });
  });

  test('is known to the next command', async () => {
    const { one, other, person, publish, command } = processes;
    const somebody = await person();
    await publish();
    const newest = Math.max(...(await one.catalog.load()).plans.keys());
    const pro = [...one.catalog.current().plans.values()]
      .filter((plan) => plan.slug === 'pro')
      .map((plan) => plan.version);
    await overridePlan(other.commands, command(somebody), { plan: 'pro', expiresMs: null });
    const { rows } = await sql<{ plan_id: number }>`
      SELECT plan_id FROM subscription_overrides
      WHERE account_id = ${somebody.accountId}`.execute(processes.database.sql);
    expect(rows[0]!.plan_id).toBeLessThanOrEqual(newest);
    expect(planVersion(one.catalog.current(), rows[0]!.plan_id).version).toBe(Math.max(...pro));
  });
});

test('a level is one row without an end, and what is above its limit stays', async () => {
  const { one, person, clock } = processes;
  const somebody = await person();
  const files = { kind: 'set_level' as const, user: somebody.user, feature: 'files' };
  expect(await one.usage.setLevel({ ...files, amount: quantity(5) })).toEqual({
    feature: 'files',
    period_start: null,
    period_end: null,
    limit: 3,
    used: 5,
    reserved: 0,
    remaining: 0,
  });
  clock.advanceBy(90 * DAY_MS);
  expect(await balanceOf(one, somebody, 'files')).toMatchObject({ used: '5' });
  const answer = await one.usage.reserve(reserved(somebody, { feature: 'files' }));
  expect(answer.granted).toBe(false);
});
