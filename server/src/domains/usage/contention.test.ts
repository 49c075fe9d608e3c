import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { manualClock } from '@whisperforge/kernel/clock';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { connectionLost, createProcess, type Process } from '../../../test/simulation/process.ts';
import { boostQuota, grantPack, overridePlan, recordSubscription } from '../access/index.ts';
import { subscribedSince } from '../access/subscription.fixture.ts';
import { loadAnchors } from '../accounts/index.ts';
import {
  balanceOf,
  committed,
  reserved,
  tracked,
  useProcesses,
  type Person,
} from './processes.fixture.ts';

const processes = useProcesses();
const HOUR_MS = 3_600_000;

async function countEvents({ accountId }: Person): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM usage_events WHERE account_id = ${accountId}`.execute(
    processes.database.sql,
  );
  return rows[0]!.count;
}

describe('a booking that another process has overtaken', () => {
  test('is decided anew on what it finds then', async () => {
    const { one, other, unlucky, person } = processes;
    const somebody = await person();
    await one.usage.track(tracked(one, somebody, { amount: 10 }));
    const overtaken = unlucky({
      async beforeWrite(attempt) {
        if (attempt === 1) await other.usage.track(tracked(other, somebody, { amount: 45 }));
      },
    });
    const answer = await overtaken.usage.track(
      tracked(one, somebody, { amount: 20, enforce: true }),
    );
    expect(answer).toMatchObject({ recorded: false, over_limit: true });
    expect(answer.balances[0]).toMatchObject({ used: 55, remaining: 5 });
    expect(await countEvents(somebody)).toBe(2);
  });

  test('again and again takes locks, waits for its turn and is booked once', async () => {
    const { one, other, unlucky, person } = processes;
    const somebody = await person();
    await one.usage.track(tracked(one, somebody));
    let attempts = 0;
    let transactions = 0;
    const overtaken = unlucky({
      async beforeWrite(attempt) {
        attempts = attempt;
        await other.usage.track(tracked(other, somebody));
      },
      beforeCommit() {
        transactions += 1;
      },
    });
    const answer = await overtaken.usage.track(tracked(one, somebody, { amount: 5 }));
    expect(transactions).toBe(1);
    expect(answer.balances[0]).toMatchObject({ used: 1 + attempts + 5 });
    expect(await balanceOf(other, somebody)).toMatchObject({ used: String(6 + attempts) });
    expect(await countEvents(somebody)).toBe(2 + attempts);
  });

  test('by the first use of the same feature is booked beside it', async () => {
    const { one, other, unlucky, person } = processes;
    const somebody = await person();
    const overtaken = unlucky({
      async beforeWrite(attempt) {
        if (attempt === 1) await other.usage.reserve(reserved(somebody, { amount: 58 }));
      },
    });
    const answer = await overtaken.usage.track(tracked(one, somebody, { amount: 3 }));
    expect(answer).toMatchObject({ recorded: true, over_limit: true });
    expect(await balanceOf(one, somebody)).toMatchObject({ used: '3', reserved: '58' });
  });

  test('under the same key is a repeat, and with another amount a misuse of the key', async () => {
    const { one, other, unlucky, person } = processes;
    const somebody = await person();
    const key = 'upload 7';
    const overtaken = unlucky({
      async beforeWrite(attempt) {
        if (attempt === 1) await other.usage.track(tracked(other, somebody, { amount: 4, key }));
      },
    });
    const answer = await overtaken.usage.track(tracked(one, somebody, { amount: 4, key }));
    expect(answer).toMatchObject({ recorded: true, duplicate: true });
    expect(answer.balances[0]).toMatchObject({ used: 4 });
    await expect(one.usage.track(tracked(one, somebody, { amount: 5, key }))).rejects.toMatchObject(
      { code: 'idempotency_key_reused', kind: 'invalid' },
    );
    expect(await countEvents(somebody)).toBe(1);
  });

  test('by a command is decided by the facts that the command left', async () => {
    const { one, unlucky, person, command } = processes;
    const somebody = await person();
    await one.usage.track(tracked(one, somebody, { amount: 60 }));
    const overtaken = unlucky({
      async beforeWrite(attempt) {
        if (attempt > 1) return;
        const boost = { feature: 'minutes', amount: units(10), expiresMs: null };
        await boostQuota(one.commands, command(somebody), boost);
      },
    });
    const answer = await overtaken.usage.track(tracked(one, somebody, { amount: 8 }));
    expect(answer).toMatchObject({ over_limit: false });
    expect(answer.balances[0]).toMatchObject({ limit: 70, used: 68 });
  });
});

describe('a connection that breaks', () => {
  test('before the commit leaves nothing behind', async () => {
    const { one, unlucky, person } = processes;
    const somebody = await person();
    const cut = unlucky({ beforeWrite: () => Promise.reject(connectionLost()) });
    const booking = tracked(one, somebody, { key: 'once' });
    await expect(cut.usage.track(booking)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await countEvents(somebody)).toBe(0);
    expect(await one.usage.track(booking)).toMatchObject({ duplicate: false });
  });

  test('after it leaves the booking, which is not repeated by itself', async () => {
    const { one, unlucky, person } = processes;
    const somebody = await person();
    const cut = unlucky({
      afterWrite() {
        throw connectionLost();
      },
    });
    const booking = tracked(one, somebody, { key: 'once' });
    await expect(cut.usage.track(booking)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await countEvents(somebody)).toBe(1);
    expect(await one.usage.track(booking)).toMatchObject({ duplicate: true });
    expect(await countEvents(somebody)).toBe(1);
  });
});

describe('two processes at one balance', () => {
  test('lose no booking and count none twice', async () => {
    const { one, other, person } = processes;
    const somebody = await person();
    const bookings = Array.from({ length: 300 }, (_, number) => {
      const process = number % 2 === 0 ? one : other;
      return process.usage.track(tracked(process, somebody, { key: `event ${number % 150}` }));
    });
    const answers = await Promise.all(bookings);
    expect(answers.filter((answer) => answer.duplicate)).toHaveLength(150);
    expect(await balanceOf(one, somebody)).toMatchObject({ used: '150' });
    expect(await countEvents(somebody)).toBe(150);
  });

  test('grant what there is and not more', async () => {
    const { one, other, person } = processes;
    const somebody = await person();
    const asked = Array.from({ length: 200 }, (_, number) =>
      (number % 2 === 0 ? one : other).usage.reserve(reserved(somebody)),
    );
    const granted = (await Promise.all(asked)).filter((answer) => answer.granted);
    expect(granted).toHaveLength(60);
    expect(await balanceOf(other, somebody)).toMatchObject({ used: '0', reserved: '60' });
  });

  test('and commands beside them end with the sum of all; nobody waits in vain', async () => {
    const { one, other, person, command, clock } = processes;
    const somebody = await person();
    const turnMs = addMonths(clock.nowMs(), 1);
    // What is held outlives its period, so that bookings touch two periods at once.
    clock.advanceTo(turnMs - HOUR_MS);
    const held = reserved(somebody, { amount: 50, ttlMs: 7 * DAY_MS });
    await one.usage.reserve(held);
    clock.advanceTo(turnMs + HOUR_MS);
    const packs = Array.from({ length: 12 }, (_, number) =>
      grantPack(one.commands, command(somebody), {
        feature: 'minutes',
        amount: units(1),
        expiresMs: null,
        source: 'test',
        sourceId: `pack ${number}`,
      }),
    );
    const before = turnMs - 1;
    const bookings = Array.from({ length: 60 }, (_, number) => {
      const process = number % 2 === 0 ? one : other;
      const late = number % 3 === 0 ? { occurredMs: before } : {};
      return process.usage.track(tracked(process, somebody, late));
    });
    const commit = other.usage.commit(committed(somebody, held, 30));
    await Promise.all([...packs, ...bookings, commit]);
    expect(await balanceOf(one, somebody)).toMatchObject({ used: '40', limit: '72' });
    const { rows } = await sql<{ used: string; reserved: string }>`
      SELECT used, reserved FROM balances
      WHERE account_id = ${somebody.accountId} AND feature = 'minutes'
      ORDER BY period_start DESC OFFSET 1 LIMIT 1`.execute(processes.database.sql);
    expect(rows[0]).toEqual({ used: '50.000000', reserved: '0.000000' });
  });
});

test('a command that begins with the first use of an account waits or is begun anew', async () => {
  const { one, other, person, command } = processes;
  for (let round = 0; round < 10; round += 1) {
    const somebody = await person();
    const change = { plan: 'pro', expiresMs: null };
    const first = overridePlan(one.commands, command(somebody), change);
    const boost = { feature: 'minutes', amount: units(7), expiresMs: null };
    const second = boostQuota(other.commands, command(somebody), boost);
    const booking = other.usage.track(tracked(other, somebody, { amount: 2 }));
    await Promise.all([first, second, booking]);
    expect(await balanceOf(one, somebody)).toMatchObject({ used: '2', limit: '307' });
  }
});

test('two first uses on either side of a border leave a closed and an open period', async () => {
  for (const deed of ['commit', 'release'] as const) {
    const { one, database, clock, person } = processes;
    const somebody = await person();
    const turnMs = addMonths(clock.nowMs(), 1);
    const before = createProcess(database, manualClock(turnMs - 1), one);
    const after = createProcess(database, manualClock(turnMs + 1), one);
    let isFirst = true;
    const overtaken = createProcess(
      {
        ...database,
        async execute(statement, values) {
          const isOvertaken = isFirst && statement.name.startsWith('usage_write');
          if (isOvertaken) {
            isFirst = false;
            await after.usage.track(tracked(one, somebody, { amount: 4 }));
          }
          return database.execute(statement, values);
        },
      },
      manualClock(turnMs - 1),
      one,
    );
    const hold = reserved(somebody, { amount: 10 });
    await overtaken.usage.reserve(hold);
    const { accountId } = somebody;
    const { reservationId } = committed(somebody, hold, 3);
    const settled =
      deed === 'commit'
        ? before.usage.commit(committed(somebody, hold, 3))
        : before.usage.release({ kind: 'release', accountId, reservationId });
    await expect(settled).resolves.toMatchObject({ used: deed === 'commit' ? 3 : 0, reserved: 0 });
    expect(await balanceOf(after, somebody)).toMatchObject({ used: '4', reserved: '0' });
  }
});

describe('a process whose clock is behind', () => {
  /** The other process has opened the next period, which for this one has not begun. */
  async function behind(): Promise<{ somebody: Person; late: Process; turnMs: number }> {
    const { one, database, person, clock } = processes;
    const somebody = await person();
    const turnMs = addMonths(clock.nowMs(), 1);
    const late = createProcess(database, manualClock(turnMs - 700));
    await late.catalog.load();
    clock.advanceTo(turnMs + 100);
    await one.usage.track(tracked(one, somebody, { event: 'speech', amount: 10 }));
    return { somebody, late, turnMs };
  }

  test('books what happens now to the period that has been opened', async () => {
    const { somebody, late, turnMs } = await behind();
    const answer = await late.usage.track(tracked(late, somebody, { amount: 2 }));
    const start = new Date(turnMs).toISOString();
    expect(answer.balances[0]).toMatchObject({ period_start: start, used: 12 });
    const { rows } = await sql<{ occurred_at: number; late: boolean }>`
      SELECT occurred_at, late FROM usage_events WHERE account_id = ${somebody.accountId}
      ORDER BY id`.execute(processes.database.sql);
    expect(rows.map((row) => row.late)).toEqual([false, false]);
    expect(rows.every((row) => row.occurred_at >= turnMs)).toBe(true);
  });

  test('books to that period of all features, though it is open for one of them', async () => {
    const { one, database, person, clock } = processes;
    const somebody = await person();
    const speech = tracked(one, somebody, { event: 'speech', amount: 10 });
    await one.usage.track({ ...speech, tokensIn: 5 });
    const turnMs = addMonths(clock.nowMs(), 1);
    const late = createProcess(database, manualClock(turnMs - 700));
    await late.catalog.load();
    clock.advanceTo(turnMs + 100);
    await one.usage.track(tracked(one, somebody, { amount: 1 }));
    const answer = await late.usage.track({ ...speech, tokensIn: 7 });
    const start = new Date(turnMs).toISOString();
    expect(answer.balances).toMatchObject([
      { feature: 'minutes', period_start: start, used: 11 },
      { feature: 'tokens', period_start: start, used: 7 },
    ]);
  });

  test('books what is said to have happened before to the period that is over', async () => {
    const { somebody, late, turnMs } = await behind();
    const booking = tracked(late, somebody, { amount: 2, occurredMs: turnMs - 1 });
    const answer = await late.usage.track(booking);
    const end = new Date(turnMs).toISOString();
    expect(answer.balances[0]).toMatchObject({ period_end: end, used: 2 });
  });

  test('holds and commits in the period that has been opened', async () => {
    const { somebody, late, turnMs } = await behind();
    const hold = reserved(somebody, { amount: 50 });
    expect(await late.usage.reserve(hold)).toMatchObject({ granted: true });
    const used = { ...committed(somebody, hold, 5), tokensIn: 30 };
    const start = new Date(turnMs).toISOString();
    expect(await late.usage.commit(used)).toMatchObject({ period_start: start, used: 15 });
    expect(await balanceOf(late, somebody, 'tokens')).toMatchObject({ used: '30' });
  });

  test('lets a starting subscription begin its periods after what was counted', async () => {
    const { somebody, late, turnMs } = await behind();
    const { command } = processes;
    const target = command(somebody);
    const nowMs = turnMs - 700;
    const state = subscribedSince(late, nowMs);
    await recordSubscription(
      late.commands,
      { ...target, context: { ...target.context, nowMs } },
      state,
    );
    const anchors = await loadAnchors(processes.database, [somebody.accountId]);
    expect(anchors.get(somebody.accountId)!.at(-1)).toBeGreaterThanOrEqual(turnMs);
    const { rows } = await sql<{ overlaps: number }>`
      SELECT count(*) AS overlaps FROM balances a JOIN balances b USING (account_id, feature)
      WHERE account_id = ${somebody.accountId} AND a.period_start < b.period_start
        AND a.period_end > b.period_start`.execute(processes.database.sql);
    expect(rows[0]).toEqual({ overlaps: 0 });
  });
});
