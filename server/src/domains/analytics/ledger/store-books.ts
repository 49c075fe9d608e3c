import { formatInstant } from '@whisperforge/kernel/clock';
import { sql } from 'kysely';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Book } from './book.ts';
import type { LedgerRules, ProfileName } from '../fold/rules.ts';

const COLUMNS = [
  'id',
  'profile',
  'lowering',
  'counts_past_due',
  'churns_at',
  'ignores_within_month',
  'time_zone',
  'state',
  'built_to',
  'is_configured',
  'is_summed',
  'created_at',
] as const;

/** The books that are kept: those shown, and those on their way. */
export async function findKeptBooks(executor: Executor): Promise<Book[]> {
  const rows = await executor.sql
    .selectFrom('revenue_books')
    .select(COLUMNS)
    .where('state', '<>', 'retired')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    profile: row.profile as ProfileName,
    rules: {
      lowering: row.lowering as LedgerRules['lowering'],
      countsPastDue: row.counts_past_due,
      churnsAt: row.churns_at as LedgerRules['churnsAt'],
      ignoresWithinMonth: row.ignores_within_month,
      timeZone: row.time_zone,
    },
    state: row.state as Book['state'],
    builtTo: row.built_to,
    isConfigured: row.is_configured,
    isSummed: row.is_summed,
    createdMs: row.created_at,
  }));
}

/** Whoever begins a book waits for others who do. */
export async function lockBooks(tx: Tx): Promise<void> {
  await sql`LOCK TABLE revenue_books IN SHARE ROW EXCLUSIVE MODE`.execute(tx.sql);
}

export async function insertBook(
  tx: Tx,
  book: Pick<Book, 'profile' | 'rules' | 'isConfigured'> & { readonly nowMs: number },
): Promise<number> {
  const { profile, rules, isConfigured, nowMs } = book;
  const { id } = await tx.sql
    .insertInto('revenue_books')
    .values({
      profile,
      lowering: [...rules.lowering],
      counts_past_due: rules.countsPastDue,
      churns_at: rules.churnsAt,
      ignores_within_month: rules.ignoresWithinMonth,
      time_zone: rules.timeZone,
      state: 'building',
      is_configured: isConfigured,
      created_at: formatInstant(nowMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Gives up what was on its way to take a profile's place. */
export async function retireBuilding(tx: Tx, profile: ProfileName): Promise<void> {
  await tx.sql
    .updateTable('revenue_books')
    .set({ state: 'retired' })
    .where('profile', '=', profile)
    .where('state', '=', 'building')
    .execute();
}

/** A book that is complete takes the place of the one shown before. */
export async function makeCurrent(
  tx: Tx,
  { id, profile }: Pick<Book, 'id' | 'profile'>,
  nowMs: number,
): Promise<void> {
  await tx.sql
    .updateTable('revenue_books')
    .set({ state: 'retired' })
    .where('profile', '=', profile)
    .where('state', '=', 'current')
    .execute();
  await tx.sql
    .updateTable('revenue_books')
    .set({ state: 'current', current_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .execute();
}

/**
 * Has Postgres look at what a new book has made of its tables: until it does, it takes the book to
 * be empty, and reads it in ways that are good for a few rows only.
 */
export async function lookAtBooks(executor: Executor): Promise<void> {
  await sql`ANALYZE revenue_movements, revenue_standings, revenue_days, revenue_segment_days,
    revenue_kept_spans, revenue_levels`.execute(executor.sql);
}

/**
 * Takes a building book for a batch, so that one process at a time builds it; `null` where another
 * does or where it is no longer building.
 */
export async function lockBuilding(tx: Tx, bookId: number): Promise<number | null> {
  const row = await tx.sql
    .selectFrom('revenue_books')
    .select('built_to')
    .where('id', '=', bookId)
    .where('state', '=', 'building')
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  return row?.built_to ?? null;
}

export async function markBuilt(tx: Tx, bookId: number, customerId: number): Promise<void> {
  await tx.sql
    .updateTable('revenue_books')
    .set({ built_to: customerId })
    .where('id', '=', bookId)
    .execute();
}
