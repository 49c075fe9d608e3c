import { afterEach, expect, it } from 'vitest';
import { testClocks } from './test-clock.ts';
import { collection, type Row } from '../engine/collection.ts';
import { Deeds, type TimerHandlers } from '../engine/deeds.ts';
import { noJournal } from '../engine/journal.ts';
import { Store } from '../engine/store.ts';
import { TimeKeeper } from './time-keeper.ts';
import type { Tx } from '../engine/transaction.ts';

interface Note extends Row {
  readonly at: number;
}

const notes = collection<Note>('time_keeper_test_notes');

function note(tx: Tx, subject: string): void {
  const at = tx.find(testClocks, 'clock')?.frozenTime ?? tx.sandboxNow;
  tx.put(notes, { id: `${subject}@${at}`, at });
}

let keeper: TimeKeeper;
afterEach(() => keeper.stop());

function start(clock: () => number): { store: Store; deeds: Deeds; faults: unknown[] } {
  const store = new Store();
  const faults: unknown[] = [];
  const deeds = new Deeds({ store, journal: noJournal, clock, seed: 'x' });
  const handlers: TimerHandlers = {
    note,
    fails(tx, subject) {
      note(tx, subject);
      throw new Error('fails');
    },
    again(tx, subject) {
      note(tx, subject);
      const at = tx.find(testClocks, 'clock')!.frozenTime + 10;
      tx.schedule({ kind: 'again', subject, at, clock: 'clock' });
    },
  };
  keeper = new TimeKeeper({ store, deeds, handlers, onFault: (error) => faults.push(error) });
  return { store, deeds, faults };
}

const idsOf = (store: Store): string[] => store.all(notes).map(({ id }) => id);

it('lets what is due happen by instants, and by order of setting within one', () => {
  let nowMs = 0;
  const { store, deeds, faults } = start(() => nowMs);
  deeds.run((tx) => {
    for (const [subject, at] of [
      ['late', 30],
      ['b', 20],
      ['a', 20],
      ['moved', 5],
    ] as const) {
      tx.schedule({ kind: 'note', subject, at, clock: null });
    }
    tx.schedule({ kind: 'fails', subject: 'failed', at: 10, clock: null });
    tx.schedule({ kind: 'note', subject: 'moved', at: 25, clock: null });
    tx.schedule({ kind: 'note', subject: 'gone', at: 1, clock: null });
    tx.unschedule('note', 'gone');
  });
  nowMs = 29_999;
  keeper.catchUp();
  expect(idsOf(store)).toStrictEqual(['b@20', 'a@20', 'moved@25']);
  expect(faults).toStrictEqual([new Error('fails')]);
  nowMs = 30_000;
  keeper.catchUp();
  expect(idsOf(store).at(-1)).toBe('late@30');
});

it('comes to the same by one advance as by many', async () => {
  const seen: string[][] = [];
  for (const step of [100, 7, 1]) {
    const { store, deeds } = start(() => 0);
    const row = { id: 'clock', name: null, created: 0, frozenTime: 0, target: null };
    deeds.run((tx) => {
      tx.put(testClocks, row);
      tx.schedule({ kind: 'again', subject: 'x', at: 3, clock: 'clock' });
      tx.schedule({ kind: 'again', subject: 'y', at: 13, clock: 'clock' });
    });
    for (let at = 0; at < 100;) {
      at = Math.min(100, at + step);
      const target = at;
      deeds.run((tx) => tx.put(testClocks, { ...tx.find(testClocks, 'clock')!, target }));
      await keeper.settled();
    }
    expect(store.find(testClocks, 'clock')).toMatchObject({ frozenTime: 100, target: null });
    seen.push(idsOf(store));
    keeper.stop();
  }
  expect(seen[0]).toHaveLength(19);
  expect(seen[1]).toStrictEqual(seen[0]);
  expect(seen[2]).toStrictEqual(seen[0]);
});

it('gives others a turn while it catches up with a clock that was moved far', async () => {
  let nowMs = 0;
  const { store, deeds } = start(() => nowMs);
  const many = 1_000;
  deeds.run((tx) => {
    for (let number = 0; number < many; number += 1) {
      tx.schedule({ kind: 'note', subject: String(number), at: 1 + number, clock: null });
    }
  });
  nowMs = many * 1_000;
  const seen: number[] = [];
  const caughtUp = keeper.caughtUp();
  seen.push(idsOf(store).length);
  await caughtUp;
  seen.push(idsOf(store).length);
  expect(seen[0]).toBeGreaterThan(0);
  expect(seen[0]).toBeLessThan(many);
  expect(seen[1]).toBe(many);
});
