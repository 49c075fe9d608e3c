import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { includesRole, may, type Role } from '../../../platform/permissions.ts';
import { appendAudit, type PersonalValues } from '../../audit/index.ts';
import { MEMBER_UNKNOWN } from '../errors.ts';
import { revokeInvitationsBy } from '../invitations/store.ts';
import type { By, StaffParts } from '../parts.ts';
import { endSessions } from '../sessions/sessions.ts';
import { listLiveTokens, revokeTokens } from '../tokens/store.ts';
import { decideChange, type WantedChange } from './decide-change.ts';
import { normalEmail, type Member } from './member.ts';
import { findMemberByEmail, lockActiveOwners, lockMember, updateMember } from './store.ts';

export interface ChangeMember {
  readonly id: number;
  readonly wanted: WantedChange;
  readonly reason: string | null;
  /** Whether it is only to be seen what it would come to. */
  readonly isDry: boolean;
}

export interface ChangedMember {
  /** As it is now, or as it would be. */
  readonly member: Member;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  /** What takes it back; nobody who was shut out comes back by it. */
  readonly undo: { readonly name?: string; readonly role?: Role } | null;
}

/**
 * Renames, gives another role, or deactivates. Sessions end with a change of rights, and tokens
 * that would carry more than their maker has; so do invitations of who may invite no more.
 */
export async function changeMember(
  { database }: Pick<StaffParts, 'database'>,
  change: ChangeMember,
  by: By,
): Promise<ChangedMember> {
  return performOrTry(database, change, (tx) => carryOut(tx, change, by));
}

async function carryOut(
  tx: Tx,
  { id, wanted, reason }: ChangeMember,
  { actor, nowMs }: By,
): Promise<ChangedMember> {
  // Owners first, and in order: whoever else changes an owner waits here.
  const ownerIds = await lockActiveOwners(tx);
  const member = await lockMember(tx, id);
  if (member === undefined) throw memberUnknown(String(id));
  const decided = decideChange({ member, ownerIds }, wanted);
  if (decided === undefined) return { member, before: {}, after: {}, undo: null };
  await updateMember(tx, id, {
    ...(wanted.name !== undefined && { name: wanted.name }),
    ...(wanted.role !== undefined && { role: wanted.role }),
    ...(wanted.isDeactivated === true && { deactivatedMs: nowMs }),
  });
  const ended = decided.changesRights ? await endRights(tx, member, { wanted, nowMs }) : {};
  const after = { ...decided.after, ...ended };
  await appendAudit(tx, [
    {
      recordedMs: nowMs,
      actor,
      action: wanted.isDeactivated === true ? 'staff.deactivated' : 'staff.changed',
      subject: { kind: 'staff', id },
      reason,
      before: decided.before,
      after,
      ...(wanted.name !== undefined && {
        personal: personalOf(id, { name_before: member.name, name: wanted.name }),
      }),
    },
  ]);
  const changed = (await lockMember(tx, id)) ?? member;
  const [nameBefore, nameAfter] = namesOf(member, changed);
  return {
    member: changed,
    before: { ...nameBefore, ...decided.before },
    after: { ...nameAfter, ...after },
    undo: undoOf(member, changed),
  };
}

function namesOf(was: Member, is: Member): [object, object] {
  return was.name === is.name ? [{}, {}] : [{ name: was.name }, { name: is.name }];
}

function undoOf(was: Member, is: Member): ChangedMember['undo'] {
  if (is.deactivatedMs !== null) return null;
  return {
    ...(was.name !== is.name && { name: was.name }),
    ...(was.role !== is.role && { role: was.role }),
  };
}

async function endRights(
  tx: Tx,
  member: Member,
  { wanted, nowMs }: { wanted: WantedChange; nowMs: number },
): Promise<Record<string, number>> {
  const role: Role | undefined = wanted.isDeactivated === true ? undefined : wanted.role;
  const tokens = await listLiveTokens(tx, { staffId: member.id, nowMs });
  const tooMuch = tokens.filter((token) => role === undefined || !includesRole(role, token.role));
  await revokeTokens(
    tx,
    tooMuch.map((token) => token.id),
    nowMs,
  );
  const sessions = await endSessions(tx, member.id);
  // Or else whoever is shut out comes back by an invitation of their own making.
  const mayInvite = role !== undefined && may(role, 'staff.write');
  const invitations = mayInvite ? 0 : await revokeInvitationsBy(tx, member.id, nowMs);
  return {
    sessions_ended: sessions,
    tokens_revoked: tooMuch.length,
    ...(invitations > 0 && { invitations_revoked: invitations }),
  };
}

export async function requireMember(
  { database }: Pick<StaffParts, 'database'>,
  email: string,
): Promise<Member> {
  const member = await findMemberByEmail(database, normalEmail(email));
  if (member === undefined) throw memberUnknown(email);
  return member;
}

/** What names a member, kept apart so that they can be forgotten. */
export function personalOf(staffId: number, values: PersonalValues['values']): PersonalValues {
  return { personKind: 'staff', personId: staffId, values };
}

function memberUnknown(who: string): AppError {
  return new AppError(MEMBER_UNKNOWN, { message: `There is no member of staff ${who}.` });
}
