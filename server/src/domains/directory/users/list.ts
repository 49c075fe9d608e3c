import type { Database } from '../../../platform/database.ts';
import { invalidCursor, isInstant, readCursor, writeCursor } from '../../../platform/pages.ts';
import type { Position, Sort, UserFilter } from './filter.ts';
import type { ListedUser } from './listed-user.ts';
import { conditionsOf, type Condition } from './store-filter.ts';
import { listEntries, positionOf } from './store-list.ts';
import {
  findAccountsOfStripe,
  findInTier,
  ofAccounts,
  soughtCondition,
  type Found,
  type SearchPosition,
} from './store-search.ts';
import { findSimilar } from './store-similar.ts';
import { isNumber, soughtOf, TIERS, type Sought, type Tier } from './tiers.ts';

export interface UserListRequest {
  readonly filter: UserFilter;
  /** By how well they fit where something is sought and nothing is said, and else newest first. */
  readonly sort: Sort | undefined;
  readonly cursor: string | undefined;
  readonly limit: number;
  /** Whether nobody is shown who is only called about so. */
  readonly isExact?: boolean;
}

export interface UserPage {
  readonly users: readonly ListedUser[];
  readonly nextCursor: string | null;
  /** Whether nobody is called as was sought, and these are called about so. */
  readonly isSimilar: boolean;
}

const NEWEST_FIRST: Sort = { key: 'created', isDescending: true };

export function listUsers(database: Database, request: UserListRequest): Promise<UserPage> {
  const { sought } = request.filter;
  if (sought === undefined || sought.trim() === '' || request.sort !== undefined) {
    return sortedPage(database, { ...request, sort: request.sort ?? NEWEST_FIRST });
  }
  return searchPage(database, soughtOf(sought), request);
}

/** What `listUsers` would show on all its pages, but for those who are only called about so. */
function conditionsOfList(filter: UserFilter): Condition[] {
  const { sought } = filter;
  const conditions = conditionsOf(filter);
  if (sought === undefined || sought.trim() === '') return conditions;
  return [soughtCondition(soughtOf(sought)), ...conditions];
}

async function sortedPage(
  database: Database,
  { filter, sort, cursor, limit }: UserListRequest & { readonly sort: Sort },
): Promise<UserPage> {
  const after = cursor === undefined ? null : positionAt(cursor, sort);
  const conditions = conditionsOfList(filter);
  const found = await listEntries(database, { conditions, sort, after, limit: limit + 1 });
  const users = found.slice(0, limit);
  const last = users.at(-1);
  const isSimilar = false;
  if (last === undefined || found.length <= limit) return { users, nextCursor: null, isSimilar };
  const { value, userId } = positionOf(last, sort);
  return { users, nextCursor: writeCursor([nameOf(sort), value, userId]), isSimilar };
}

function positionAt(cursor: string, sort: Sort): Position {
  const [name, value, userId] = readCursor(cursor, ['string', 'either', 'number']);
  if (name !== nameOf(sort) || !isOfKind(value, sort)) throw invalidCursor();
  return { value, userId };
}

const MOST_SHARE = 2_147_483_647;

/** Whether a column that is sorted by may hold that. */
function isOfKind(value: string | number, { key }: Sort): boolean {
  if (typeof value === 'string') return key === 'email' || key === 'name';
  if (key === 'created') return isInstant(value);
  if (key === 'usage') return Math.abs(value) <= MOST_SHARE;
  return key === 'mrr';
}

function nameOf({ key, isDescending }: Sort): string {
  return isDescending ? `-${key}` : key;
}

async function searchPage(
  database: Database,
  sought: Sought,
  { filter, cursor, limit, isExact = false }: UserListRequest,
): Promise<UserPage> {
  const conditions = conditionsOf(filter);
  const after = cursor === undefined ? null : searchPositionAt(cursor);
  const found: Found[] = [];
  for (const tier of TIERS.slice(after === null ? 0 : TIERS.indexOf(after.tier))) {
    const left = limit + 1 - found.length;
    if (left <= 0) break;
    found.push(...(await findInTier(database, tier, { sought, conditions, after, limit: left })));
    // Who has typed the whole of an address or id means that user; a number may be many things.
    if (tier === 'is' && found.length > 0 && !isNumber(sought)) break;
  }
  if (found.length === 0 && after === null) {
    return resembling(database, { sought, conditions, limit, isExact });
  }
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const isMore = last !== undefined && found.length > limit;
  return {
    users: page.map(({ user }) => user),
    nextCursor: isMore ? writeCursor([last.tier, last.user.userId]) : null,
    isSimilar: false,
  };
}

/** Ids of Stripe's other objects begin so. */
const STRIPE_ID = /^(in|sub|evt)_\w{3,250}$/;

/** Where nothing is called so: whose object of Stripe's it is, or else who is called about so. */
async function resembling(
  database: Database,
  of: {
    readonly sought: Sought;
    readonly conditions: readonly Condition[];
    readonly limit: number;
    readonly isExact: boolean;
  },
): Promise<UserPage> {
  const { text } = of.sought;
  if (!STRIPE_ID.test(text)) {
    const similar = of.isExact ? [] : await findSimilar(database, of);
    return { users: similar, nextCursor: null, isSimilar: similar.length > 0 };
  }
  const accountIds = await findAccountsOfStripe(database, text);
  const conditions = [ofAccounts(accountIds), ...of.conditions];
  const page = { conditions, sort: NEWEST_FIRST, after: null, limit: of.limit };
  return { users: await listEntries(database, page), nextCursor: null, isSimilar: false };
}

function searchPositionAt(cursor: string): SearchPosition {
  const [name, userId] = readCursor(cursor, ['string', 'number']);
  const tier = TIERS.find((each): each is Tier => each === name);
  if (tier === undefined) throw invalidCursor();
  return { tier, userId };
}
