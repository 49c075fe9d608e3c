import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { appendAudit } from '../../audit/index.ts';
import { CODE_NOT_AWAITED, CREDENTIALS_WRONG } from '../errors.ts';
import { normalEmail } from '../members/member.ts';
import { findMemberByEmail, findPasswordHash, lockMember, updateMember } from '../members/store.ts';
import { visitorOf, type StaffParts, type Visit } from '../parts.ts';
import { digestOf, newSecret } from '../secrets.ts';
import { codeWrong, takeCode, takeRecoveryCode } from '../second-factor/second-factor.ts';
import { openSession, type OpenedSession } from '../sessions/sessions.ts';
import { codeAttempts, forgetAttempts, passwordAttempts, spendAttempts } from './attempts.ts';
import {
  deleteChallenge,
  findChallenge,
  insertChallenge,
  insertDevice,
  isTrustedDevice,
} from './store-devices.ts';

export const CHALLENGE_MS = 10 * 60_000;
export const DEVICE_MS = 30 * 86_400_000;

export interface Credentials {
  readonly email: string;
  readonly password: string;
  /** What a browser that was trusted before shows. */
  readonly device: string | undefined;
}

export type SignedIn =
  | { readonly state: 'signed_in'; readonly staffId: number; readonly session: OpenedSession }
  | { readonly state: 'code_needed'; readonly challenge: string };

/**
 * Whether the address, the password or both are wrong is told to nobody, and takes the same time:
 * each time one look for the member, one slow hash and one entry in the audit trail.
 */
export async function signIn(
  parts: StaffParts,
  { email: typed, password, device }: Credentials,
  visit: Visit,
): Promise<SignedIn> {
  const { database, hasher, clock } = parts;
  const nowMs = clock.nowMs();
  const email = normalEmail(typed);
  const attempts = passwordAttempts(email, visit.address);
  await spendAttempts(database, attempts, nowMs);
  const member = await findMemberByEmail(database, email);
  const kept = await findPasswordHash(database, member?.id ?? 0);
  const isRight = await hasher.verify(password, kept);
  if (member === undefined || !isRight || member.deactivatedMs !== null) {
    await refuse(parts, { staffId: member?.id, by: 'password' }, visit);
    throw credentialsWrong();
  }
  await forgetAttempts(database, attempts);
  const isKnown = await isDeviceOf(parts, member.id, { device, nowMs });
  const needsCode = member.hasSecondFactor && !isKnown;
  return database.transaction(async (tx) => {
    await requireUnchanged(tx, member.id, kept);
    if (needsCode) return awaitCode(tx, member.id, nowMs);
    const how = isKnown ? 'trusted_device' : 'password';
    return admit(tx, member.id, { visit, nowMs, how });
  });
}

/** While a hash was being made, the password may have been changed, and all sessions ended. */
async function requireUnchanged(tx: Tx, staffId: number, kept: string | null): Promise<void> {
  const member = await lockMember(tx, staffId);
  const isActive = member !== undefined && member.deactivatedMs === null;
  if (!isActive || (await findPasswordHash(tx, staffId)) !== kept) throw credentialsWrong();
}

function credentialsWrong(): AppError {
  return new AppError(CREDENTIALS_WRONG, { message: 'The address or the password is wrong.' });
}

async function isDeviceOf(
  { database }: StaffParts,
  staffId: number,
  { device, nowMs }: { device: string | undefined; nowMs: number },
): Promise<boolean> {
  if (device === undefined) return false;
  return isTrustedDevice(database, { digest: digestOf(device), staffId, nowMs });
}

/** Lets nobody in yet, and remembers who has come this far. */
export async function awaitCode(tx: Tx, staffId: number, nowMs: number): Promise<SignedIn> {
  const challenge = newSecret();
  const expiresMs = nowMs + CHALLENGE_MS;
  await insertChallenge(tx, { digest: digestOf(challenge), staffId, createdMs: nowMs, expiresMs });
  return { state: 'code_needed', challenge };
}

export interface Admitting {
  readonly visit: Visit;
  readonly nowMs: number;
  /** What was proved with, for the audit trail. */
  readonly how: string;
}

export async function admit(tx: Tx, staffId: number, admitting: Admitting): Promise<SignedIn> {
  const { visit, nowMs, how } = admitting;
  const session = await openSession(tx, staffId, { origin: visit, nowMs });
  await updateMember(tx, staffId, { signedInMs: nowMs });
  await appendAudit(tx, [
    {
      recordedMs: visit.nowMs,
      actor: visitorOf(staffId, visit),
      action: 'staff.signed_in',
      subject: { kind: 'staff', id: staffId },
      after: { session: session.sessionId, how },
    },
  ]);
  return { state: 'signed_in', staffId, session };
}

export interface CodeShown {
  readonly challenge: string;
  readonly code: string;
  readonly kind: 'totp' | 'recovery';
  readonly trustsDevice: boolean;
}

export interface Admitted {
  readonly staffId: number;
  readonly session: OpenedSession;
  /** What a browser that is trusted from now on keeps. */
  readonly device: string | undefined;
}

/** The second half of a sign-in. */
export async function showCode(
  parts: StaffParts,
  shown: CodeShown,
  visit: Visit,
): Promise<Admitted> {
  const { database, clock } = parts;
  const nowMs = clock.nowMs();
  const digest = digestOf(shown.challenge);
  const staffId = await findChallenge(database, digest, nowMs);
  if (staffId === undefined) throw notAwaited();
  await spendAttempts(database, codeAttempts(staffId), nowMs);
  const admitted = await database.transaction(async (tx) => {
    const { code, kind } = shown;
    const isGood = await (kind === 'totp'
      ? takeCode(tx, parts, { staffId, code, nowMs })
      : takeRecoveryCode(tx, { staffId, code, nowMs }));
    if (!isGood) return undefined;
    // Whoever has removed the member meanwhile has removed the challenge, too.
    if (!(await deleteChallenge(tx, digest))) throw notAwaited();
    const signedIn = await admit(tx, staffId, { visit, nowMs, how: `password+${kind}` });
    const device = shown.trustsDevice ? newSecret() : undefined;
    if (device !== undefined) {
      const expiresMs = nowMs + DEVICE_MS;
      await insertDevice(tx, { digest: digestOf(device), staffId, createdMs: nowMs, expiresMs });
    }
    return signedIn.state === 'signed_in' ? { ...signedIn, device } : undefined;
  });
  if (admitted === undefined) {
    await refuse(parts, { staffId, by: shown.kind }, visit);
    throw codeWrong();
  }
  await forgetAttempts(database, codeAttempts(staffId));
  return admitted;
}

async function refuse(
  { database }: StaffParts,
  who: { readonly staffId: number | undefined; readonly by: string },
  visit: Visit,
): Promise<void> {
  await database.transaction((tx) =>
    appendAudit(tx, [
      {
        recordedMs: visit.nowMs,
        actor: visitorOf(undefined, visit),
        action: 'staff.sign_in_refused',
        subject: { kind: 'staff', id: who.staffId ?? 'unknown' },
        after: { by: who.by },
      },
    ]),
  );
}

function notAwaited(): AppError {
  return new AppError(CODE_NOT_AWAITED, {
    message: 'No code is awaited: sign in with the password first.',
  });
}
