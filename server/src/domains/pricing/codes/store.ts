import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { assert } from '@whisperforge/kernel/assert';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Faults } from '../../plans/index.ts';
import { writeConditions } from '../rules/conditions.ts';
import { readConditions } from '../rules/read-reduction.ts';
import type { Duration, Off } from '../rules/reduction.ts';
import type { WrittenConditions } from '../rules/rule-schema.ts';
import {
  normaliseCode,
  type InState,
  type CodeTerms,
  type PromotionCode,
} from './promotion-code.ts';

const COLUMNS = [
  'id',
  'code',
  'name',
  'batch',
  'percent_off_basis_points',
  'amounts_off',
  'duration',
  'duration_in_months',
  'conditions',
  'stacking',
  'priority',
  'most_redemptions',
  'most_per_account',
  'taken',
  'valid_from',
  'expires_at',
  'ended_at',
  'created_at',
] as const;

interface CodeRow {
  id: number;
  code: string;
  name: string;
  batch: string | null;
  percent_off_basis_points: number | null;
  amounts_off: unknown;
  duration: string;
  duration_in_months: number | null;
  conditions: unknown;
  stacking: string;
  priority: number;
  most_redemptions: number | null;
  most_per_account: number | null;
  taken: number;
  valid_from: number;
  expires_at: number | null;
  ended_at: number | null;
  created_at: number;
}

/** As many rows as one statement takes without running out of parameters. */
const ROWS_AT_ONCE = 1_000;

/** Makes those of the codes that are not taken, and answers them. */
export async function insertCodes(
  tx: Tx,
  codes: readonly string[],
  terms: CodeTerms,
  nowMs: number,
): Promise<PromotionCode[]> {
  const columns = columnsOf(terms, nowMs);
  const made: PromotionCode[] = [];
  for (let start = 0; start < codes.length; start += ROWS_AT_ONCE) {
    const rows = await tx.sql
      .insertInto('promotion_codes')
      .values(codes.slice(start, start + ROWS_AT_ONCE).map((code) => ({ code, ...columns })))
      .onConflict((conflict) => conflict.column('code').where('ended_at', 'is', null).doNothing())
      .returning(COLUMNS)
      .execute();
    made.push(...rows.map(codeOf));
  }
  return made;
}

/** The code in force of this name, or else the last one that was. */
export async function findPromotionCode(
  executor: Executor,
  text: string,
): Promise<PromotionCode | undefined> {
  const row = await executor.sql
    .selectFrom('promotion_codes')
    .select(COLUMNS)
    .where('code', '=', normaliseCode(text))
    .orderBy('ended_at', (order) => order.desc().nullsFirst())
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && codeOf(row);
}

/** Holds back everybody else who would use or end the code. */
export async function lockCode(tx: Tx, id: number): Promise<PromotionCode | undefined> {
  const row = await tx.sql
    .selectFrom('promotion_codes')
    .select(COLUMNS)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && codeOf(row);
}

export async function countTaken(tx: Tx, id: number, difference: 1 | -1): Promise<void> {
  await tx.sql
    .updateTable('promotion_codes')
    .set((of) => ({ taken: of('taken', '+', difference) }))
    .where('id', '=', id)
    .execute();
}

export async function endCode(tx: Tx, id: number, nowMs: number): Promise<void> {
  await tx.sql
    .updateTable('promotion_codes')
    .set({ ended_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

export interface CodeFilter {
  readonly batch?: string | undefined;
  /** What a code begins with, in any case. */
  readonly prefix?: string | undefined;
  readonly inState?: InState | undefined;
  /** Only codes that were made before this one. */
  readonly beforeId?: number | undefined;
  readonly limit: number;
}

/** Codes, the latest first. */
export async function findCodes(
  executor: Executor,
  { batch, prefix, inState, beforeId, limit }: CodeFilter,
): Promise<PromotionCode[]> {
  let query = executor.sql.selectFrom('promotion_codes').select(COLUMNS);
  if (batch !== undefined) query = query.where('batch', '=', batch);
  if (prefix !== undefined) {
    const start = normaliseCode(prefix);
    // What begins so sorts from it to before the next letter after all that a code is made of.
    query = query.where('code', '>=', start).where('code', '<', `${start}~`);
  }
  if (inState !== undefined) query = query.where(matching(inState));
  if (beforeId !== undefined) query = query.where('id', '<', beforeId);
  const rows = await query.orderBy('id', 'desc').limit(limit).execute();
  return rows.map(codeOf);
}

/** What `codeStateAt` says of a code, said of rows. */
function matching({ state, atMs }: InState): RawBuilder<SqlBool> {
  const now = formatInstant(atMs);
  const isEnded = sql<SqlBool>`ended_at IS NOT NULL`;
  const isExpired = sql<SqlBool>`coalesce(expires_at <= ${now}, false)`;
  const isUsedUp = sql<SqlBool>`coalesce(taken >= most_redemptions, false)`;
  const isToCome = sql<SqlBool>`valid_from > ${now}`;
  switch (state) {
    case 'ended':
      return isEnded;
    case 'expired':
      return sql`NOT (${isEnded}) AND ${isExpired}`;
    case 'used_up':
      return sql`NOT (${isEnded}) AND NOT ${isExpired} AND ${isUsedUp}`;
    case 'scheduled':
      return sql`NOT (${isEnded}) AND NOT ${isExpired} AND NOT ${isUsedUp} AND ${isToCome}`;
    case 'active':
      return sql`NOT (${isEnded}) AND NOT ${isExpired} AND NOT ${isUsedUp} AND NOT (${isToCome})`;
  }
}

function columnsOf(terms: CodeTerms, nowMs: number) {
  const { off, duration } = terms.reduction;
  return {
    name: terms.name,
    batch: terms.batch,
    percent_off_basis_points: off.kind === 'percent' ? off.basisPoints : null,
    amounts_off: off.kind === 'amounts' ? JSON.stringify(Object.fromEntries(off.amounts)) : null,
    duration: duration.kind,
    duration_in_months: duration.kind === 'repeating' ? duration.months : null,
    conditions: JSON.stringify(writeConditions(terms.conditions)),
    stacking: terms.stacking,
    priority: terms.priority,
    most_redemptions: terms.mostRedemptions,
    most_per_account: terms.mostPerAccount,
    valid_from: formatInstant(terms.validFromMs),
    expires_at: terms.expiresMs === null ? null : formatInstant(terms.expiresMs),
    created_at: formatInstant(nowMs),
  };
}

function codeOf(row: CodeRow): PromotionCode {
  const faults: Faults = [];
  const reading = { subject: `code ${row.code}`, faults };
  const conditions = readConditions(row.conditions as WrittenConditions, '', reading);
  assert(faults.length === 0, `stored code ${row.code} is readable`);
  return {
    id: row.id,
    code: row.code,
    name: row.name,
    batch: row.batch,
    reduction: { off: offOf(row), duration: durationOf(row) },
    conditions,
    stacking: row.stacking as PromotionCode['stacking'],
    priority: row.priority,
    mostRedemptions: row.most_redemptions,
    mostPerAccount: row.most_per_account,
    taken: row.taken,
    validFromMs: row.valid_from,
    expiresMs: row.expires_at,
    endedMs: row.ended_at,
    createdMs: row.created_at,
  };
}

function offOf({ percent_off_basis_points: basisPoints, amounts_off: amounts }: CodeRow): Off {
  if (basisPoints !== null) return { kind: 'percent', basisPoints };
  const entries = Object.entries(amounts as Record<string, number>);
  return { kind: 'amounts', amounts: new Map(entries.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

function durationOf({ duration, duration_in_months: months }: CodeRow): Duration {
  if (months !== null) return { kind: 'repeating', months };
  return { kind: duration as 'once' | 'forever' };
}
