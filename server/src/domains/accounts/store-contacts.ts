import type { Executor } from '../../platform/database.ts';

/** Who is written to about an account: its owner. */
export interface Contact {
  readonly userId: number;
  readonly externalId: string;
  readonly email: string;
  readonly name: string | null;
  readonly locale: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export async function findContact(
  executor: Executor,
  accountId: number,
): Promise<Contact | undefined> {
  const row = await executor.sql
    .selectFrom('accounts')
    .innerJoin('users', 'users.id', 'accounts.owner_user_id')
    .select(['users.id', 'external_id', 'email', 'name', 'locale', 'metadata'])
    .where('accounts.id', '=', accountId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { id: userId, external_id: externalId, email, name, locale } = row;
  const metadata = row.metadata as Record<string, unknown>;
  return { userId, externalId, email, name, locale, metadata };
}
