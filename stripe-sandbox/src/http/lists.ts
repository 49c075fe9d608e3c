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

const USUAL_LIMIT = 10;

export interface Listing<R extends Row, T> {
  readonly url: string;
  readonly render: (row: R) => T;
  /** Only those with a key are gone through. */
  readonly where?: Key | undefined;
  readonly passes?: (row: R) => boolean;
}

/**
 * A page of a collection, newest first, as the cursors say. Goes through no more rows than it has
 * to, and so is the one for collections that grow large.
 */
export function pageOf<R extends Row, T>(
  tx: Tx,
  of: Collection<R>,
  page: Page,
  { url, render, where, passes = () => true }: Listing<R, T>,
): ListObject<T> {
  const { limit = USUAL_LIMIT, starting_after: after, ending_before: before } = page;
  refuseBoth(page);
  for (const [param, id] of [
    ['starting_after', after] as const,
    ['ending_before', before] as const,
  ]) {
    if (id !== undefined && !tx.has(of, id)) throw missing(nameOf(of), id, param);
  }
  const rows =
    before === undefined ? tx.newestFirst(of, where, after) : tx.oldestFirst(of, where, before);
  const found: R[] = [];
  for (const row of rows) {
    if (!passes(row)) continue;
    found.push(row);
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  if (before !== undefined) shown.reverse();
  return { object: 'list', url, has_more: found.length > limit, data: shown.map(render) };
}

/** As errors name what is in a collection: `test_clocks` has a test clock. */
function nameOf({ name }: { readonly name: string }): string {
  return name.replace(/s$/, '').replaceAll('_', ' ');
}

function refuseBoth({ starting_after: after, ending_before: before }: Page): void {
  if (after === undefined || before === undefined) return;
  throw invalid('You can use starting_after or ending_before, but not both.');
}

/**
 * A page of rows, newest first, as the cursors say.
 *
 * @param rows all that the filters let through, oldest first
 */
export function listOf<R extends Row, T>(
  rows: readonly R[],
  page: Page,
  { url, render }: { readonly url: string; readonly render: (row: R) => T },
): ListObject<T> {
  const { limit = USUAL_LIMIT, starting_after: after, ending_before: before } = page;
  refuseBoth(page);
  const newestFirst = rows.toReversed();
  const place = (id: string, param: string): number => {
    const found = newestFirst.findIndex((row) => row.id === id);
    if (found < 0) throw missing('object', id, param);
    return found;
  };
  const end = before === undefined ? newestFirst.length : place(before, 'ending_before');
  const start = after === undefined ? 0 : place(after, 'starting_after') + 1;
  const from = before === undefined ? start : Math.max(0, end - limit);
  const shown = newestFirst.slice(from, Math.min(end, from + limit));
  const hasMore = before === undefined ? from + shown.length < newestFirst.length : from > 0;
  return { object: 'list', url, has_more: hasMore, data: shown.map(render) };
}

/** A list that is part of an object, with all that is in it or the first of many. */
export function sublist<T>(url: string, all: readonly T[], most = USUAL_LIMIT): ListObject<T> {
  return { object: 'list', url, has_more: all.length > most, data: all.slice(0, most) };
}
