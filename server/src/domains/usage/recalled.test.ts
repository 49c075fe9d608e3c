import { afterEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { units } from '@whisperforge/kernel/quantity';
import { connectionLost, createProcess, type Process } from '../../../test/simulation/process.ts';
import type { Database } from '../../platform/database.ts';
import { boostQuota } from '../access/index.ts';
import { balanceOf, reserved, tracked, useProcesses, type Person } from './processes.fixture.ts';

const processes = useProcesses();
const started: Process[] = [];
const statements: string[] = [];

afterEach(async () => {
  for (const process of started.splice(0)) await process.usage.close();
});

function listening(database: Database): Database {
  return {
    sql: database.sql,
    transaction: (work) => database.transaction(work),
    execute(statement, values) {
      statements.push(statement.name);
      return database.execute(statement, values);
    },
  };
}

/** A process that has met no rivals yet, and has just booked a minute for somebody. */
async function processThatBooked(amount = 1): Promise<{ process: Process; person: Person }> {
  const process = createProcess(listening(processes.database), processes.clock);
  started.push(process);
  await process.catalog.load();
  const person = await processes.person();
  await process.usage.track(tracked(process, person, { amount }));
  statements.length = 0;
  return { process, person };
}

const hasRead = (): boolean => statements.some((name) => name.startsWith('usage_read'));

describe('what a process has just written', () => {
  test('is not read again by the next booking', async () => {
    const { process, person } = await processThatBooked();
    const answer = await process.usage.track(tracked(process, person, { amount: 2 }));
    expect(answer.balances[0]).toMatchObject({ used: 3, remaining: 57 });
    const hold = await process.usage.reserve(reserved(person, { amount: 50 }));
    expect(hold.granted).toBe(true);
    expect(hasRead()).toBe(false);
    expect(await balanceOf(processes.other, person)).toMatchObject({ used: '3', reserved: '50' });
  });

  test('is read where it is asked for, and where something is refused by it', async () => {
    const { process, person } = await processThatBooked();
    await balanceOf(process, person);
    expect(hasRead()).toBe(true);
    await process.usage.track(tracked(process, person));
    statements.length = 0;
    const refused = await process.usage.reserve(reserved(person, { amount: 59 }));
    expect(refused).toMatchObject({ granted: false, balance: { used: units(2) } });
    expect(hasRead()).toBe(true);
  });

  test('is computed anew when its period is over', async () => {
    const { process, person } = await processThatBooked(60);
    processes.clock.advanceBy(31 * DAY_MS);
    const answer = await process.usage.track(tracked(process, person, { enforce: true }));
    expect(answer.balances[0]).toMatchObject({ used: 1, remaining: 59 });
  });
});

describe('what another process has changed since', () => {
  test('is found by a booking, which is decided on it', async () => {
    const { process, person } = await processThatBooked();
    const { other } = processes;
    await other.usage.track(tracked(other, person, { amount: 58 }));
    const enforced = tracked(process, person, { amount: 2, enforce: true });
    const refused = await process.usage.track(enforced);
    expect(refused).toMatchObject({ recorded: false, balances: [{ used: 59 }] });
    expect(await process.usage.track(tracked(process, person))).toMatchObject({
      over_limit: false,
      balances: [{ used: 60 }],
    });
  });

  test('lets be granted what was refused before', async () => {
    const { process, person } = await processThatBooked(60);
    const { other } = processes;
    const boost = { feature: 'minutes', amount: units(5), expiresMs: null };
    await boostQuota(other.commands, processes.command(person), boost);
    const hold = await process.usage.reserve(reserved(person, { amount: 5 }));
    expect(hold).toMatchObject({ granted: true, balance: { used: units(60) } });
  });

  test('is found where it changed the facts alone and no balance', async () => {
    const { process, person } = await processThatBooked();
    await processes.database.sql
      .updateTable('accounts')
      .set((row) => ({ access_version: row('access_version', '+', 1) }))
      .where('id', '=', person.accountId)
      .execute();
    const answer = await process.usage.track(tracked(process, person));
    expect(hasRead()).toBe(true);
    expect(answer.balances[0]).toMatchObject({ used: 2 });
  });

  test('is found where it put another catalogue on sale', async () => {
    const { process, person } = await processThatBooked();
    await processes.publish();
    await process.usage.track(tracked(process, person));
    expect(hasRead()).toBe(true);
  });
});

test('what was booked without an answer is found by the next booking', async () => {
  const person = await processes.person();
  let isCut = false;
  const afterWrite = (): void => {
    if (isCut) throw connectionLost();
  };
  const process = processes.unlucky({ afterWrite });
  await process.usage.track(tracked(process, person));
  isCut = true;
  const lost = process.usage.track(tracked(process, person, { amount: 7 }));
  await expect(lost).rejects.toMatchObject({ kind: 'unavailable' });
  isCut = false;
  const answer = await process.usage.track(tracked(process, person));
  expect(answer.balances[0]).toMatchObject({ used: 9 });
});

test('nothing is recalled once the database could not answer', async () => {
  let isAway = false;
  const { database, clock } = processes;
  const process = createProcess(
    {
      ...listening(database),
      execute(statement, values) {
        if (isAway) return Promise.reject(connectionLost());
        return listening(database).execute(statement, values);
      },
    },
    clock,
  );
  started.push(process);
  await process.catalog.load();
  const [somebody, stranger] = [await processes.person(), await processes.person()];
  await process.usage.track(tracked(process, somebody));
  isAway = true;
  const unanswered = process.usage.track(tracked(process, stranger));
  await expect(unanswered).rejects.toMatchObject({ kind: 'unavailable' });
  isAway = false;
  statements.length = 0;
  await process.usage.track(tracked(process, somebody));
  expect(hasRead()).toBe(true);
});
