import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database, Executor, Tx } from '../../../platform/database.ts';
import { canonicalEntry } from '../chain/store.ts';
import type { AuditFilter, Named } from './filter.ts';

export interface ListedEntry {
  readonly id: number;
  readonly recordedMs: number;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly accountId: number | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly requestId: string | null;
  readonly address: string | null;
  readonly isSealed: boolean;
  /** Whether something about a person is kept with it, which lists do not show. */
  readonly hasPersonal: boolean;
}

export interface ListPosition {
  readonly recordedMs: number;
  readonly id: number;
}

export interface ListOptions {
  readonly filter: AuditFilter;
  /** The last entry of the page before. */
  readonly after: ListPosition | undefined;
  readonly limit: number;
}

/** Entries newest first, by when they were recorded. */
export function listEntries(database: Database, options: ListOptions): Promise<ListedEntry[]> {
  const { words } = options.filter;
  if (words === undefined) return listBy(database, options, sql`true`);
  return database.transaction((tx) => listByWords(tx, options, wordsMatch(words)));
}

/** So many of the newest are looked through before any index on words is. */
const MOST_LOOKED_THROUGH = 2_000;
/** Up to so many are fetched by the index on words, and sorted. */
const MOST_SORTED = 5_000;

/**
 * The planner knows how frequent a word is only of the most frequent ones, and takes words that
 * begin somehow for frequent. It would go through all entries in search of one; so it is told.
 * Words that are everywhere fill a page with the newest entries, without the long list of where.
 */
async function listByWords(
  tx: Tx,
  options: ListOptions,
  match: RawBuilder<unknown>,
): Promise<ListedEntry[]> {
  const newest = await listBy(tx, options, match, MOST_LOOKED_THROUGH);
  if (newest.length === options.limit) return newest;
  await sql`SET LOCAL enable_seqscan = off`.execute(tx.sql);
  await sql`SET LOCAL gin_fuzzy_search_limit = ${sql.lit(MOST_SORTED * 2)}`.execute(tx.sql);
  const { rows } = await sql<{ count: number }>`
    SELECT count(*) AS count FROM (
      SELECT FROM audit_entries AS entry WHERE ${match} LIMIT ${MOST_SORTED}) AS matching`.execute(
    tx.sql,
  );
  await sql`SET LOCAL gin_fuzzy_search_limit = 0`.execute(tx.sql);
  // Either all that match are fetched and sorted, or entries are gone through, the newest first.
  const isRare = (rows[0]?.count ?? 0) < MOST_SORTED;
  await sql`SET LOCAL ${sql.raw(isRare ? 'enable_indexscan' : 'enable_bitmapscan')} = off`.execute(
    tx.sql,
  );
  return listBy(tx, options, match);
}

async function listBy(
  executor: Executor,
  { filter, after, limit }: ListOptions,
  match: RawBuilder<unknown>,
  most?: number,
): Promise<ListedEntry[]> {
  const conditions = [most === undefined ? match : sql`true`, ...conditionsOf(filter)];
  if (after !== undefined) {
    const instant = formatInstant(after.recordedMs);
    conditions.push(sql`(entry.recorded_at, entry.id) < (${instant}::timestamptz, ${after.id})`);
  }
  const where = sql.join(conditions, sql` AND `);
  const order = sql`ORDER BY entry.recorded_at DESC, entry.id DESC`;
  const among =
    most === undefined
      ? sql`audit_entries AS entry WHERE ${where}`
      : sql`(SELECT * FROM audit_entries AS entry WHERE ${where} ${order} LIMIT ${most}) AS entry
          WHERE ${match}`;
  const { rows } = await sql<EntryRow>`
    SELECT ${entryColumns} FROM ${among} ${order} LIMIT ${limit}`.execute(executor.sql);
  return rows.map(entryOf);
}

/** `EXISTS` would have Postgres read all of the seals for a page of entries. */
const entryColumns = sql`entry.id, entry.recorded_at, entry.actor_kind, entry.actor_id,
  entry.action, entry.subject_kind, entry.subject_id, entry.account_id, entry.reason, entry.before,
  entry.after, entry.request_id, entry.address, entry.personal_digest IS NOT NULL AS has_personal,
  (SELECT seal_number FROM audit_seals WHERE entry_id = entry.id) IS NOT NULL AS is_sealed`;

function conditionsOf(filter: AuditFilter): RawBuilder<unknown>[] {
  const { actor, action, subject, accountId, fromMs, toMs } = filter;
  const conditions: RawBuilder<unknown>[] = [];
  const named = (column: 'actor' | 'subject', { kind, id }: Named): void => {
    conditions.push(sql`entry.${sql.ref(`${column}_kind`)} = ${kind}`);
    if (id !== undefined) conditions.push(sql`entry.${sql.ref(`${column}_id`)} = ${id}`);
  };
  if (actor !== undefined) named('actor', actor);
  if (subject !== undefined) named('subject', subject);
  if (accountId !== undefined) conditions.push(sql`entry.account_id = ${accountId}`);
  if (action !== undefined) conditions.push(actionIs(action));
  if (fromMs !== undefined) {
    conditions.push(sql`entry.recorded_at >= ${formatInstant(fromMs)}::timestamptz`);
  }
  if (toMs !== undefined) {
    conditions.push(sql`entry.recorded_at < ${formatInstant(toMs)}::timestamptz`);
  }
  return conditions;
}

function wordsMatch(words: readonly string[]): RawBuilder<unknown> {
  // Letters and digits only, so nothing in it can be read as an operator.
  const query = words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word));
  return sql`${entryWords} @@ to_tsquery('simple', ${query.join(' & ')})`;
}

function actionIs({ text, isPrefix }: NonNullable<AuditFilter['action']>): RawBuilder<unknown> {
  if (!isPrefix) return sql`entry.action COLLATE "C" = ${text}`;
  // A range is what an index can answer, whatever is in the text.
  return sql`entry.action COLLATE "C" >= ${text}
    AND entry.action COLLATE "C" < ${`${text}\u{10ffff}`}`;
}

/** The expression of the index on words, to the letter. */
const entryWords = sql`to_tsvector('simple',
  translate(entry.action || ' ' || entry.subject_kind || ' ' || entry.subject_id || ' ' ||
    coalesce(entry.reason, '') || ' ' || coalesce(entry.actor_id, '') || ' ' ||
    coalesce(entry.request_id, ''), '._:/@-', '      '))`;

/** An entry with its seal, and what the seal before it says; null where it waits for one. */
export interface EntryWithSeal extends ListedEntry {
  readonly canonical: string;
  readonly seal: {
    readonly sealNumber: number;
    readonly digest: string;
    readonly sealedMs: number;
    readonly sealedAt: string;
    /** Null of the first one, and where the one before was given up. */
    readonly previousDigest: string | null;
  } | null;
}

export async function findEntry(
  executor: Executor,
  id: number,
): Promise<EntryWithSeal | undefined> {
  const { rows } = await sql<EntryRow & SealRow>`
    SELECT ${entryColumns}, ${canonicalEntry} AS canonical, seal.seal_number,
      encode(seal.digest, 'hex') AS digest, seal.sealed_at,
      (seal.sealed_at AT TIME ZONE 'UTC')::text AS sealed_text,
      encode(before_it.digest, 'hex') AS previous_digest
    FROM audit_entries AS entry
    LEFT JOIN audit_seals AS seal ON seal.entry_id = entry.id
    LEFT JOIN audit_seals AS before_it ON before_it.seal_number = seal.seal_number - 1
    WHERE entry.id = ${id}`.execute(executor.sql);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { seal_number: sealNumber, digest, sealed_at: sealedMs, sealed_text: sealedAt } = row;
  const isSealed = sealNumber !== null && digest !== null && sealedMs !== null && sealedAt !== null;
  return {
    ...entryOf(row),
    canonical: row.canonical,
    seal: isSealed
      ? { sealNumber, digest, sealedMs, sealedAt, previousDigest: row.previous_digest }
      : null,
  };
}

interface EntryRow {
  readonly id: number;
  readonly recorded_at: number;
  readonly actor_kind: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly subject_kind: string;
  readonly subject_id: string;
  readonly account_id: number | null;
  readonly reason: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly request_id: string | null;
  readonly address: string | null;
  readonly has_personal: boolean;
  readonly is_sealed: boolean;
}

interface SealRow {
  readonly canonical: string;
  readonly seal_number: number | null;
  readonly digest: string | null;
  readonly sealed_at: number | null;
  readonly sealed_text: string | null;
  readonly previous_digest: string | null;
}

function entryOf(row: EntryRow): ListedEntry {
  return {
    id: row.id,
    recordedMs: row.recorded_at,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    action: row.action,
    subjectKind: row.subject_kind,
    subjectId: row.subject_id,
    accountId: row.account_id,
    reason: row.reason,
    before: row.before,
    after: row.after,
    requestId: row.request_id,
    address: row.address,
    isSealed: row.is_sealed,
    hasPersonal: row.has_personal,
  };
}
