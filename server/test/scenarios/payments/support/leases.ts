import type { Rig } from './rig.ts';

/** As if so long had passed that whoever holds a lease is taken for dead. */
export async function endLeases({ rows }: Pick<Rig, 'rows'>): Promise<void> {
  await rows(
    `UPDATE billing_customers
     SET leased_until = statement_timestamp(), due_at = statement_timestamp()
     WHERE leased_until IS NOT NULL`,
  );
}

/** As if what waits to be tried again had waited long enough; answers how many there are. */
export async function endWaits({ rows }: Pick<Rig, 'rows'>): Promise<number> {
  const waiting = await rows(
    `UPDATE billing_customers SET due_at = clock_timestamp()
     WHERE due_at > clock_timestamp() AND leased_until IS NULL RETURNING 1`,
  );
  return waiting.length;
}
