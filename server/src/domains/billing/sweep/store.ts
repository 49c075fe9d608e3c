import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../platform/array-literal.ts';
import type { Tx } from '../../../platform/database.ts';
import type { Pass, SweepState } from './decide-pass.ts';

/** A run, which ends where another has begun after it. */
export interface SweepRun extends SweepState {
  readonly token: number;
}

export async function beginRun(tx: Tx, nowMs: number): Promise<SweepRun> {
  const row = await tx.sql
    .updateTable('stripe_sweep')
    .set({ token: sql`token + 1`, last_run_at: formatInstant(nowMs), last_found: 0 })
    .returning(['token', 'swept_to', 'pass_since', 'pass_to', 'pass_after'])
    .executeTakeFirstOrThrow();
  const { token, swept_to: sweptToMs, pass_since: sinceMs } = row;
  const pass = sinceMs === null ? null : { sinceMs, toMs: row.pass_to, after: row.pass_after };
  return { token, sweptToMs, pass };
}

/** Marks events that Stripe had not told of. */
export async function markFound(tx: Tx, eventIds: readonly string[]): Promise<void> {
  await tx.sql
    .updateTable('stripe_events')
    .set({ found_by: 'sweep' })
    .where(sql<boolean>`id = ANY(${textArray(eventIds)}::text[])`)
    .execute();
}

/** Notes how far a pass has come; answers whether no other run has begun meanwhile. */
export async function saveProgress(
  tx: Tx,
  token: number,
  { pass, found }: { readonly pass: Pass; readonly found: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx.sql
    .updateTable('stripe_sweep')
    .set({
      pass_since: formatInstant(pass.sinceMs),
      pass_to: pass.toMs === null ? null : formatInstant(pass.toMs),
      pass_after: pass.after,
      last_found: sql`last_found + ${found}`,
    })
    .where('token', '=', token)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes that a pass has come to its end: from where it began on, everything is known. */
export async function endPass(tx: Tx, token: number, { sinceMs, toMs }: Pass): Promise<void> {
  const sweptTo = formatInstant(toMs ?? sinceMs);
  await tx.sql
    .updateTable('stripe_sweep')
    .set({
      swept_to: sql`GREATEST(swept_to, ${sweptTo}::timestamptz)`,
      pass_since: null,
      pass_to: null,
      pass_after: null,
    })
    .where('token', '=', token)
    .execute();
}
