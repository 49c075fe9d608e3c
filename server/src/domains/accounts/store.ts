import { sql } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';
import { insertAnchor } from './store-anchors.ts';
import type { Account, ChangedDetails, User, UserDetails } from './user.ts';

const USER_COLUMNS = [
  'users.id',
  'external_id',
  'users.account_id',
  'email',
  'name',
  'country',
  'source',
  'campaign',
  'locale',
  'metadata',
  'signed_up_at',
  'users.created_at',
  'users.updated_at',
  'users.revision',
] as const;

interface UserRow {
  id: number;
  external_id: string;
  account_id: number;
  email: string;
  name: string | null;
  country: string | null;
  source: string | null;
  campaign: string | null;
  locale: string | null;
  metadata: unknown;
  signed_up_at: number;
  created_at: number;
  updated_at: number;
  revision: number;
}

export async function findUser(executor: Executor, externalId: string): Promise<User | undefined> {
  const row = await executor.sql
    .selectFrom('users')
    .select(USER_COLUMNS)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return row && userOf(row);
}

/** Locks a user against other changes of what is said of them. */
export async function lockUser(tx: Tx, externalId: string): Promise<User | undefined> {
  const row = await tx.sql
    .selectFrom('users')
    .select(USER_COLUMNS)
    .where('external_id', '=', externalId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row && userOf(row);
}

/** Changes what is said of a user who is locked. */
export async function updateUser(
  tx: Tx,
  userId: number,
  change: ChangedDetails & { readonly revision: number; readonly nowMs: number },
): Promise<User> {
  const row = await tx.sql
    .updateTable('users')
    .set({
      ...detailColumns(change),
      revision: change.revision,
      updated_at: formatInstant(change.nowMs),
    })
    .where('id', '=', userId)
    .returning(USER_COLUMNS)
    .executeTakeFirstOrThrow();
  return userOf(row);
}

export interface NewAccount {
  readonly currency: string;
  readonly anchorMs: number;
  readonly nowMs: number;
}

/** An account without an owner yet, with its first anchor. */
export async function insertAccount(tx: Tx, account: NewAccount): Promise<number> {
  const { id } = await tx.sql
    .insertInto('accounts')
    .values({
      currency: account.currency,
      quota_anchor: formatInstant(account.anchorMs),
      created_at: formatInstant(account.nowMs),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await insertAnchor(tx, id, account.anchorMs);
  return id;
}

/** A unique violation where somebody else has just made the same user. */
export async function insertUser(
  tx: Tx,
  user: UserDetails & {
    readonly externalId: string;
    readonly accountId: number;
    readonly signedUpMs: number;
    readonly usageResetMs: number;
    readonly nowMs: number;
  },
): Promise<User> {
  const now = formatInstant(user.nowMs);
  const row = await tx.sql
    .insertInto('users')
    .values({
      ...detailColumns(user),
      external_id: user.externalId,
      account_id: user.accountId,
      email: user.email,
      signed_up_at: formatInstant(user.signedUpMs),
      usage_reset_date: formatInstant(user.usageResetMs),
      created_at: now,
      updated_at: now,
    })
    .returning(USER_COLUMNS)
    .executeTakeFirstOrThrow();
  return userOf(row);
}

export async function setOwner(tx: Tx, accountId: number, ownerUserId: number): Promise<void> {
  await tx.sql
    .updateTable('accounts')
    .set({ owner_user_id: ownerUserId })
    .where('id', '=', accountId)
    .execute();
}

/** An account as it stands, for those who show and change nothing. */
export async function findAccount(
  executor: Executor,
  accountId: number,
): Promise<Account | undefined> {
  const row = await executor.sql
    .selectFrom('accounts')
    .select(['id', 'owner_user_id', 'currency', 'quota_anchor', 'access_version'])
    .where('id', '=', accountId)
    .executeTakeFirst();
  return row && accountOf(row);
}

/** Locks an account against every other change of its access facts. */
export async function lockAccount(tx: Tx, accountId: number): Promise<Account | undefined> {
  const row = await tx.sql
    .selectFrom('accounts')
    .select(['id', 'owner_user_id', 'currency', 'quota_anchor', 'access_version'])
    .where('id', '=', accountId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return row && accountOf(row);
}

/** Makes everything outdated that was computed from an account's access facts. */
export async function bumpAccessVersion(tx: Tx, accountId: number): Promise<void> {
  await tx.sql
    .updateTable('accounts')
    .set({ access_version: sql`access_version + 1` })
    .where('id', '=', accountId)
    .execute();
}

/** Keeps the columns of the account's users that show analysts what it has. */
export async function projectSubscription(
  tx: Tx,
  accountId: number,
  shown: { readonly status: string; readonly planId: number | null },
): Promise<void> {
  await tx.sql
    .updateTable('users')
    .set({ subscription_status: shown.status, current_plan_id: shown.planId })
    .where('account_id', '=', accountId)
    .execute();
}

/** Only what was said: what a request leaves out stays as it is. */
function detailColumns(details: ChangedDetails): {
  email?: string;
  name?: string;
  country?: string;
  source?: string;
  campaign?: string;
  locale?: string;
  metadata?: string;
} {
  const { email, name, country, source, campaign, locale, metadata } = details;
  return {
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(country !== undefined && { country }),
    ...(source !== undefined && { source }),
    ...(campaign !== undefined && { campaign }),
    ...(locale !== undefined && { locale }),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
  };
}

function userOf(row: UserRow): User {
  return {
    id: row.id,
    externalId: row.external_id,
    accountId: row.account_id,
    email: row.email,
    name: row.name,
    country: row.country,
    source: row.source,
    campaign: row.campaign,
    locale: row.locale,
    metadata: row.metadata as Record<string, unknown>,
    signedUpMs: row.signed_up_at,
    createdMs: row.created_at,
    updatedMs: row.updated_at,
    revision: row.revision,
  };
}

function accountOf(row: {
  id: number;
  owner_user_id: number | null;
  currency: string;
  quota_anchor: number;
  access_version: number;
}): Account {
  assert(row.owner_user_id !== null, 'an account that can be found has an owner');
  return {
    id: row.id,
    ownerUserId: row.owner_user_id,
    currency: row.currency,
    anchorMs: row.quota_anchor,
    accessVersion: row.access_version,
  };
}
