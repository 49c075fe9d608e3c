import { AppError } from '../../../platform/errors.ts';
import type { Role } from '../../../platform/permissions.ts';
import { LAST_OWNER, MEMBER_INACTIVE, STALE_VERSION } from '../errors.ts';
import type { Member } from './member.ts';

export interface ChangeFacts {
  readonly member: Member;
  /** All who are owners and not deactivated. */
  readonly ownerIds: readonly number[];
}

export interface WantedChange {
  readonly name?: string;
  readonly role?: Role;
  readonly isDeactivated?: true;
  /** What whoever asks has looked at; not asked of an operator. */
  readonly version: number | undefined;
}

export interface DecidedChange {
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  /** Whether sessions end: what they were opened with is no longer so. */
  readonly changesRights: boolean;
}

/** What a change comes to; nothing where everything is so already. */
export function decideChange(
  { member, ownerIds }: ChangeFacts,
  wanted: WantedChange,
): DecidedChange | undefined {
  if (wanted.version !== undefined && wanted.version !== member.version) throw stale(member);
  if (member.deactivatedMs !== null) {
    if (wanted.isDeactivated === true) return undefined;
    throw new AppError(MEMBER_INACTIVE, {
      message: 'This member is deactivated; invite them again.',
    });
  }
  const changesRole = wanted.role !== undefined && wanted.role !== member.role;
  const changesName = wanted.name !== undefined && wanted.name !== member.name;
  const isDeactivated = wanted.isDeactivated === true;
  const losesOwner = member.role === 'owner' && (changesRole || isDeactivated);
  if (losesOwner && ownerIds.every((id) => id === member.id)) {
    throw new AppError(LAST_OWNER, { message: 'The last owner stays one: make another first.' });
  }
  if (!changesRole && !changesName && !isDeactivated) return undefined;
  return {
    before: {
      ...(changesRole && { role: member.role }),
      ...(isDeactivated && { is_active: true, role: member.role }),
    },
    after: {
      ...(changesRole && { role: wanted.role }),
      ...(isDeactivated && { is_active: false }),
    },
    changesRights: changesRole || isDeactivated,
  };
}

function stale(member: Member): AppError {
  return new AppError(STALE_VERSION, {
    message: 'Somebody has changed this member meanwhile: look again.',
    members: { version: member.version },
  });
}
