import type { Role } from '../../platform/permissions.ts';
import { invite, mintInvitation } from './invitations/invitations.ts';
import { changeMember, requireMember } from './members/members.ts';
import type { Member } from './members/member.ts';
import { listMembers } from './members/store.ts';
import type { By, StaffParts } from './parts.ts';
import { mintReset } from './resets/resets.ts';
import { removeSecondFactor } from './second-factor/second-factor.ts';
import { appendAudit } from '../audit/index.ts';
import { assert } from '@whisperforge/kernel/assert';

/** What an operator does at the command line, who has the database anyway. */
export interface Operator {
  list(): Promise<Member[]>;
  /** Answers the link that accepts it, to be handed over; no mail is sent. */
  invite(invitation: { readonly email: string; readonly role: Role }, by: By): Promise<string>;
  /** Answers a link that sets a password; and takes the second factor away, if it is lost. */
  reset(
    wanted: { readonly email: string; readonly dropsSecondFactor: boolean },
    by: By,
  ): Promise<string>;
  deactivate(email: string, by: By): Promise<Member>;
}

export function createOperator(parts: StaffParts): Operator {
  return {
    list: () => listMembers(parts.database, {}),
    async invite(invitation, by) {
      const command = { ...invitation, inviter: undefined, sendsMail: false };
      const { id } = await invite(parts, command, by);
      const minted = await mintInvitation(parts, id);
      assert(minted !== undefined, 'an invitation that was just made is open');
      return minted.url;
    },
    async reset({ email, dropsSecondFactor }, by) {
      const { id } = await requireMember(parts, email);
      if (dropsSecondFactor) await removeSecondFactor(parts, { staffId: id }, by);
      const { url } = await mintReset(parts, id);
      const subject = { kind: 'staff', id };
      const action = 'staff.password_reset_asked';
      const entry = { recordedMs: by.nowMs, actor: by.actor, action, subject };
      await parts.database.transaction((tx) => appendAudit(tx, [entry]));
      return url;
    },
    async deactivate(email, by) {
      const { id } = await requireMember(parts, email);
      const wanted = { isDeactivated: true, version: undefined } as const;
      const change = { id, wanted, reason: null, isDry: false };
      return (await changeMember(parts, change, by)).member;
    },
  };
}
