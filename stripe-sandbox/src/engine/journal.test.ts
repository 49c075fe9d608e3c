import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { nextTurn } from '../kill/support/moments.fixture.ts';
import { collection, type Row } from './collection.ts';
import { Deeds } from './deeds.ts';
import { openJournal } from './journal.ts';
import { Store } from './store.ts';

interface Thing extends Row {
  readonly owner: string | null;
  readonly text: string;
}

const things = collection<Thing>('journal_test_things', { owner: (thing) => thing.owner });
const folder = mkdtempSync(join(tmpdir(), 'stripe-sandbox-journal-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (): string => join(folder, `${(files += 1)}.journal`);

const change = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', '__proto__'),
  owner: fc.constantFrom('a', 'b', null),
  text: fc.string({ unit: 'grapheme', maxLength: 5 }),
  isRemoval: fc.boolean(),
});
const series = fc.array(fc.array(change, { minLength: 1, maxLength: 6 }), { maxLength: 12 });

type Change = Thing & { readonly isRemoval: boolean };

function carryOut(deeds: Deeds, changes: readonly Change[]): void {
  deeds.run((tx) => {
    for (const { isRemoval, ...row } of changes) {
      if (isRemoval) tx.remove(things, row.id);
      else tx.put(things, row);
    }
  });
}

function seen(store: Store): unknown {
  const owned = ['a', 'b'].map((owner) => store.by(things, 'owner', owner));
  return { all: store.all(things), owned };
}

function restored(file: string): unknown {
  const store = new Store();
  openJournal(file, store).close();
  return seen(store);
}

it('begins again with the rows and the order that there were', () => {
  const property = fc.property(series, series, (first, second) => {
    const file = newFile();
    let expected: unknown;
    for (const changes of [first, second]) {
      const store = new Store();
      const journal = openJournal(file, store);
      const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
      for (const each of changes) carryOut(deeds, each);
      journal.close();
      expected = seen(store);
    }
    expect(restored(file)).toStrictEqual(expected);
    expect(restored(file)).toStrictEqual(expected);
  });
  fc.assert(property, { numRuns: 100 });
});

it('drops a last line that was cut off anywhere, and nothing before it', () => {
  const file = newFile();
  const store = new Store();
  const journal = openJournal(file, store);
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  carryOut(deeds, [{ id: '1', owner: 'a', text: 'first', isRemoval: false }]);
  const expected = seen(store);
  const kept = readFileSync(file);
  carryOut(deeds, [{ id: '2', owner: 'a', text: 'sécond', isRemoval: false }]);
  journal.close();
  const whole = readFileSync(file);
  for (let length = kept.length; length < whole.length; length += 1) {
    writeFileSync(file, whole.subarray(0, length));
    expect(restored(file)).toStrictEqual(expected);
  }
});

it('survives an end within the writing of the new file', () => {
  const file = newFile();
  const store = new Store();
  const journal = openJournal(file, store);
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  carryOut(deeds, [{ id: '1', owner: 'a', text: 'first', isRemoval: false }]);
  journal.close();
  writeFileSync(`${file}.next`, '[["journal_test_things",{"id":"7');
  expect(restored(file)).toStrictEqual(seen(store));
});

it('refuses a file that is damaged before its end, naming the line, and leaves it as it is', () => {
  const file = newFile();
  const store = new Store();
  const journal = openJournal(file, store);
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  for (const id of ['1', '2', '3', '4']) carryOut(deeds, [{ id, ...PLAIN }]);
  journal.close();
  const whole = readFileSync(file, 'latin1');
  const lines = whole.split('\n');
  const refuses = (damaged: readonly string[], line: number): void => {
    const bytes = Buffer.from(damaged.join('\n'), 'latin1');
    writeFileSync(file, bytes);
    expect(() => openJournal(file, new Store())).toThrow(`${file}:${line} is not as the sandbox`);
    expect(readFileSync(file)).toStrictEqual(bytes);
  };
  refuses(['what is this', ...lines], 1);
  refuses(['', ...lines], 1);
  refuses(lines.with(1, lines[1]!.replace('text', 'next')), 2);
  refuses(lines.with(2, '0'.repeat(500)), 3);
  refuses(lines.with(3, lines[3]!.slice(0, 20)), 4);
  refuses(lines.toSpliced(1, 1), 2);
  refuses([...lines.slice(0, 2), lines[3]!, lines[2]!, ''], 3);
  refuses([...lines.slice(0, 3), ...lines.slice(2)], 4);
  writeFileSync(file, whole, 'latin1');
  expect(restored(file)).toStrictEqual(seen(store));
});

const PLAIN = { owner: 'a', text: 'text', isRemoval: false } as const;

it('is as good as the store at every moment, also while it is written anew', async () => {
  const one = fc.integer({ min: 1, max: 40 });
  const property = fc.asyncProperty(fc.array(series, { minLength: 3 }), one, async (all, rows) => {
    const file = newFile();
    const store = new Store();
    const journal = openJournal(file, store, { compactAboveBytes: 500 });
    const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
    // More than go into one line, so that changes come between two.
    carryOut(deeds, manyRows(rows * 10));
    for (const [index, changes] of all.flat().entries()) {
      carryOut(deeds, [...changes, { id: `many ${index * 7}`, ...PLAIN, isRemoval: true }]);
      copyFileSync(file, `${file}.copy`);
      expect(restored(`${file}.copy`)).toStrictEqual(seen(store));
      await nextTurn();
    }
    journal.close();
    expect(restored(file)).toStrictEqual(seen(store));
  });
  await fc.assert(property, { numRuns: 8 });
});

function manyRows(count: number): Change[] {
  return Array.from({ length: count }, (_, index) => ({ id: `many ${index}`, ...PLAIN }));
}

it('does not grow for ever', async () => {
  const file = newFile();
  const store = new Store();
  const journal = openJournal(file, store, { compactAboveBytes: 100_000 });
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  carryOut(deeds, manyRows(2_000));
  let [largest, written, rewritings] = [0, 0, 0];
  for (let number = 0; number < 20_000; number += 1) {
    const before = statSync(file).size;
    carryOut(deeds, [{ id: `many ${number % 2_000}`, ...PLAIN, text: String(number) }]);
    await nextTurn();
    const { size } = statSync(file);
    if (size < before) rewritings += 1;
    else written += size - before;
    largest = Math.max(largest, size);
  }
  expect(rewritings).toBeGreaterThan(3);
  expect(largest).toBeLessThan(written / 2);
  journal.close();
  expect(existsSync(`${file}.next`)).toBe(false);
  expect(restored(file)).toStrictEqual(seen(store));
});

it('goes on with the old file where a new one cannot be written', async () => {
  const file = newFile();
  const store = new Store();
  const faults: unknown[] = [];
  const onFault = (error: unknown): void => void faults.push(error);
  const journal = openJournal(file, store, { compactAboveBytes: 1_000, onFault });
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  mkdirSync(`${file}.next`);
  for (let number = 0; number < 50; number += 1) {
    carryOut(deeds, manyRows(number));
    await nextTurn();
  }
  expect(faults.length).toBeGreaterThan(0);
  expect(faults.length).toBeLessThan(20);
  journal.close();
  rmSync(`${file}.next`, { recursive: true });
  expect(restored(file)).toStrictEqual(seen(store));
});

it('reads a journal that is larger than what is read at once', () => {
  const file = newFile();
  const store = new Store();
  const journal = openJournal(file, store);
  const deeds = new Deeds({ store, journal, clock: () => 0, seed: 'x' });
  for (let number = 0; number < 40; number += 1) {
    const text = `${number} ${'ü'.repeat(40_000)}`;
    carryOut(deeds, [{ id: String(number), owner: 'a', text, isRemoval: false }]);
  }
  journal.close();
  expect(restored(file)).toStrictEqual(seen(store));
});
