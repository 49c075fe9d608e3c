import { AppError } from '../../../platform/errors.ts';
import type { Staff } from '../../../platform/routes.ts';
import { appendAudit } from '../../audit/index.ts';
import { publish } from '../../outbox/index.ts';
import { LINK_OVER, PASSWORD_WRONG } from '../errors.ts';
import { RESET_ASKED } from '../mail/topics.ts';
import { refuseWeak } from '../members/first-owner.ts';
import { normalEmail } from '../members/member.ts';
import { findMemberByEmail, findPasswordHash, lockMember, updateMember } from '../members/store.ts';
import { visitorOf, type By, type StaffParts, type Visit } from '../parts.ts';
import { digestOf, newSecret } from '../secrets.ts';
import { endSessions, rotateSession, type OpenedSession } from '../sessions/sessions.ts';
import {
  countAttempts,
  forgetAttempts,
  mailRequests,
  mailsTo,
  passwordAttempts,
  spendAttempts,
} from '../sign-in/attempts.ts';
import { endResets, findReset, insertReset, useReset } from './store.ts';

const RESET_MS = 3_600_000;

/**
 * Promises a letter to a member, and answers the same, after the same work, where there is none.
 * Too many to one address are not sent, and nobody is told.
 */
export async function askReset(parts: StaffParts, typed: string, visit: Visit): Promise<void> {
  const { database, clock } = parts;
  const email = normalEmail(typed);
  await spendAttempts(database, mailRequests(visit.address), clock.nowMs());
  const untilMs = await countAttempts(database, mailsTo(email), clock.nowMs());
  const member = await findMemberByEmail(database, email);
  const isSent = member !== undefined && member.deactivatedMs === null && untilMs === undefined;
  const payload = { staff_id: isSent ? member.id : null };
  await database.transaction(async (tx) => {
    await publish(tx, [{ topic: RESET_ASKED, payload, recordedMs: visit.nowMs }]);
    await appendAudit(tx, [
      {
        recordedMs: visit.nowMs,
        actor: visitorOf(undefined, visit),
        action: 'staff.password_reset_asked',
        subject: { kind: 'staff', id: member?.id ?? 'unknown' },
      },
    ]);
  });
}

/** A link by which a member sets a password. */
export async function mintReset(
  { database, clock, publicUrl }: StaffParts,
  staffId: number,
): Promise<{ readonly id: number; readonly url: string }> {
  const token = newSecret();
  const createdMs = clock.nowMs();
  const reset = { staffId, digest: digestOf(token), createdMs, expiresMs: createdMs + RESET_MS };
  const id = await database.transaction((tx) => insertReset(tx, reset));
  return { id, url: `${publicUrl()}/admin/password-resets/new#${token}` };
}

/** Sets a password by a link; whoever was signed in with the old one is not any more. */
export async function resetPassword(
  { database, clock, hasher }: StaffParts,
  { token, password }: { readonly token: string; readonly password: string },
  visit: Visit,
): Promise<void> {
  const digest = digestOf(token);
  const found = await findReset(database, digest, clock.nowMs());
  if (found === undefined) throw over();
  refuseWeak(password, found.email);
  const passwordHash = await hasher.hash(password);
  const { staffId } = found;
  await database.transaction(async (tx) => {
    await lockMember(tx, staffId);
    if ((await findReset(tx, digest, clock.nowMs())) === undefined) throw over();
    if (!(await useReset(tx, { staffId, digest, nowMs: clock.nowMs() }))) throw over();
    await updateMember(tx, staffId, { passwordHash });
    const ended = await endSessions(tx, staffId);
    await appendAudit(tx, [
      {
        recordedMs: visit.nowMs,
        actor: visitorOf(staffId, visit),
        action: 'staff.password_reset',
        subject: { kind: 'staff', id: staffId },
        after: { sessions_ended: ended },
      },
    ]);
  });
}

export interface ChangePassword {
  readonly staff: Staff;
  readonly current: string;
  readonly next: string;
  readonly address: string;
}

/** By whoever knows the present one; their other sessions end. */
export async function changePassword(
  { database, clock, hasher }: StaffParts,
  { staff, current, next, address }: ChangePassword,
  { actor, nowMs }: By,
): Promise<OpenedSession> {
  const { staffId, email } = staff;
  const attempts = passwordAttempts(email, address);
  await spendAttempts(database, attempts, clock.nowMs());
  const kept = await findPasswordHash(database, staffId);
  if (!(await hasher.verify(current, kept))) throw passwordWrong();
  await forgetAttempts(database, attempts);
  refuseWeak(next, email);
  const passwordHash = await hasher.hash(next);
  return database.transaction(async (tx) => {
    await lockMember(tx, staffId);
    // While hashes were being made, a link may have set another, and shut out who knew the old one.
    if ((await findPasswordHash(tx, staffId)) !== kept) throw passwordWrong();
    await updateMember(tx, staffId, { passwordHash });
    await endResets(tx, staffId, clock.nowMs());
    const ended = await endSessions(tx, staffId, staff.sessionId);
    const subject = { kind: 'staff', id: staffId };
    const after = { sessions_ended: ended };
    const action = 'staff.password_changed';
    await appendAudit(tx, [{ recordedMs: nowMs, actor, action, subject, after }]);
    return rotateSession(tx, staff, clock.nowMs());
  });
}

function passwordWrong(): AppError {
  return new AppError(PASSWORD_WRONG, { message: 'The present password is another.' });
}

function over(): AppError {
  return new AppError(LINK_OVER, { message: 'This link was used, or is too old.' });
}
