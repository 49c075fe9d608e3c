import { describe, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import { quantityToNumber, units } from '@whisperforge/kernel/quantity';
import { connectionLost } from '../../../test/simulation/process.ts';
import { boostQuota } from '../access/index.ts';
import { createLookup, type Lookup } from './lookup.ts';
import { reserved, tracked, useProcesses, type Person } from './processes.fixture.ts';

const processes = useProcesses();

/** Lookups of a process that books nothing itself, and how many lines they read. */
interface Listener {
  readonly lookup: Lookup;
  /** How many pairs were read and not only compared, since this was asked last. */
  readonly linesRead: () => number;
  isCut: boolean;
}

function listener(): Listener {
  const { database, clock, one } = processes;
  let lines = 0;
  const self: Listener = {
    isCut: false,
    linesRead() {
      const since = lines;
      lines = 0;
      return since;
    },
    lookup: createLookup({
      clock,
      catalog: one.catalog,
      refresh: (operation) => one.usage.refresh(operation),
      database: {
        ...database,
        async execute(statement, values) {
          if (self.isCut) throw connectionLost();
          const rows = await database.execute(statement, values);
          const text = rows[0]?.[0] as string | null;
          lines += text === null ? 0 : text.split('\n').length;
          return rows;
        },
      },
    }),
  };
  return self;
}

async function usedOf({ lookup }: Listener, { user }: Person): Promise<number | undefined> {
  const state = await lookup.lookup(user, 'minutes');
  return state && quantityToNumber(state.balance!.used);
}

/** Somebody who has used a minute, which the listener has heard of. */
async function heardOf(listening: Listener): Promise<Person> {
  const person = await processes.person();
  const { other } = processes;
  await other.usage.track(tracked(other, person));
  // The first time it is computed, and the second time it is read as it was computed.
  for (const used of [1, 1]) expect(await usedOf(listening, person)).toBe(used);
  listening.linesRead();
  return person;
}

describe('what was read before', () => {
  test('is compared with its rows and read no more while they are the same', async () => {
    const listening = listener();
    const person = await heardOf(listening);
    expect(await usedOf(listening, person)).toBe(1);
    expect(listening.linesRead()).toBe(0);
  });

  test('is read again where another process has booked, held or granted', async () => {
    const listening = listener();
    const person = await heardOf(listening);
    const { other } = processes;
    await other.usage.track(tracked(other, person, { amount: 2 }));
    expect(await usedOf(listening, person)).toBe(3);
    await other.usage.reserve(reserved(person, { amount: 50 }));
    const held = await listening.lookup.lookup(person.user, 'minutes');
    expect(held?.balance).toMatchObject({ used: units(3), reserved: units(50) });
    const boost = { feature: 'minutes', amount: units(5), expiresMs: null };
    await boostQuota(other.commands, processes.command(person), boost);
    const boosted = await listening.lookup.lookup(person.user, 'minutes');
    expect(boosted?.balance).toMatchObject({ baseLimit: units(65) });
  });

  test('is computed anew from the instant on at which it ends', async () => {
    const listening = listener();
    const person = await heardOf(listening);
    processes.clock.advanceBy(31 * DAY_MS);
    expect(await usedOf(listening, person)).toBe(0);
  });

  test('is read again where another catalogue is on sale', async () => {
    const listening = listener();
    const person = await heardOf(listening);
    const plan = (await listening.lookup.lookup(person.user, ''))?.plan.version;
    await processes.publish();
    expect((await listening.lookup.lookup(person.user, ''))?.plan.version).toBe(plan! + 1);
    for (const used of [1, 1]) expect(await usedOf(listening, person)).toBe(used);
    listening.linesRead();
    expect(await usedOf(listening, person)).toBe(1);
    expect(listening.linesRead()).toBe(0);
  });

  test('is told apart by feature, and from what is read for the first time', async () => {
    const listening = listener();
    const person = await heardOf(listening);
    const stranger = await processes.person();
    const { other } = processes;
    await other.usage.track(tracked(other, stranger, { amount: 7 }));
    const asked = [
      listening.lookup.lookup(person.user, 'minutes'),
      listening.lookup.lookup('nobody', 'minutes'),
      listening.lookup.lookup(stranger.user, 'minutes'),
      listening.lookup.lookup(person.user, 'files'),
      listening.lookup.lookup(person.user, ''),
      listening.lookup.lookup(person.user, 'minutes'),
    ];
    const used = (await Promise.all(asked)).map((state) => state && state.balance?.used);
    expect(used).toEqual([units(1), undefined, units(7), 0n, undefined, units(1)]);
    expect(await listening.lookup.lookup('nobody', 'minutes')).toBeUndefined();
  });

  test('is forgotten when the database cannot answer', async () => {
    const listening = listener();
    const person = await heardOf(listening);
    listening.isCut = true;
    await expect(usedOf(listening, person)).rejects.toMatchObject({ kind: 'unavailable' });
    listening.isCut = false;
    expect(await usedOf(listening, person)).toBe(1);
    expect(listening.linesRead()).toBe(1);
  });
});

test('a user who was unknown is found as soon as there is one', async () => {
  const listening = listener();
  expect(await listening.lookup.lookup('late-comer', 'minutes')).toBeUndefined();
  const { one, clock } = processes;
  await one.accounts.upsertUser('late-comer', { email: 'late@example.com' }, clock.nowMs());
  expect((await listening.lookup.lookup('late-comer', 'minutes'))?.balance?.used).toBe(0n);
});
