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
  return (await findContacts(executor, [accountId])).get(accountId);
}

/** Those of several accounts, by the account. */
export async function findContacts(
  executor: Executor,
  accountIds: readonly number[],
): Promise<ReadonlyMap<number, Contact>> {
  if (accountIds.length === 0) return new Map();
  const rows = await executor.sql
    .selectFrom('accounts')
    .innerJoin('users', 'users.id', 'accounts.owner_user_id')
    .select(['accounts.id as account_id', 'users.id', 'external_id'])
    .select(['email', 'name', 'locale', 'metadata'])
    .where('accounts.id', 'in', [...accountIds])
    .execute();
  return new Map(rows.map((row) => [row.account_id, contactOf(row)]));
}

function contactOf(row: {
  readonly id: number;
  readonly external_id: string;
  readonly email: string;
  readonly name: string | null;
  readonly locale: string | null;
  readonly metadata: unknown;
}): Contact {
  const { id: userId, external_id: externalId, email, name, locale } = row;
  const metadata = row.metadata as Record<string, unknown>;
  return { userId, externalId, email, name, locale, metadata };
}
