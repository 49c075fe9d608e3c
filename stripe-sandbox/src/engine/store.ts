import type { Collection, Row } from './collection.ts';
import { afterPlace, insertInOrder, removeInOrder, type Slot } from './slots.ts';

/** A change of one row: what it was and what it is; `undefined` where there is none. */
export interface Change {
  readonly collection: Collection<Row>;
  readonly id: string;
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** By which rows are ordered: the number of the row, before and after the change. */
  readonly placeBefore: number | undefined;
  readonly place: number | undefined;
}

/** Which rows are looked through: all of them, or those with a key. */
export interface Key {
  readonly index: string;
  readonly key: string;
}

/** The rows of one collection by id, in the order in which they were made, and by their keys. */
class Table {
  readonly byId = new Map<string, Slot>();
  readonly inOrder: Slot[] = [];
  readonly byKey = new Map<string, Map<string, Slot[]>>();
}

const NOTHING: readonly Slot[] = [];

/**
 * All rows, in memory. A change is applied at once and noted, so that a deed that fails can be
 * undone and one that succeeds be written to the journal. Each row carries the number of its
 * making, so that undoing a removal or reading a journal gives the same order again.
 */
export class Store {
  readonly #tables = new Map<string, Table>();
  #nextPlace = 1;

  has<R extends Row>(of: Collection<R>, id: string): boolean {
    return this.#tables.get(of.name)?.byId.has(id) === true;
  }

  find<R extends Row>(of: Collection<R>, id: string): R | undefined {
    return this.#tables.get(of.name)?.byId.get(id)?.row as R | undefined;
  }

  count<R extends Row>(of: Collection<R>, where?: Key): number {
    return this.#slots(of, where).length;
  }

  /** All rows, oldest first; a copy, which stays as it is while rows come and go. */
  all<R extends Row>(of: Collection<R>): R[] {
    return this.#slots(of).map(({ row }) => row) as R[];
  }

  /** The rows with a key, oldest first; a copy. */
  by<R extends Row>(of: Collection<R>, index: string, key: string): R[] {
    return this.#slots(of, { index, key }).map(({ row }) => row) as R[];
  }

  /**
   * Goes through rows one by one, oldest first, without copying them: none may be added or taken
   * away meanwhile. Begins behind the row with the id `after`, where one is given.
   */
  *oldestFirst<R extends Row>(of: Collection<R>, where?: Key, after?: string): Generator<R> {
    const slots = this.#slots(of, where);
    const from = after === undefined ? 0 : afterPlace(slots, this.#placeOf(of, after));
    for (let at = from; at < slots.length; at += 1) yield slots[at]!.row as R;
  }

  /** As `oldestFirst`, the other way round: begins with what is older than `before`. */
  *newestFirst<R extends Row>(of: Collection<R>, where?: Key, before?: string): Generator<R> {
    const slots = this.#slots(of, where);
    const end =
      before === undefined ? slots.length : afterPlace(slots, this.#placeOf(of, before) - 1);
    for (let at = end - 1; at >= 0; at -= 1) yield slots[at]!.row as R;
  }

  /**
   * Puts a row in the place of the one with its id, or takes it away; answers what there was.
   *
   * @param place where a row that is brought back belongs; a new one comes last
   */
  apply<R extends Row>(
    of: Collection<R>,
    id: string,
    after: R | undefined,
    place?: number,
  ): Change {
    const table = this.#table(of);
    const collection = of as unknown as Collection<Row>;
    const slot = table.byId.get(id);
    const [before, placeBefore] = [slot?.row, slot?.place];
    const change = { collection, id, before, after, placeBefore };
    if (slot !== undefined && (after === undefined || (place ?? slot.place) !== slot.place)) {
      this.#take(table, collection, slot);
    }
    if (after === undefined) return { ...change, place: undefined };
    const kept = table.byId.get(id);
    if (kept !== undefined) {
      replace(table, collection, kept, after);
      return { ...change, place: kept.place };
    }
    const added: Slot = { place: place ?? this.#nextPlace, row: after };
    this.#nextPlace = Math.max(this.#nextPlace, added.place + 1);
    this.#add(table, collection, added);
    return { ...change, place: added.place };
  }

  /**
   * The rows of every collection and their places, so many at a time, for a journal that begins
   * anew. Rows may come and go in between: each is given as it is when its turn comes.
   */
  *everything(most: number): Generator<(readonly [collection: string, row: Row, place: number])[]> {
    // What comes later is told of by its own change.
    const end = this.#nextPlace;
    for (const [name, { inOrder }] of this.#tables) {
      for (let next = 0; ;) {
        const from = afterPlace(inOrder, next - 1);
        const slots = inOrder.slice(from, from + most).filter(({ place }) => place < end);
        const last = slots.at(-1);
        if (last === undefined) break;
        next = last.place + 1;
        yield slots.map(({ row, place }) => [name, row, place]);
      }
    }
  }

  /** How many rows there are of each collection. */
  counts(): Record<string, number> {
    const named = Array.from(this.#tables, ([name, table]) => [name, table.byId.size] as const);
    return Object.fromEntries(named.toSorted(([one], [other]) => (one < other ? -1 : 1)));
  }

  /** Forgets everything, and begins as a new sandbox does. */
  clear(): void {
    this.#tables.clear();
    this.#nextPlace = 1;
  }

  #take(table: Table, collection: Collection<Row>, slot: Slot): void {
    table.byId.delete(slot.row.id);
    removeInOrder(table.inOrder, slot);
    for (const [index, keyOf] of Object.entries(collection.indexes)) {
      removeKey(table, { index, key: keyOf(slot.row) }, slot);
    }
  }

  #add(table: Table, collection: Collection<Row>, slot: Slot): void {
    table.byId.set(slot.row.id, slot);
    insertInOrder(table.inOrder, slot);
    for (const [index, keyOf] of Object.entries(collection.indexes)) {
      addKey(table, { index, key: keyOf(slot.row) }, slot);
    }
  }

  #slots<R extends Row>(of: Collection<R>, where?: Key): readonly Slot[] {
    const table = this.#tables.get(of.name);
    if (where === undefined) return table?.inOrder ?? NOTHING;
    if (!Object.hasOwn(of.indexes, where.index)) {
      throw new Error(`${of.name} are not found by ${where.index}`);
    }
    return table?.byKey.get(where.index)?.get(where.key) ?? NOTHING;
  }

  #placeOf<R extends Row>(of: Collection<R>, id: string): number {
    const slot = this.#tables.get(of.name)?.byId.get(id);
    if (slot === undefined) throw new Error(`there is no ${id} among ${of.name}`);
    return slot.place;
  }

  #table(of: { readonly name: string }): Table {
    let table = this.#tables.get(of.name);
    if (table === undefined) this.#tables.set(of.name, (table = new Table()));
    return table;
  }
}

function replace(table: Table, { indexes }: Collection<Row>, slot: Slot, after: Row): void {
  for (const [index, keyOf] of Object.entries(indexes)) {
    const [was, is] = [keyOf(slot.row), keyOf(after)];
    if (was === is) continue;
    removeKey(table, { index, key: was }, slot);
    addKey(table, { index, key: is }, slot);
  }
  slot.row = after;
}

interface MaybeKey {
  readonly index: string;
  readonly key: string | null;
}

function addKey({ byKey }: Table, { index, key }: MaybeKey, slot: Slot): void {
  if (key === null) return;
  let slotsOf = byKey.get(index);
  if (slotsOf === undefined) byKey.set(index, (slotsOf = new Map<string, Slot[]>()));
  const slots = slotsOf.get(key);
  if (slots === undefined) slotsOf.set(key, [slot]);
  else insertInOrder(slots, slot);
}

function removeKey({ byKey }: Table, { index, key }: MaybeKey, slot: Slot): void {
  if (key === null) return;
  const slotsOf = byKey.get(index);
  const slots = slotsOf?.get(key);
  if (slotsOf === undefined || slots === undefined) return;
  removeInOrder(slots, slot);
  if (slots.length === 0) slotsOf.delete(key);
}
