import type { Collection, Row } from '../engine/collection.ts';
import type { Key } from '../engine/store.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing } from './errors.ts';
import { hash, integer, optional, text, textOr, timestamp, type Spec } from './params.ts';

/** A list as Stripe answers it. */
export interface ListObject<T> {
  readonly object: 'list';
  readonly url: string;
  readonly has_more: boolean;
  readonly data: T[];
}

/** The parameters of every list. */
export const pageSpecs = {
  limit: optional(integer({ least: 1, most: 100 })),
  starting_after: optional(text()),
  ending_before: optional(text()),
} as const;

export interface Page {
  readonly limit?: number | undefined;
  readonly starting_after?: string | undefined;
  readonly ending_before?: string | undefined;
}

/** What `created` and other instants are looked for by: an instant, or bounds of it. */
export interface InstantRange {
  readonly gt?: number | undefined;
  readonly gte?: number | undefined;
  readonly lt?: number | undefined;
  readonly lte?: number | undefined;
}

const range: Spec<InstantRange> = hash({
  gt: optional(timestamp),
  gte: optional(timestamp),
  lt: optional(timestamp),
  lte: optional(timestamp),
});

export const instantRange: Spec<InstantRange | undefined> = optional(
  textOr({ read: (value, name) => sameInstant(timestamp.read(value, name)) }, range),
);

function sameInstant(at: number): InstantRange {
  return { gte: at, lte: at };
}

export function isWithin(at: number, within: InstantRange | undefined): boolean {
  if (within === undefined) return true;
  const { gt = -Infinity, gte = -Infinity, lt = Infinity, lte = Infinity } = within;
  return at > gt && at >= gte && at < lt && at <= lte;
}

/** Whether a value is the one that was asked for, where one was. */
export function isAsked<T>(asked: T | undefined, is: T): boolean {
  return asked === undefined || asked === is;
}

/** What a list goes through, in the order in which it shows it. */
export interface Listed<R extends Row> {
  /** Throws Stripe's error where there is nothing of this kind with the id of a cursor. */
  requireCursor(id: string, param: string): void;
  /** From behind the one with this id on, or from the first. */
  forwards(after?: string): Iterable<R>;
  /** From before the one with this id back to the first. */
  backwards(before: string): Iterable<R>;
}

/** Gives a row by its id, or throws that there is no such row. */
type Getter = (tx: Tx, id: string, param?: string) => unknown;

/**
 * The rows of a collection, newest first; none of them is copied.
 *
 * @param get what the collection's rows are got by, whose error a wrong cursor gives
 * @param where only those with a key are gone through
 */
export function rowsOf<R extends Row>(
  tx: Tx,
  of: Collection<R>,
  get: Getter,
  where?: Key,
): Listed<R> {
  return {
    requireCursor: (id, param) => void get(tx, id, param),
    forwards: (after) => tx.newestFirst(of, where, after),
    backwards: (before) => tx.oldestFirst(of, where, before),
  };
}

/**
 * The key by which the fewest rows are gone through: of what was asked for, what comes first here.
 * `{ invoice: 'in_1', customer: 'cus_1' }` are the rows of the invoice; `passes` sees to the rest.
 */
export function narrowestKey(asked: Readonly<Record<string, string | undefined>>): Key | undefined {
  for (const [index, key] of Object.entries(asked)) {
    if (key !== undefined) return { index, key };
  }
  return undefined;
}

/** The parts of one object, in its own order. */
export function partsOf<R extends Row>(what: string, parts: readonly R[]): Listed<R> {
  const placeOf = (id: string): number => parts.findIndex((part) => part.id === id);
  return {
    requireCursor(id, param) {
      if (placeOf(id) < 0) throw missing(what, id, param);
    },
    forwards: (after) => parts.slice(after === undefined ? 0 : placeOf(after) + 1),
    backwards: (before) => parts.slice(0, placeOf(before)).toReversed(),
  };
}

const USUAL_LIMIT = 10;

export interface Listing<R extends Row, T> {
  readonly url: string;
  readonly render: (row: R) => T;
  readonly passes?: (row: R) => boolean;
}

/** A page of a list, as the cursors say; goes through no more than it has to. */
export function pageOf<R extends Row, T>(
  listed: Listed<R>,
  page: Page,
  { url, render, passes = () => true }: Listing<R, T>,
): ListObject<T> {
  const { limit = USUAL_LIMIT, starting_after: after, ending_before: before } = page;
  if (after !== undefined && before !== undefined) {
    throw invalid('You can use starting_after or ending_before, but not both.');
  }
  if (after !== undefined) listed.requireCursor(after, 'starting_after');
  if (before !== undefined) listed.requireCursor(before, 'ending_before');
  const found: R[] = [];
  for (const row of before === undefined ? listed.forwards(after) : listed.backwards(before)) {
    if (!passes(row)) continue;
    found.push(row);
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  if (before !== undefined) shown.reverse();
  return { object: 'list', url, has_more: found.length > limit, data: shown.map(render) };
}

/** A list that is part of an object, with all that is in it or the first of many. */
export function sublist<T>(url: string, all: readonly T[], most = USUAL_LIMIT): ListObject<T> {
  return { object: 'list', url, has_more: all.length > most, data: all.slice(0, most) };
}
