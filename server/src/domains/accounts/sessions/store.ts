import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Session } from '../../../platform/routes.ts';

interface NewRow {
  /** SHA-256 of what was handed out. */
  readonly digest: Buffer;
  readonly userId: number;
  readonly returnUrl: string | null;
  readonly createdMs: number;
  readonly expiresMs: number;
}

export async function insertLink(executor: Executor, link: NewRow): Promise<void> {
  const { digest, ...row } = link;
  await executor.sql
    .insertInto('account_links')
    .values({ token_hash: digest, ...columnsOf(row) })
    .execute();
}

/** Uses a link up, once, however many ask at the same time. */
export async function useLink(
  tx: Tx,
  digest: Buffer,
  nowMs: number,
): Promise<{ userId: number; returnUrl: string | null } | undefined> {
  const now = formatInstant(nowMs);
  const row = await tx.sql
    .updateTable('account_links')
    .set({ used_at: now })
    .where('token_hash', '=', digest)
    .where('used_at', 'is', null)
    .where(sql<boolean>`expires_at > ${now}`)
    .returning(['user_id', 'return_url'])
    .executeTakeFirst();
  return row && { userId: row.user_id, returnUrl: row.return_url };
}

export async function insertSession(tx: Tx, session: NewRow): Promise<void> {
  const { digest, ...row } = session;
  await tx.sql
    .insertInto('account_sessions')
    .values({ secret_hash: digest, ...columnsOf(row) })
    .execute();
}

function columnsOf({ userId, returnUrl, createdMs, expiresMs }: Omit<NewRow, 'digest'>) {
  return {
    user_id: userId,
    return_url: returnUrl,
    created_at: formatInstant(createdMs),
    expires_at: formatInstant(expiresMs),
  };
}

export async function findSession(
  executor: Executor,
  digest: Buffer,
  nowMs: number,
): Promise<Session | undefined> {
  const row = await executor.sql
    .selectFrom('account_sessions')
    .innerJoin('users', 'users.id', 'account_sessions.user_id')
    .select(['users.id', 'users.external_id', 'users.account_id', 'account_sessions.return_url'])
    .where('account_sessions.secret_hash', '=', digest)
    .where(sql<boolean>`account_sessions.expires_at > ${formatInstant(nowMs)}`)
    .executeTakeFirst();
  return (
    row && {
      userId: row.id,
      user: row.external_id,
      accountId: row.account_id,
      returnUrl: row.return_url,
    }
  );
}

export async function deleteSession(executor: Executor, digest: Buffer): Promise<void> {
  await executor.sql.deleteFrom('account_sessions').where('secret_hash', '=', digest).execute();
}

export async function deleteExpiredSessions(
  executor: Executor,
  nowMs: number,
  limit: number,
): Promise<number> {
  const now = formatInstant(nowMs);
  let deleted = 0;
  for (const table of ['account_links', 'account_sessions'] as const) {
    const expired = executor.sql
      .selectFrom(table)
      .select(sql`ctid`.as('row'))
      .where(sql<boolean>`expires_at <= ${now}`)
      .limit(limit);
    const { numDeletedRows } = await executor.sql
      .deleteFrom(table)
      .where(sql`ctid`, 'in', expired)
      .executeTakeFirst();
    deleted += Number(numDeletedRows);
  }
  return deleted;
}
