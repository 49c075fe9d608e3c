import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { includesRole, type Role } from '../../../platform/permissions.ts';
import { appendAudit } from '../../audit/index.ts';
import { publish } from '../../outbox/index.ts';
import { INVITATION_UNKNOWN, LINK_OVER, MEMBER_EXISTS, ROLE_TOO_HIGH } from '../errors.ts';
import { INVITED } from '../mail/topics.ts';
import { refuseWeak } from '../members/first-owner.ts';
import { normalEmail } from '../members/member.ts';
import { findMemberByEmail } from '../members/store.ts';
import type { By, StaffParts, Visit } from '../parts.ts';
import { digestOf, newSecret } from '../secrets.ts';
import { admit, type SignedIn } from '../sign-in/sign-in.ts';
import { join } from './join.ts';
import {
  closeInvitation,
  findInvitationByToken,
  insertInvitation,
  putInvitationToken,
  revokeInvitationsTo,
  type Invitation,
} from './store.ts';

const INVITATION_MS = 7 * 86_400_000;

export interface Invite {
  readonly email: string;
  readonly role: Role;
  /** Who invites; an operator at the command line is nobody of the staff. */
  readonly inviter: { readonly staffId: number; readonly role: Role } | undefined;
  /** Not where whoever invites hands the link over. */
  readonly sendsMail: boolean;
}

/** In place of an earlier one to the same address. */
export async function invite(
  { database, clock }: StaffParts,
  { email: typed, role, inviter, sendsMail }: Invite,
  { actor, nowMs }: By,
): Promise<Invitation> {
  if (inviter !== undefined && !includesRole(inviter.role, role)) {
    throw new AppError(ROLE_TOO_HIGH, { message: `"${inviter.role}" may not all of "${role}".` });
  }
  const email = normalEmail(typed);
  const createdMs = clock.nowMs();
  const invitation = {
    email,
    role,
    invitedBy: inviter?.staffId ?? null,
    createdMs,
    expiresMs: createdMs + INVITATION_MS,
  };
  return database.transaction(async (tx) => {
    const member = await findMemberByEmail(tx, email);
    if (member !== undefined && member.deactivatedMs === null) throw exists();
    await revokeInvitationsTo(tx, email, createdMs);
    const id = await insertInvitation(tx, invitation);
    if (id === undefined) throw exists();
    await appendAudit(tx, [
      {
        recordedMs: nowMs,
        actor,
        action: 'staff.invited',
        subject: { kind: 'staff_invitation', id },
        after: { role },
        personal: { personKind: 'staff_invitation', personId: id, values: { email } },
      },
    ]);
    if (sendsMail) {
      await publish(tx, [{ topic: INVITED, payload: { invitation_id: id }, recordedMs: nowMs }]);
    }
    return { id, ...invitation };
  });
}

function exists(): AppError {
  return new AppError(MEMBER_EXISTS, { message: 'Somebody with this address is here or invited.' });
}

/** A link that accepts it, in place of any before; nothing where it is over. */
export async function mintInvitation(
  { database, clock, publicUrl }: StaffParts,
  id: number,
): Promise<{ readonly invitation: Invitation; readonly url: string } | undefined> {
  const token = newSecret();
  const handed = { digest: digestOf(token), nowMs: clock.nowMs() };
  const invitation = await database.transaction((tx) => putInvitationToken(tx, id, handed));
  if (invitation === undefined) return undefined;
  // Behind a number sign, so that no server and no log on the way gets to see it.
  return { invitation, url: `${publicUrl()}/admin/invitations#${token}` };
}

export async function findInvitation(
  { database, clock }: StaffParts,
  token: string,
): Promise<Invitation> {
  const found = await findInvitationByToken(database, digestOf(token), clock.nowMs());
  if (found === undefined) throw over();
  return found;
}

export interface Acceptance {
  readonly token: string;
  readonly name: string;
  readonly password: string;
}

/** Makes a member of whoever was invited, and lets them in. */
export async function acceptInvitation(
  parts: StaffParts,
  { token, name, password }: Acceptance,
  visit: Visit,
): Promise<SignedIn> {
  const { email } = await findInvitation(parts, token);
  refuseWeak(password, email);
  const passwordHash = await parts.hasher.hash(password);
  const nowMs = parts.clock.nowMs();
  return parts.database.transaction(async (tx) => {
    const invitation = await findInvitationByToken(tx, digestOf(token), nowMs);
    if (invitation === undefined) throw over();
    const staffId = await join(tx, { invitation, name, passwordHash, nowMs }, visit);
    return admit(tx, staffId, { visit, nowMs, how: 'invitation' });
  });
}

/** Throws `invitation_unknown`. */
export async function revokeInvitation(
  { database, clock }: StaffParts,
  id: number,
  { actor, nowMs }: By,
): Promise<void> {
  await database.transaction(async (tx: Tx) => {
    const closed = { outcome: 'revoked_at', nowMs: clock.nowMs() } as const;
    if (!(await closeInvitation(tx, id, closed))) {
      throw new AppError(INVITATION_UNKNOWN, { message: `There is no open invitation ${id}.` });
    }
    const subject = { kind: 'staff_invitation', id };
    const action = 'staff.invitation_revoked';
    await appendAudit(tx, [{ recordedMs: nowMs, actor, action, subject }]);
  });
}

function over(): AppError {
  return new AppError(LINK_OVER, { message: 'This link was used, was taken back or is too old.' });
}
