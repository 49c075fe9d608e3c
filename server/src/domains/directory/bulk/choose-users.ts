import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { BULK_USERS_MISSING, BULK_USERS_TOO_MANY, BULK_USERS_UNKNOWN } from '../errors.ts';
import { listUsers } from '../users/list.ts';
import type { UserFilter } from '../users/filter.ts';
import type { BulkUser } from './bulk-deed.ts';
import { findUsersNamed } from './store/targets.ts';

/** Who is meant: those who are named, or all whom a list shows. */
export interface UserChoice {
  readonly users: readonly string[] | undefined;
  readonly filter: UserFilter | undefined;
}

export const MOST_USERS = 100_000;
const USERS_A_PAGE = 1_000;
const MOST_NAMED = 5;

/** Everybody who is meant, each account once. */
export async function chooseUsers(database: Database, choice: UserChoice): Promise<BulkUser[]> {
  const { users, filter } = choice;
  if ((users === undefined) === (filter === undefined)) {
    throw new AppError(BULK_USERS_MISSING, {
      message: 'Say who is meant: either users, or a list.',
      fields: [{ field: '/users', message: 'is said, or list is, and not both' }],
    });
  }
  if (users !== undefined) return chooseNamed(database, [...new Set(users)]);
  return chooseListed(database, filter ?? {});
}

async function chooseNamed(database: Database, names: readonly string[]): Promise<BulkUser[]> {
  const found = await findUsersNamed(database, names);
  const known = new Set(found.map(({ externalId }) => externalId));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const some = unknown.slice(0, MOST_NAMED).join(', ');
    throw new AppError(BULK_USERS_UNKNOWN, {
      message: `There are ${unknown.length} users who are not known, such as ${some}.`,
      fields: [{ field: '/users', message: 'are users who are known' }],
    });
  }
  return eachAccountOnce(found);
}

async function chooseListed(database: Database, filter: UserFilter): Promise<BulkUser[]> {
  const chosen: BulkUser[] = [];
  let cursor: string | undefined;
  do {
    // Whoever is only called about so is shown, to be looked at, and never meant.
    const request = { filter, sort: undefined, cursor, limit: USERS_A_PAGE, isExact: true };
    const { users, nextCursor } = await listUsers(database, request);
    chosen.push(...users);
    if (chosen.length > MOST_USERS) {
      throw new AppError(BULK_USERS_TOO_MANY, {
        message: `The list holds more than the ${MOST_USERS} users that are done at once.`,
        fields: [{ field: '/list', message: 'must be narrower' }],
      });
    }
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return eachAccountOnce(chosen);
}

function eachAccountOnce(users: readonly BulkUser[]): BulkUser[] {
  const byAccount = new Map<number, BulkUser>();
  for (const user of users) {
    if (!byAccount.has(user.accountId)) byAccount.set(user.accountId, user);
  }
  return [...byAccount.values()];
}
