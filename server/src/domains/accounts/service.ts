import { isUniqueViolation, type Database } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { SIGNED_UP_IN_FUTURE, USER_UNKNOWN } from './errors.ts';
import { quotaPeriodAt } from './quota-period.ts';
import { findUser, insertAccount, insertUser, setOwner, updateUser } from './store.ts';
import type { User, UserDetails } from './user.ts';

export interface Accounts {
  /**
   * Makes the user, with an account of their own, or renews what is known of them. Quota periods
   * of a new account are counted from when the user signed up, or else from now; renewing moves
   * no period.
   */
  upsertUser(externalId: string, details: UserDetails, nowMs: number): Promise<User>;
  /** Throws `user_unknown`. */
  getUser(externalId: string): Promise<User>;
}

const FUTURE_TOLERANCE_MS = 5 * 60_000;
const DEFAULT_CURRENCY = 'usd';

export function createAccounts(deps: { readonly database: Database }): Accounts {
  const { database } = deps;
  return {
    async upsertUser(externalId, details, nowMs) {
      refuseFutureSignUp(details, nowMs);
      const known = await updateUser(database, externalId, { ...details, nowMs });
      if (known !== undefined) return known;
      try {
        return await createUser(database, externalId, details, nowMs);
      } catch (error) {
        if (!isUniqueViolation(error)) throw error;
        // Somebody made the same user a moment ago: then this renews them.
        const made = await updateUser(database, externalId, { ...details, nowMs });
        return made ?? unknown(externalId);
      }
    },
    async getUser(externalId) {
      return (await findUser(database, externalId)) ?? unknown(externalId);
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
    return user;
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
