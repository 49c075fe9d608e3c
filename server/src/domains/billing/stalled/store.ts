import { sql } from 'kysely';
import { textArray } from '../../../platform/array-literal.ts';
import type { Tx } from '../../../platform/database.ts';

export interface Stalled {
  readonly table: 'checkouts' | 'subscription_commands' | 'invoice_refunds';
  /** In which something waits for Stripe to be asked. */
  readonly states: readonly string[];
  readonly most: number;
}

/**
 * Takes intentions that were written down a while ago and that nobody is at, by touching them, so
 * that another process leaves them alone for as long; answers their ids.
 */
export async function takeStalledIds(tx: Tx, { table, states, most }: Stalled): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE ${sql.table(table)} SET touched_at = clock_timestamp()
    WHERE id IN (
      SELECT id FROM ${sql.table(table)}
      WHERE state = ANY(${textArray(states)}::text[])
        AND touched_at < clock_timestamp() - interval '1 minute'
      ORDER BY touched_at LIMIT ${most} FOR UPDATE SKIP LOCKED
    )
    RETURNING id`.execute(tx.sql);
  return rows.map(({ id }) => id);
}
