import { randomBytes } from 'node:crypto';
import { randomText } from '@whisperforge/kernel/ids';
import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Staff } from '../../../platform/routes.ts';
import { appendAudit } from '../../audit/index.ts';
import { CODE_WRONG, SECOND_FACTOR_EXISTS, SECOND_FACTOR_NOT_BEGUN } from '../errors.ts';
import type { By, StaffParts } from '../parts.ts';
import { digestOf } from '../secrets.ts';
import { endSessions, rotateSession, type OpenedSession } from '../sessions/sessions.ts';
import { codeAttempts, forgetAttempts, spendAttempts } from '../sign-in/attempts.ts';
import {
  confirmSecret,
  lockSecondFactor,
  putLastStep,
  putSecret,
  replaceRecoveryCodes,
  useRecoveryCode,
} from './store.ts';
import { base32, otpauthUri, stepOfCode } from './totp.ts';

const ISSUER = 'WhisperForge';
/** As long as the digest that codes are made with, as RFC 4226 would have it. */
const SECRET_BYTES = 20;
const RECOVERY_CODES = 10;
/** Eighty bits, so that no slow hash is needed. */
const RECOVERY_CHARACTERS = 16;

export interface Begun {
  readonly secret: string;
  readonly uri: string;
}

/** A secret to be put into an authenticator app; nothing changes until a code of it is shown. */
export async function beginSecondFactor(
  { database, cipher }: StaffParts,
  staff: Staff,
): Promise<Begun> {
  const secret = randomBytes(SECRET_BYTES);
  await database.transaction(async (tx) => {
    const present = await lockSecondFactor(tx, staff.staffId);
    if (present?.isConfirmed === true) {
      throw new AppError(SECOND_FACTOR_EXISTS, {
        message: 'There is a second factor already: remove it first.',
      });
    }
    await putSecret(tx, staff.staffId, cipher.seal(secret, String(staff.staffId)));
  });
  const uri = otpauthUri(secret, { issuer: ISSUER, email: staff.email });
  return { secret: base32(secret), uri };
}

export interface Confirmed {
  /** Shown once; only their digests are kept. */
  readonly recoveryCodes: readonly string[];
  readonly session: OpenedSession;
}

/** From now on a code is asked for at sign-in. */
export async function confirmSecondFactor(
  parts: StaffParts,
  command: { readonly staff: Staff; readonly code: string },
  by: By,
): Promise<Confirmed> {
  const { staff, code } = command;
  const { staffId } = staff;
  const nowMs = parts.clock.nowMs();
  await spendAttempts(parts.database, codeAttempts(staffId), nowMs);
  const recoveryCodes = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  return parts.database.transaction(async (tx) => {
    const present = await lockSecondFactor(tx, staffId);
    if (present === undefined || present.isConfirmed) {
      throw new AppError(SECOND_FACTOR_NOT_BEGUN, { message: 'Begin with a new secret first.' });
    }
    if (!(await takeCode(tx, parts, { staffId, code, nowMs }))) throw codeWrong();
    await confirmSecret(tx, staffId, nowMs);
    await replaceRecoveryCodes(tx, staffId, recoveryCodes.map(recoveryDigest));
    await endSessions(tx, staffId, staff.sessionId);
    await record(tx, { staffId, action: 'staff.second_factor_set', by });
    await forgetAttempts(tx, codeAttempts(staffId));
    return { recoveryCodes, session: await rotateSession(tx, staff, nowMs) };
  });
}

/** A lost phone, or a new one: from now on the password is enough. */
export async function removeSecondFactor(
  parts: StaffParts,
  command: { readonly staffId: number; readonly exceptSessionId?: number },
  by: By,
): Promise<void> {
  const { staffId, exceptSessionId } = command;
  await parts.database.transaction(async (tx) => {
    const present = await lockSecondFactor(tx, staffId);
    if (present === undefined) return;
    await putSecret(tx, staffId, null);
    await replaceRecoveryCodes(tx, staffId, []);
    await endSessions(tx, staffId, exceptSessionId);
    await record(tx, { staffId, action: 'staff.second_factor_removed', by });
  });
}

export interface ShownCode {
  readonly staffId: number;
  readonly code: string;
  readonly nowMs: number;
}

/** Whether a code of an authenticator app is good, which it is once. */
export async function takeCode(
  tx: Tx,
  { cipher }: StaffParts,
  { staffId, code, nowMs }: ShownCode,
): Promise<boolean> {
  const present = await lockSecondFactor(tx, staffId);
  if (present === undefined) return false;
  const secret = cipher.open(present.secret, String(staffId));
  const digits = code.replaceAll(/\s/g, '');
  const step = stepOfCode(secret, digits, { nowMs, lastStep: present.lastStep });
  if (step === undefined) return false;
  await putLastStep(tx, staffId, step);
  return true;
}

/** Whether a recovery code is good, which it is once. */
export async function takeRecoveryCode(
  tx: Tx,
  { staffId, code, nowMs }: ShownCode,
): Promise<boolean> {
  return useRecoveryCode(tx, { staffId, digest: recoveryDigest(code), nowMs });
}

export function codeWrong(): AppError {
  return new AppError(CODE_WRONG, { message: 'This code is wrong, or it has been used.' });
}

/** Such as `7k2m-9qrs-t4vw-x8yz`. */
function newRecoveryCode(): string {
  return (randomText(RECOVERY_CHARACTERS).match(/.{4}/g) ?? []).join('-');
}

/** As it was meant, however it was typed. */
function recoveryDigest(code: string): Buffer {
  return digestOf(`recovery:${code.toLowerCase().replaceAll(/[^0-9a-z]/g, '')}`);
}

async function record(
  tx: Tx,
  { staffId, action, by }: { staffId: number; action: string; by: By },
): Promise<void> {
  const subject = { kind: 'staff', id: staffId };
  await appendAudit(tx, [{ recordedMs: by.nowMs, actor: by.actor, action, subject }]);
}
