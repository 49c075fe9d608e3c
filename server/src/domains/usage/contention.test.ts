import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { connectionLost } from '../../../test/simulation/process.ts';
import { boostQuota, grantPack, overridePlan } from '../access/index.ts';
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

  test('and a row of commands beside them end with the sum of it all, and nobody waits in vain', async () => {
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
