import { formatInstant } from '@whisperforge/kernel/clock';
import { textArray } from '../../platform/array-literal.ts';
import type { Executor, PositionalRow, Tx } from '../../platform/database.ts';
import type { IdPage } from '../../platform/pages.ts';
import type { Scope } from '../../platform/routes.ts';
import { isScope, type SecretKey } from './secret-key.ts';

const columns = ['id', 'name', 'prefix', 'scopes', 'created_at', 'revoked_at'] as const;

interface KeyRow {
  readonly id: number;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: string[];
  readonly created_at: number;
  readonly revoked_at: number | null;
}

function toSecretKey(row: KeyRow): SecretKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes.filter(isScope),
    createdMs: row.created_at,
    revokedMs: row.revoked_at,
  };
}

export interface NewKey {
  readonly name: string;
  readonly prefix: string;
  /** SHA-256 in base 64. */
  readonly digest: string;
  readonly scopes: readonly Scope[];
  readonly createdMs: number;
}

/** Answers nothing when a key of this digest exists already. */
export async function insertKey(tx: Tx, key: NewKey): Promise<SecretKey | undefined> {
  const row = await tx.sql
    .insertInto('secret_keys')
    .values({
      name: key.name,
      prefix: key.prefix,
      secret_hash: Buffer.from(key.digest, 'base64'),
      scopes: [...key.scopes],
      created_at: formatInstant(key.createdMs),
    })
    .onConflict((conflict) => conflict.column('secret_hash').doNothing())
    .returning(columns)
    .executeTakeFirst();
  return row && toSecretKey(row);
}

export async function findKeyByDigest(
  executor: Executor,
  digest: string,
): Promise<SecretKey | undefined> {
  const row = await executor.sql
    .selectFrom('secret_keys')
    .select(columns)
    .where('secret_hash', '=', Buffer.from(digest, 'base64'))
    .executeTakeFirst();
  return row && toSecretKey(row);
}

export async function listKeys(
  executor: Executor,
  { afterId = 0, limit }: IdPage,
): Promise<SecretKey[]> {
  const rows = await executor.sql
    .selectFrom('secret_keys')
    .select(columns)
    .where('id', '>', afterId)
    .orderBy('id')
    .limit(limit ?? null)
    .execute();
  return rows.map(toSecretKey);
}

export async function lockKey(tx: Tx, id: number): Promise<SecretKey | undefined> {
  const row = await tx.sql
    .selectFrom('secret_keys')
    .select(columns)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row && toSecretKey(row);
}

export async function markRevoked(tx: Tx, id: number, revokedMs: number): Promise<void> {
  await tx.sql
    .updateTable('secret_keys')
    .set({ revoked_at: formatInstant(revokedMs) })
    .where('id', '=', id)
    .execute();
}

export interface ActiveKey {
  readonly id: number;
  readonly digest: string;
  readonly scopes: readonly Scope[];
}

const ACTIVE_KEYS = {
  name: 'keys_active',
  text: `
    SELECT id, encode(secret_hash, 'base64'), scopes FROM secret_keys WHERE revoked_at IS NULL`,
};

/** On the hot path's connections: authentication must not wait behind slow ordinary work. */
export async function findActiveKeys(executor: Executor): Promise<ActiveKey[]> {
  return (await executor.execute(ACTIVE_KEYS, [])).map(toActiveKey);
}

const ACTIVE_KEYS_AMONG = {
  name: 'keys_active_among',
  text: `${ACTIVE_KEYS.text} AND secret_hash = ANY (
    SELECT decode(digest, 'base64') FROM unnest($1::text[]) AS digest)`,
};

export async function findActiveKeysAmong(
  executor: Executor,
  digests: readonly string[],
): Promise<ActiveKey[]> {
  return (await executor.execute(ACTIVE_KEYS_AMONG, [textArray(digests)])).map(toActiveKey);
}

function toActiveKey([id, digest, scopes]: PositionalRow): ActiveKey {
  return {
    id: id as number,
    digest: digest as string,
    scopes: (scopes as string[]).filter(isScope),
  };
}
