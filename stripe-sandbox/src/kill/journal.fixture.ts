import { writeSync } from 'node:fs';
import { collection, type Row } from '../engine/collection.ts';
import { Deeds } from '../engine/deeds.ts';
import { noJournal, openJournal } from '../engine/journal.ts';
import { Store } from '../engine/store.ts';
import type { Tx } from '../engine/transaction.ts';
import { nextTurn } from './support/moments.fixture.ts';

interface Thing extends Row {
  readonly text: string;
}

const things = collection<Thing>('kill_journal_things');
const MANY = 1_000;
const DONE = 'done';
/** A few times what there is, so that it is written anew nearly all the time. */
const COMPACT_ABOVE_BYTES = 1_000;

/** The deed of a number: rows change, come and go, and the last one tells how many were done. */
function carryOut(tx: Tx, number: number): void {
  const text = `${number} ${'x'.repeat(100)}`;
  for (const factor of [7, 11, 13]) tx.put(things, { id: String((number * factor) % MANY), text });
  tx.remove(things, String((number * 17) % MANY));
  tx.put(things, { id: DONE, text: String(number) });
}

const doneIn = (store: Store): number => Number(store.find(things, DONE)?.text ?? 0);

/** How many deeds a journal has, and all rows in order. */
export function readJournal(file: string): { readonly done: number; readonly rows: unknown } {
  const store = new Store();
  openJournal(file, store).close();
  return { done: doneIn(store), rows: store.all(things) };
}

/** What there is after so many deeds that nobody killed. */
export function rowsAfter(count: number): unknown {
  const store = new Store();
  const deeds = new Deeds({ store, journal: noJournal, clock: () => 0, seed: 'x' });
  for (let number = 1; number <= count; number += 1) deeds.run((tx) => carryOut(tx, number));
  return store.all(things);
}

/** `journal.fixture.ts FILE`: does deed after deed, and tells of each when it is kept. */
if (import.meta.main) {
  const store = new Store();
  const journal = openJournal(process.argv[2]!, store, { compactAboveBytes: COMPACT_ABOVE_BYTES });
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  for (let number = doneIn(store) + 1; ; number += 1) {
    deeds.run((tx) => carryOut(tx, number));
    writeSync(1, `${number}\n`);
    await nextTurn();
  }
}
