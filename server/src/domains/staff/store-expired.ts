import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor } from '../../platform/database.ts';

const tables = [
  'staff_sessions',
  'staff_challenges',
  'staff_devices',
  'staff_password_resets',
  'staff_attempts',
  'staff_oidc_requests',
] as const;

/** Up to so many rows of each table; answers how many in all. */
export async function deleteExpired(
  executor: Executor,
  nowMs: number,
  limit: number,
): Promise<number> {
  let deleted = 0;
  for (const table of tables) {
    const expired = executor.sql
      .selectFrom(table)
      .select(sql`ctid`.as('row'))
      .where(sql<boolean>`expires_at <= ${formatInstant(nowMs)}`)
      .limit(limit);
    const { numDeletedRows } = await executor.sql
      .deleteFrom(table)
      .where(sql`ctid`, 'in', expired)
      .executeTakeFirst();
    deleted += Number(numDeletedRows);
  }
  return deleted;
}
