import { sql, type RawBuilder } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';

/**
 * An entry as the chain covers it: every column, in a fixed order and in a form that no setting of
 * a session changes. JSON goes in as text, so that a stored `null` is not the absence of a value.
 */
export const canonicalEntry: RawBuilder<string> = sql`jsonb_build_array(
  entry.id, (entry.recorded_at AT TIME ZONE 'UTC')::text, entry.actor_kind, entry.actor_id,
  entry.action, entry.subject_kind, entry.subject_id, entry.account_id, entry.reason,
  entry.before::text, entry.after::text, entry.request_id, entry.address,
  encode(entry.personal_digest, 'hex'))::text`;

export interface ChainEnd {
  readonly sealNumber: number;
  readonly digest: string;
}

/** Whether any entry waits, for those who only want to know whether there is anything to do. */
export async function isAnyWaiting(executor: Executor): Promise<boolean> {
  const { rows } = await sql<{ is_waiting: boolean }>`
    SELECT (SELECT entry_id FROM audit_unsealed ORDER BY entry_id LIMIT 1) IS NOT NULL
      AS is_waiting`.execute(executor.sql);
  return rows[0]?.is_waiting ?? false;
}

/** Makes the caller the only sealer until its transaction ends; false where there is another. */
export async function lockChain(tx: Tx): Promise<boolean> {
  const { rows } = await sql`SELECT FROM audit_chain FOR UPDATE SKIP LOCKED`.execute(tx.sql);
  return rows.length === 1;
}

/** As `lockChain`, but waits its turn. */
export async function awaitChain(tx: Tx): Promise<void> {
  await sql`SELECT FROM audit_chain FOR UPDATE`.execute(tx.sql);
}

export async function findChainId(executor: Executor): Promise<string | undefined> {
  const row = await executor.sql.selectFrom('audit_chain').select('chain_id').executeTakeFirst();
  return row?.chain_id ?? undefined;
}

/** The chain's id, which is made with its first seal. */
export async function keepChainId(tx: Tx, chainId: string): Promise<string> {
  await tx.sql
    .updateTable('audit_chain')
    .set({ chain_id: chainId })
    .where('chain_id', 'is', null)
    .execute();
  return (await findChainId(tx)) ?? chainId;
}

export async function findLastSeal(executor: Executor): Promise<ChainEnd | undefined> {
  const { rows } = await sql<{ seal_number: number; digest: string }>`
    SELECT seal_number, encode(digest, 'hex') AS digest FROM audit_seals
    ORDER BY seal_number DESC LIMIT 1`.execute(executor.sql);
  return rows[0] && { sealNumber: rows[0].seal_number, digest: rows[0].digest };
}

export async function findSealDigest(
  executor: Executor,
  sealNumber: number,
): Promise<string | undefined> {
  const { rows } = await sql<{ digest: string }>`
    SELECT encode(digest, 'hex') AS digest FROM audit_seals
    WHERE seal_number = ${sealNumber}`.execute(executor.sql);
  return rows[0]?.digest;
}

export interface WaitingEntry {
  readonly entryId: number;
  readonly entry: string;
}

export interface WaitingEntries {
  /** The instant of sealing, as the chain covers it. */
  readonly sealedAt: string;
  readonly entries: readonly WaitingEntry[];
}

/**
 * Every batch looks a few rows up by their keys, however many there are beside them: `OFFSET 0`
 * keeps the planner from reading whole tables for it.
 *
 * Committed entries without a seal, in the order of their ids: an entry that was written after
 * another had been committed has the higher one, so a cause is sealed before its effect.
 */
export async function findWaiting(
  tx: Tx,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<WaitingEntries> {
  const instant = formatInstant(nowMs);
  const written = await sql<{ sealed_at: string }>`
    SELECT (${instant}::timestamptz AT TIME ZONE 'UTC')::text AS sealed_at`.execute(tx.sql);
  const { rows } = await sql<{ id: number; canonical: string }>`
    SELECT entry.id, ${canonicalEntry} AS canonical
    FROM (SELECT entry_id FROM audit_unsealed ORDER BY entry_id) AS unsealed
    CROSS JOIN LATERAL (
      SELECT * FROM audit_entries WHERE id = unsealed.entry_id AND NOT EXISTS
        (SELECT FROM audit_seals WHERE entry_id = unsealed.entry_id) OFFSET 0) AS entry
    ORDER BY unsealed.entry_id LIMIT ${limit}`.execute(tx.sql);
  return {
    sealedAt: written.rows[0]?.sealed_at ?? '',
    entries: rows.map((row) => ({ entryId: row.id, entry: row.canonical })),
  };
}

export interface NewSeal {
  readonly sealNumber: number;
  readonly entryId: number;
  readonly digest: string;
}

export async function insertSeals(tx: Tx, seals: readonly NewSeal[], nowMs: number): Promise<void> {
  const ids = numberArray(seals.map(({ entryId }) => entryId));
  await sql`
    INSERT INTO audit_seals (seal_number, entry_id, digest, sealed_at)
    SELECT seal_number, entry_id, decode(digest, 'hex'), ${formatInstant(nowMs)}::timestamptz
    FROM unnest(${numberArray(seals.map(({ sealNumber }) => sealNumber))}::bigint[],
      ${ids}::bigint[], ${textArray(seals.map(({ digest }) => digest))}::text[])
      AS seal (seal_number, entry_id, digest)`.execute(tx.sql);
  await sql`DELETE FROM audit_unsealed WHERE entry_id = ANY (${ids}::bigint[])`.execute(tx.sql);
}

/** A seal with what it stands for now; the entry and its values are null where they are gone. */
export interface SealedRow {
  readonly sealNumber: number;
  readonly entryId: number;
  readonly digest: string;
  readonly sealedAt: string;
  readonly entry: string | null;
  readonly personalDigest: string | null;
  readonly person: { readonly personKind: string; readonly personId: string } | null;
  readonly ciphertext: Buffer | null;
}

export interface SealRange {
  /** Seals after this one. */
  readonly after: number;
  readonly through?: number;
  readonly limit: number;
}

export async function listSealed(executor: Executor, range: SealRange): Promise<SealedRow[]> {
  const through = range.through ?? Number.MAX_SAFE_INTEGER;
  const { rows } = await sql<SealedColumns>`
    SELECT seal.seal_number, seal.entry_id, encode(seal.digest, 'hex') AS digest,
      (seal.sealed_at AT TIME ZONE 'UTC')::text AS sealed_at,
      CASE WHEN entry.id IS NOT NULL THEN ${canonicalEntry} END AS canonical,
      encode(entry.personal_digest, 'hex') AS personal_digest,
      personal.person_kind, personal.person_id, personal.ciphertext
    FROM (SELECT seal_number, entry_id, digest, sealed_at FROM audit_seals
      WHERE seal_number > ${range.after} AND seal_number <= ${through}
      ORDER BY seal_number LIMIT ${range.limit}) AS seal
    LEFT JOIN LATERAL (SELECT * FROM audit_entries WHERE id = seal.entry_id OFFSET 0)
      AS entry ON true
    LEFT JOIN LATERAL (SELECT person_kind, person_id, ciphertext FROM audit_personal_values
      WHERE entry_id = seal.entry_id OFFSET 0) AS personal ON true
    ORDER BY seal.seal_number`.execute(executor.sql);
  return rows.map((row) => ({
    sealNumber: row.seal_number,
    entryId: row.entry_id,
    digest: row.digest,
    sealedAt: row.sealed_at,
    entry: row.canonical,
    personalDigest: row.personal_digest,
    person:
      row.person_kind === null || row.person_id === null
        ? null
        : { personKind: row.person_kind, personId: row.person_id },
    ciphertext: row.ciphertext,
  }));
}

interface SealedColumns {
  readonly seal_number: number;
  readonly entry_id: number;
  readonly digest: string;
  readonly sealed_at: string;
  readonly canonical: string | null;
  readonly personal_digest: string | null;
  readonly person_kind: string | null;
  readonly person_id: string | null;
  readonly ciphertext: Buffer | null;
}
