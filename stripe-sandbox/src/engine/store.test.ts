import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collection, type Row } from './collection.ts';
import { Deeds } from './deeds.ts';
import { noJournal } from './journal.ts';
import { Store } from './store.ts';

interface Thing extends Row {
  readonly owner: string | null;
  readonly value: number;
}

const things = collection<Thing>('store_test_things', { owner: (thing) => thing.owner });
const OWNERS = ['a', 'b', '__proto__'] as const;

const change = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', '5', '6', 'constructor'),
  owner: fc.constantFrom(...OWNERS, null),
  value: fc.nat(),
  isRemoval: fc.boolean(),
});

const deeds = fc.array(
  fc.record({ changes: fc.array(change, { maxLength: 8 }), fails: fc.boolean() }),
  { maxLength: 20 },
);

/** All that can be seen of a store, in order. */
function seen(store: Store): unknown {
  const owned = OWNERS.map((owner) => {
    const where = { index: 'owner', key: owner };
    const newest = [...store.newestFirst(things, where)].toReversed();
    return [owner, store.by(things, 'owner', owner), newest, store.count(things, where)];
  });
  return { all: store.all(things), counts: store.counts()[things.name] ?? 0, owned };
}

it('gives back rows, keys and order exactly when a deed is undone', () => {
  const property = fc.property(deeds, (series) => {
    const store = new Store();
    const runner = new Deeds({ store, journal: noJournal, clock: () => 0, seed: 'x' });
    for (const { changes, fails } of series) {
      const before = seen(store);
      runner.run((tx) => {
        for (const { isRemoval, ...row } of changes) {
          if (isRemoval) tx.remove(things, row.id);
          else tx.put(things, row);
        }
        if (fails) throw new Error('fails');
      });
      if (fails) expect(seen(store)).toStrictEqual(before);
      const all = store.all(things);
      const byOwner = OWNERS.map((owner) => all.filter((row) => row.owner === owner));
      expect(OWNERS.map((owner) => store.by(things, 'owner', owner))).toStrictEqual(byOwner);
    }
  });
  fc.assert(property, { numRuns: 300 });
});

it('goes through rows from behind or before a row', () => {
  const store = new Store();
  for (const id of ['1', '2', '3', '4']) {
    store.apply(things, id, { id, owner: id === '2' ? 'b' : 'a', value: 0 });
  }
  const where = { index: 'owner', key: 'a' };
  const ids = (rows: Iterable<Thing>): string => Array.from(rows, (row) => row.id).join('');
  expect(ids(store.oldestFirst(things, undefined, '2'))).toBe('34');
  expect(ids(store.newestFirst(things, undefined, '3'))).toBe('21');
  // The row that is begun at need not be among those that are gone through.
  expect(ids(store.oldestFirst(things, where, '2'))).toBe('34');
  expect(ids(store.newestFirst(things, where, '2'))).toBe('1');
  expect(() => store.by(things, 'colour', 'a')).toThrow('not found by colour');
});

it('tries out what is to leave no trace', () => {
  const store = new Store();
  const runner = new Deeds({ store, journal: noJournal, clock: () => 0, seed: 'x' });
  runner.run((tx) => {
    tx.put(things, { id: '1', owner: 'a', value: 1 });
    const tried = tx.tryOut(() => {
      tx.remove(things, '1');
      return tx.put(things, { id: '2', owner: 'a', value: 2 });
    });
    expect(tried.id).toBe('2');
    expect(tx.changes).toHaveLength(1);
  });
  expect(store.all(things)).toStrictEqual([{ id: '1', owner: 'a', value: 1 }]);
});
