import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import type { Access } from '../../access/index.ts';
import type { Accounts } from '../../accounts/index.ts';
import { listNotes, type Note } from '../notes/store-notes.ts';
import {
  loadBilling,
  loadOverrides,
  type ProfileBilling,
  type ProfileOverride,
} from './store-profile.ts';

type AccessProfile = Awaited<ReturnType<Access['profile']>>;

/** All that staff see of a user, as it is on record now. */
export interface UserProfile {
  readonly access: AccessProfile;
  readonly billing: ProfileBilling;
  readonly overrides: readonly ProfileOverride[];
  readonly notes: readonly Note[];
  /** Of which changes have to say that they know it. */
  readonly version: number;
}

const MOST_NOTES = 50;

export interface ProfileDependencies {
  readonly database: Database;
  readonly access: Access;
  readonly accounts: Accounts;
}

/** Throws `user_unknown`. */
export async function loadUserProfile(
  { database, access }: ProfileDependencies,
  user: string,
): Promise<UserProfile> {
  const profile = await access.profile(user);
  const { accountId, revision } = profile.user;
  const billing = await loadBilling(database, accountId);
  assert(billing !== undefined, 'a user has an account');
  return {
    access: profile,
    billing,
    overrides: await loadOverrides(database, accountId),
    notes: await listNotes(database, { accountId, limit: MOST_NOTES }),
    version: billing.accessVersion + revision,
  };
}
