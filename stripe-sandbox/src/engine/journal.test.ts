import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
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

it('refuses a file that is damaged before its end, and leaves it as it is', () => {
  const file = newFile();
  writeFileSync(file, 'what is this\n');
  appendFileSync(file, '[["journal_test_things",{"id":"1"},1]]\n');
  expect(() => openJournal(file, new Store())).toThrow(`${file}:1 is not a line of a journal`);
  expect(readFileSync(file, 'utf8')).toContain('what is this');
});

it('refuses a file that another sandbox writes to, and takes over from one that is dead', () => {
  const file = newFile();
  const journal = openJournal(file, new Store());
  expect(() => openJournal(file, new Store())).toThrow('is in use by process');
  journal.close();
  writeFileSync(`${file}.lock`, '999999999 1\n');
  openJournal(file, new Store()).close();
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
