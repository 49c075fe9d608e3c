import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../platform/database.ts';

export interface KeptRequest {
  readonly stateDigest: Buffer;
  readonly browserDigest: Buffer;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly expiresMs: number;
}

export async function insertRequest(executor: Executor, request: KeptRequest): Promise<void> {
  await executor.sql
    .insertInto('staff_oidc_requests')
    .values({
      state_hash: request.stateDigest,
      browser_hash: request.browserDigest,
      nonce: request.nonce,
      code_verifier: request.codeVerifier,
      expires_at: formatInstant(request.expiresMs),
    })
    .execute();
}

/** Uses a request up, which only the browser that made it can. */
export async function takeRequest(
  executor: Executor,
  shown: { readonly stateDigest: Buffer; readonly browserDigest: Buffer; readonly nowMs: number },
): Promise<{ readonly nonce: string; readonly codeVerifier: string } | undefined> {
  const row = await executor.sql
    .deleteFrom('staff_oidc_requests')
    .where('state_hash', '=', shown.stateDigest)
    .where('browser_hash', '=', shown.browserDigest)
    .where(sql<boolean>`expires_at > ${formatInstant(shown.nowMs)}`)
    .returning(['nonce', 'code_verifier'])
    .executeTakeFirst();
  return row && { nonce: row.nonce, codeVerifier: row.code_verifier };
}

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
}

export async function findLinked(tx: Tx, identity: Identity): Promise<number | undefined> {
  const row = await tx.sql
    .selectFrom('staff_identities')
    .select('staff_id')
    .where('issuer', '=', identity.issuer)
    .where('subject', '=', identity.subject)
    .executeTakeFirst();
  return row?.staff_id;
}

/** Another of the same issuer, whom an address alone may not stand in for. */
export async function hasIdentity(tx: Tx, staffId: number, issuer: string): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('staff_identities')
    .select('subject')
    .where('staff_id', '=', staffId)
    .where('issuer', '=', issuer)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function linkIdentity(
  tx: Tx,
  { issuer, subject }: Identity,
  { staffId, nowMs }: { readonly staffId: number; readonly nowMs: number },
): Promise<void> {
  await tx.sql
    .insertInto('staff_identities')
    .values({ issuer, subject, staff_id: staffId, linked_at: formatInstant(nowMs) })
    .execute();
}

export async function unlinkIdentities(tx: Tx, staffId: number): Promise<void> {
  await tx.sql.deleteFrom('staff_identities').where('staff_id', '=', staffId).execute();
}
