import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../../platform/database.ts';

export interface Reconciliation {
  readonly startedBy: 'job' | 'cli' | 'staff';
  readonly startedMs: number;
  readonly endedMs: number;
  readonly outcome: 'equal' | 'different' | 'mended' | 'stopped';
  readonly compared: number;
  readonly different: number;
  readonly mended: number;
  readonly disappearing: number;
  readonly mostDisappearing: number;
}

export async function insertReconciliation(tx: Tx, of: Reconciliation): Promise<number> {
  const { id } = await tx.sql
    .insertInto('reconciliations')
    .values({
      started_by: of.startedBy,
      started_at: formatInstant(of.startedMs),
      ended_at: formatInstant(of.endedMs),
      outcome: of.outcome,
      compared: of.compared,
      different: of.different,
      mended: of.mended,
      disappearing: of.disappearing,
      most_disappearing: of.mostDisappearing,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Of these customers of Stripe's, those that were looked at before and are nobody's. */
export async function findStrangers(
  executor: Executor,
  customerIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await executor.sql
    .selectFrom('billing_customers')
    .select('stripe_customer_id')
    .where(sql<boolean>`stripe_customer_id = ANY(${textArray(customerIds)}::text[])`)
    .where('account_id', 'is', null)
    .where('retrieved_at', 'is not', null)
    .execute();
  return new Set(rows.map(({ stripe_customer_id: id }) => id));
}
