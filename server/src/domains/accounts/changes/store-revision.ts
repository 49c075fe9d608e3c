import type { Executor } from '../../../platform/database.ts';

/** How often what is known of an account's owner has changed. */
export async function findRevision(executor: Executor, userId: number): Promise<number> {
  const { revision } = await executor.sql
    .selectFrom('users')
    .select('revision')
    .where('id', '=', userId)
    .executeTakeFirstOrThrow();
  return revision;
}
