import { sql } from 'kysely';
import type { Executor } from '../../../platform/database.ts';

/** Keeps a secret under a name, unless there is one; answers the one that is kept. */
export async function keepSecret(
  executor: Executor,
  name: string,
  secret: Buffer,
): Promise<Buffer> {
  await executor.sql
    .insertInto('billing_secrets')
    .values({ name, secret, created_at: sql<string>`clock_timestamp()` })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await executor.sql
    .selectFrom('billing_secrets')
    .select('secret')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.secret;
}
