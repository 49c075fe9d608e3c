import type { Database, Tx } from '../../../platform/database.ts';
import type { Staff } from '../../../platform/routes.ts';
import { deleteDevicesOf } from '../sign-in/store-devices.ts';
import { digestOf, newSecret } from '../secrets.ts';
import {
  deleteSessionsOf,
  findSession,
  insertSession,
  replaceSessionSecret,
  touchSession,
  type FoundSession,
  type LiveAt,
} from './store.ts';

/** From where somebody signs in. */
export interface Origin {
  readonly address: string;
  readonly userAgent: string;
}

export interface OpenedSession {
  readonly sessionId: number;
  /** What the cookie holds; only its digest is kept. */
  readonly secret: string;
  readonly expiresMs: number;
}

const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 86_400_000;
/** Often enough for a page that says when, without a write for each request. */
const NOTED_EVERY_MS = 60_000;
const LONGEST_AGENT = 300;

export function liveAt(nowMs: number): LiveAt {
  return { nowMs, idleSinceMs: nowMs - IDLE_MS };
}

/** Lets a member in, in the transaction that has found that they may. */
export async function openSession(
  tx: Tx,
  staffId: number,
  { origin, nowMs }: { readonly origin: Origin; readonly nowMs: number },
): Promise<OpenedSession> {
  const secret = newSecret();
  const expiresMs = nowMs + LONGEST_MS;
  const sessionId = await insertSession(tx, {
    digest: digestOf(secret),
    staffId,
    createdMs: nowMs,
    expiresMs,
    address: origin.address,
    userAgent: origin.userAgent.slice(0, LONGEST_AGENT),
  });
  return { sessionId, secret, expiresMs };
}

/** Who a session belongs to, by its row. To look it up is no use of it. */
export async function findBySession(
  database: Database,
  secret: string,
  nowMs: number,
): Promise<FoundSession | undefined> {
  return findSession(database, digestOf(secret), liveAt(nowMs));
}

/** As it is found; noting now and then that it is in use. */
export async function useSession(
  database: Database,
  secret: string,
  nowMs: number,
): Promise<Staff | undefined> {
  const found = await findBySession(database, secret, nowMs);
  if (found === undefined) return undefined;
  const { lastSeenMs, ...staff } = found;
  if (nowMs - lastSeenMs >= NOTED_EVERY_MS) await touchSession(database, staff.sessionId, nowMs);
  return staff;
}

/**
 * After a change of what somebody proves themselves by, or of what they may: whoever else holds a
 * session or a trusted browser of theirs must prove themselves anew.
 */
export async function endSessions(tx: Tx, staffId: number, exceptId?: number): Promise<number> {
  await deleteDevicesOf(tx, staffId);
  return deleteSessionsOf(tx, staffId, exceptId);
}

/** Gives the present session another secret, so that one that was seen is of no more use. */
export async function rotateSession(tx: Tx, staff: Staff, nowMs: number): Promise<OpenedSession> {
  const secret = newSecret();
  await replaceSessionSecret(tx, staff.sessionId, { digest: digestOf(secret), provedMs: nowMs });
  return { sessionId: staff.sessionId, secret, expiresMs: staff.expiresMs };
}
