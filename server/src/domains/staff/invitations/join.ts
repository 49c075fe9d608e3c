import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { appendAudit } from '../../audit/index.ts';
import { LINK_OVER, MEMBER_EXISTS } from '../errors.ts';
import { personalOf } from '../members/members.ts';
import { findMemberByEmail, insertMember, updateMember } from '../members/store.ts';
import { unlinkIdentities } from '../oidc/store.ts';
import { visitorOf, type Visit } from '../parts.ts';
import { putSecret, replaceRecoveryCodes } from '../second-factor/store.ts';
import { closeInvitation, type Invitation } from './store.ts';

export interface Joining {
  readonly invitation: Invitation;
  readonly name: string;
  /** None for whoever signs in elsewhere. */
  readonly passwordHash: string | null;
  readonly nowMs: number;
}

/** Uses an invitation up; who was here before comes back with nothing of what they had. */
export async function join(tx: Tx, joining: Joining, visit: Visit): Promise<number> {
  const { invitation, name, passwordHash, nowMs } = joining;
  const { email, role, id: invitationId } = invitation;
  const isOpen = await closeInvitation(tx, invitationId, { outcome: 'accepted_at', nowMs });
  if (!isOpen) throw new AppError(LINK_OVER, { message: 'This invitation was used already.' });
  const made = await insertMember(tx, { email, name, role, passwordHash, createdMs: nowMs });
  const id = made ?? (await comeBack(tx, joining));
  await appendAudit(tx, [
    {
      recordedMs: visit.nowMs,
      actor: visitorOf(id, visit),
      action: 'staff.joined',
      subject: { kind: 'staff', id },
      after: { role, invitation: invitationId, by: invitation.invitedBy },
      personal: personalOf(id, { email, name }),
    },
  ]);
  return id;
}

async function comeBack(tx: Tx, { invitation, name, passwordHash }: Joining): Promise<number> {
  const member = await findMemberByEmail(tx, invitation.email);
  if (member === undefined || member.deactivatedMs === null) {
    throw new AppError(MEMBER_EXISTS, { message: 'Somebody with this address is here already.' });
  }
  const { id } = member;
  await updateMember(tx, id, { name, role: invitation.role, passwordHash, deactivatedMs: null });
  await putSecret(tx, id, null);
  await unlinkIdentities(tx, id);
  await replaceRecoveryCodes(tx, id, []);
  return id;
}
