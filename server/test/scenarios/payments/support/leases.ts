import type { Rig } from './rig.ts';

/**
 * As if so long had passed that whoever holds a lease is taken for dead. Whoever is wanted once
 * more stays so: that is told by being due before the lease ends.
 */
export async function endLeases({ rows }: Pick<Rig, 'rows'>): Promise<void> {
  await rows(
    `WITH held AS (
       SELECT stripe_customer_id AS id FROM billing_customers
       WHERE leased_until > statement_timestamp() ORDER BY 1 FOR UPDATE)
     UPDATE billing_customers SET leased_until = statement_timestamp(),
       due_at = LEAST(due_at, statement_timestamp() - CASE WHEN due_at < leased_until
         THEN interval '1 microsecond' ELSE interval '0' END)
     FROM held WHERE stripe_customer_id = held.id`,
  );
}

/** As if what waits to be tried again had waited long enough; answers how many there are. */
export async function endWaits({ rows }: Pick<Rig, 'rows'>): Promise<number> {
  const waiting = await rows(
    `WITH waiting AS (
       SELECT stripe_customer_id AS id FROM billing_customers
       WHERE due_at > clock_timestamp() AND leased_until IS NULL ORDER BY 1 FOR UPDATE)
     UPDATE billing_customers SET due_at = clock_timestamp()
     FROM waiting WHERE stripe_customer_id = waiting.id RETURNING 1`,
  );
  return waiting.length;
}
