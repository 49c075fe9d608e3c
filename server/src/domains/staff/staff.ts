import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../platform/database.ts';
import type { Role } from '../../platform/permissions.ts';
import type { Staff } from '../../platform/routes.ts';
import { insertMember } from './members/store.ts';
import { findBySession, openSession, type OpenedSession } from './sessions/sessions.ts';

export interface StaffDomain {
  bySession(secret: string, nowMs: number): Promise<Staff | undefined>;
  byToken(secret: string, nowMs: number): Promise<Staff | undefined>;
  /** A member who is signed in, without having been asked for anything: for tests. */
  admit(
    member: { readonly email: string; readonly name: string; readonly role: Role },
    nowMs: number,
  ): Promise<OpenedSession & { readonly staffId: number }>;
}

export function createStaff({ database }: { readonly database: Database }): StaffDomain {
  return {
    bySession: (secret, nowMs) => findBySession(database, secret, nowMs),
    byToken: () => Promise.resolve(undefined),
    admit: (member, nowMs) =>
      database.transaction(async (tx) => {
        const new_ = { ...member, passwordHash: null, createdMs: nowMs };
        const staffId = await insertMember(tx, new_);
        assert(staffId !== undefined, 'nobody has that address yet');
        const origin = { address: '127.0.0.1', userAgent: 'test' };
        return { staffId, ...(await openSession(tx, staffId, { origin, nowMs })) };
      }),
  };
}
