import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import type { IdPage } from '../../platform/pages.ts';
import type { Caller, Scope } from '../../platform/routes.ts';
import { appendAudit, type Actor } from '../audit/index.ts';
import { publish } from '../outbox/index.ts';
import { KEY_INVALID, KEY_NOT_FOUND } from './errors.ts';
import { createKeyCache } from './key-cache.ts';
import { createKeyLookup } from './key-lookup.ts';
import {
  allScopes,
  digestOf,
  newSecret,
  prefixOf,
  type KeyMode,
  type SecretKey,
} from './secret-key.ts';
import * as store from './store.ts';

export interface KeysOptions {
  readonly database: Database;
  readonly clock: Clock;
}

export interface CreateKey {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly mode: KeyMode;
  readonly actor: Actor;
  /** Why, for the record. */
  readonly reason?: string;
}

export interface RevokeKey {
  readonly id: number;
  readonly actor: Actor;
  readonly reason?: string;
}

export interface CreatedKey {
  readonly key: SecretKey;
  /** Shown once; only its digest is kept. */
  readonly secret: string;
}

export interface Keys {
  /**
   * Who a secret belongs to, by what this process remembers; nobody if it is revoked, or unknown
   * here, which a key that another process has just made is for a moment.
   */
  authenticate(secret: string): Caller | undefined | Promise<Caller | undefined>;
  /** The same by what the database says now: for a secret that is not remembered. */
  lookUp(secret: string): Promise<Caller | undefined>;
  /** To be called when another process has changed keys, or may have. */
  invalidate(): void;
  create(command: CreateKey): Promise<CreatedKey>;
  /**
   * Makes a secret from the environment a key with every scope. The same secret again is the same
   * key, revoked if it was revoked; a different one leaves the earlier keys as they are.
   */
  ensure(secret: string): Promise<SecretKey>;
  /** The oldest first. */
  list(page?: IdPage): Promise<SecretKey[]>;
  /** Revoking twice is no error. */
  revoke(command: RevokeKey): Promise<SecretKey>;
}

const FROM_ENVIRONMENT = 'API_SECRET_KEY';
const LONGEST_NAME = 100;

export function createKeys({ database, clock }: KeysOptions): Keys {
  const cache = createKeyCache({
    read: () => store.findActiveKeys(database),
    elapsedMs: () => performance.now(),
  });
  const lookUp = createKeyLookup((digests) => store.findActiveKeysAmong(database, digests));
  const insert = (secret: string, command: Omit<CreateKey, 'mode'>) =>
    database.transaction((tx) => insertKey(tx, secret, { ...command, nowMs: clock.nowMs() }));
  return {
    authenticate: (secret) => cache.find(digestOf(secret)),
    async lookUp(secret) {
      const caller = await lookUp(digestOf(secret));
      // Memory is behind; the next who asks it has all of it read again.
      if (caller !== undefined) cache.invalidate();
      return caller;
    },
    invalidate: () => cache.invalidate(),
    async create(command) {
      refuseName(command.name);
      const secret = newSecret(command.mode);
      const key = await insert(secret, command);
      assert(key !== undefined, 'the same 200 random bits do not come twice');
      cache.invalidate();
      return { key, secret };
    },
    async ensure(secret) {
      const digest = digestOf(secret);
      const known = await store.findKeyByDigest(database, digest);
      if (known !== undefined) return known;
      const actor: Actor = { kind: 'system', id: 'start' };
      const made = await insert(secret, { name: FROM_ENVIRONMENT, scopes: allScopes, actor });
      cache.invalidate();
      // Nothing was made where another process, starting at the same time, was faster.
      const key = made ?? (await store.findKeyByDigest(database, digest));
      assert(key !== undefined, 'a key that exists can be found');
      return key;
    },
    list: (page = {}) => store.listKeys(database, page),
    async revoke(command) {
      const key = await database.transaction((tx) =>
        revokeKey(tx, { ...command, nowMs: clock.nowMs() }),
      );
      cache.invalidate();
      return key;
    },
  };
}

function refuseName(name: string): void {
  if (name.trim() === '' || name.length > LONGEST_NAME) {
    throw new AppError(KEY_INVALID, {
      message: `A key's name has 1 to ${LONGEST_NAME} characters.`,
    });
  }
}

async function insertKey(
  tx: Tx,
  secret: string,
  command: Omit<CreateKey, 'mode'> & { readonly nowMs: number },
): Promise<SecretKey | undefined> {
  const { name, scopes, actor, reason = null, nowMs } = command;
  const key = await store.insertKey(tx, {
    name,
    prefix: prefixOf(secret),
    digest: digestOf(secret),
    scopes,
    createdMs: nowMs,
  });
  if (key === undefined) return undefined;
  const { id, prefix } = key;
  const after = { name, prefix, scopes };
  const subject = { kind: 'secret_key', id };
  const action = 'key.created';
  await appendAudit(tx, [{ recordedMs: nowMs, actor, action, subject, reason, after }]);
  await publish(tx, [{ topic: 'key.created', payload: { key_id: id }, recordedMs: nowMs }]);
  return key;
}

async function revokeKey(
  tx: Tx,
  command: RevokeKey & { readonly nowMs: number },
): Promise<SecretKey> {
  const { id, actor, reason = null, nowMs } = command;
  const key = await store.lockKey(tx, id);
  if (key === undefined) throw new AppError(KEY_NOT_FOUND, { message: `There is no key ${id}.` });
  if (key.revokedMs !== null) return key;
  await store.markRevoked(tx, id, nowMs);
  const subject = { kind: 'secret_key', id };
  await appendAudit(tx, [{ recordedMs: nowMs, actor, action: 'key.revoked', subject, reason }]);
  await publish(tx, [{ topic: 'key.revoked', payload: { key_id: id }, recordedMs: nowMs }]);
  return { ...key, revokedMs: nowMs };
}
