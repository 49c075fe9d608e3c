import { AppError } from '../../../platform/errors.ts';
import { appendAudit } from '../../audit/index.ts';
import { PASSWORD_WEAK } from '../errors.ts';
import type { StaffParts } from '../parts.ts';
import { passwordFault } from '../sign-in/password-rules.ts';
import { normalEmail } from './member.ts';
import { personalOf } from './members.ts';
import { hasOwner, insertMember } from './store.ts';

export interface FirstOwner {
  readonly email: string;
  readonly password: string;
}

export type FirstOwnerOutcome = 'made' | 'not_needed' | 'missing';

/**
 * Somebody must be the first to let others in. Once there is an owner, what the environment says
 * changes nothing: it is no way back in for whoever was shut out.
 */
export async function ensureFirstOwner(
  { database, hasher }: Pick<StaffParts, 'database' | 'hasher'>,
  owner: FirstOwner | undefined,
  nowMs: number,
): Promise<FirstOwnerOutcome> {
  if (await hasOwner(database)) return 'not_needed';
  if (owner === undefined) return 'missing';
  const email = normalEmail(owner.email);
  refuseWeak(owner.password, email);
  const passwordHash = await hasher.hash(owner.password);
  return database.transaction(async (tx) => {
    const name = email.split('@', 1)[0] ?? email;
    const made = { email, name, role: 'owner', passwordHash, createdMs: nowMs } as const;
    const id = await insertMember(tx, made);
    // Another process that starts at the same time was faster.
    if (id === undefined) return 'not_needed';
    await appendAudit(tx, [
      {
        recordedMs: nowMs,
        actor: { kind: 'system', id: 'start' },
        action: 'staff.joined',
        subject: { kind: 'staff', id },
        after: { role: 'owner' },
        personal: personalOf(id, { email, name }),
      },
    ]);
    return 'made';
  });
}

export function refuseWeak(password: string, email: string): void {
  const fault = passwordFault(password, email);
  if (fault === undefined) return;
  const fields = [{ field: '/password', message: fault }];
  throw new AppError(PASSWORD_WEAK, { message: fault, fields });
}
