import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Database, Executor } from '../../../platform/database.ts';
import { wantCustomers } from './store.ts';

/** Events that wait until it is known whose they are. */
export async function findUnnamed(
  executor: Executor,
  limit: number,
): Promise<{ id: string; invoiceId: string }[]> {
  const rows = await executor.sql
    .selectFrom('stripe_events')
    .select(['id', 'object_id'])
    .where('stripe_customer_id', 'is', null)
    .where('state', '=', 'stored')
    .limit(limit)
    .execute();
  return rows.map(({ id, object_id: invoiceId }) => ({ id, invoiceId: invoiceId ?? '' }));
}

/** Names the customers of some of them whose invoices are known here; answers of how many. */
export function nameKnown(database: Database, limit: number): Promise<number> {
  return database.transaction(async (tx) => {
    const { rows } = await sql<{ customer: string }>`
      WITH known AS (
        SELECT DISTINCT ON (event.id) event.id, customer.stripe_customer_id AS customer
        FROM stripe_events event
          JOIN invoices invoice ON invoice.stripe_invoice_id = event.object_id
          JOIN billing_customers customer ON customer.account_id = invoice.account_id
        WHERE event.stripe_customer_id IS NULL AND event.state = 'stored'
        ORDER BY event.id LIMIT ${limit}
      )
      UPDATE stripe_events SET stripe_customer_id = known.customer
      FROM known WHERE stripe_events.id = known.id AND stripe_customer_id IS NULL
      RETURNING stripe_customer_id AS customer
    `.execute(tx.sql);
    await wantCustomers(
      tx,
      rows.map(({ customer }) => customer),
    );
    return rows.length;
  });
}

/** Notes whose an event is, and has the customer looked at for it. */
export function nameCustomer(
  database: Database,
  { id, customerId }: { readonly id: string; readonly customerId: string },
): Promise<void> {
  return database.transaction(async (tx) => {
    await tx.sql
      .updateTable('stripe_events')
      .set({ stripe_customer_id: customerId })
      .where('id', '=', id)
      .where('stripe_customer_id', 'is', null)
      .execute();
    await wantCustomers(tx, [customerId]);
  });
}

export async function ignoreEvent(
  executor: Executor,
  { id, reason, nowMs }: { readonly id: string; readonly reason: string; readonly nowMs: number },
): Promise<void> {
  await executor.sql
    .updateTable('stripe_events')
    .set({ state: 'ignored', reason, handled_at: formatInstant(nowMs) })
    .where('id', '=', id)
    .where('stripe_customer_id', 'is', null)
    .where('state', '=', 'stored')
    .execute();
}
