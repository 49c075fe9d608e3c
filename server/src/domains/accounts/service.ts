import { assert } from '@whisperforge/kernel/assert';
import { isUniqueViolation, type Database } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { SIGNED_UP_IN_FUTURE, USER_UNKNOWN } from './errors.ts';
import { quotaPeriodAt } from './quota-period.ts';
import {
  findAccount,
  findUser,
  insertAccount,
  insertUser,
  lockUser,
  setOwner,
  updateUser,
} from './store.ts';
import { tellChanged } from './changes/tell-changed.ts';
import { isNews, type User, type UserDetails } from './user.ts';

export interface Accounts {
  /**
   * Makes the user, with an account of their own, or renews what is known of them. Quota periods
   * of a new account are counted from when the user signed up, or else from now; renewing moves
   * no period.
   */
  upsertUser(externalId: string, details: UserDetails, nowMs: number): Promise<User>;
  /** Throws `user_unknown`. */
  getUser(externalId: string): Promise<User>;
  /**
   * How often a user and the access of their account have changed, together: what changes of a
   * profile have to say that they know. Throws `user_unknown`.
   */
  version(externalId: string): Promise<number>;
}

const FUTURE_TOLERANCE_MS = 5 * 60_000;
const DEFAULT_CURRENCY = 'usd';

export function createAccounts(deps: { readonly database: Database }): Accounts {
  const { database } = deps;
  return {
    async upsertUser(externalId, details, nowMs) {
      refuseFutureSignUp(details, nowMs);
      const known = await renewUser(database, externalId, { ...details, nowMs });
      if (known !== undefined) return known;
      try {
        return await createUser(database, externalId, details, nowMs);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        // Somebody made the same user a moment ago: then this renews them.
        const made = await renewUser(database, externalId, { ...details, nowMs });
        return made ?? unknown(externalId);
      }
    },
    async getUser(externalId) {
      return (await findUser(database, externalId)) ?? unknown(externalId);
    },
    async version(externalId) {
      const user = (await findUser(database, externalId)) ?? unknown(externalId);
      const account = await findAccount(database, user.accountId);
      assert(account !== undefined, 'a user has an account');
      return account.accessVersion + user.revision;
    },
  };
}

async function createUser(
  database: Database,
  externalId: string,
  details: UserDetails,
  nowMs: number,
): Promise<User> {
  const signedUpMs = Math.min(details.signedUpMs ?? nowMs, nowMs);
  return database.transaction(async (tx) => {
    const accountId = await insertAccount(tx, {
      currency: DEFAULT_CURRENCY,
      anchorMs: signedUpMs,
      nowMs,
    });
    const user = await insertUser(tx, {
      ...details,
      externalId,
      accountId,
      signedUpMs,
      usageResetMs: quotaPeriodAt([signedUpMs], nowMs).endMs,
      nowMs,
    });
    await setOwner(tx, accountId, user.id);
    await tellChanged(tx, user, nowMs);
    return user;
  });
}

/** Who is told the same again is not changed, and nobody hears of it. */
async function renewUser(
  database: Database,
  externalId: string,
  change: UserDetails & { readonly nowMs: number },
): Promise<User | undefined> {
  return database.transaction(async (tx) => {
    const user = await lockUser(tx, externalId);
    if (user === undefined) return undefined;
    if (!isNews(user, change))
      return updateUser(tx, user.id, { ...change, revision: user.revision });
    const changed = await updateUser(tx, user.id, { ...change, revision: user.revision + 1 });
    await tellChanged(tx, changed, change.nowMs);
    return changed;
  });
}

function refuseFutureSignUp(details: UserDetails, nowMs: number): void {
  if (details.signedUpMs === undefined || details.signedUpMs <= nowMs + FUTURE_TOLERANCE_MS) return;
  throw new AppError(SIGNED_UP_IN_FUTURE, {
    message: 'A user cannot have signed up in the future.',
    fields: [{ field: '/signed_up_at', message: 'lies in the future' }],
  });
}

function unknown(externalId: string): never {
  throw new AppError(USER_UNKNOWN, {
    message: `There is no user ${externalId}; PUT /v1/users/${externalId} makes one.`,
  });
}
