import { AppError } from '../../../platform/errors.ts';
import { loadFacts } from '../../subscriptions/index.ts';
import type { BulkTerms, BulkUser, UndoTerms } from './bulk-deed.ts';
import { refusalOf } from './decide-refusal.ts';
import { carryOut } from './carry-out.ts';
import type { BulkDependencies, Performance } from './perform.ts';
import { findCurrencies } from './store/targets.ts';
import { findUndoRefusals } from './undo/take-back.ts';

export interface RefusedUser {
  readonly user: BulkUser;
  readonly code: string;
  readonly detail: string;
}

/** What would come of a bulk deed. */
export interface BulkPreview {
  readonly users: number;
  readonly refused: number;
  /** The first few to whom it would be done. */
  readonly sample: readonly BulkUser[];
  /** So many of those who would be refused, with why. */
  readonly refusedUsers: readonly RefusedUser[];
  readonly refusals: ReadonlyMap<string, { readonly detail: string; readonly users: number }>;
}

const USERS_AT_ONCE = 1_000;
const SAMPLED = 10;
/** Tried one by one, as they will be done. */
const TRIED = 3;
const MOST_REFUSED_SHOWN = 100;

/** Looks at everybody, and tries it on the first few; changes nothing. */
export async function previewBulk(
  deps: BulkDependencies,
  terms: BulkTerms | UndoTerms,
  users: readonly BulkUser[],
  by: Pick<Performance, 'actor' | 'staffId' | 'reason' | 'nowMs'>,
): Promise<BulkPreview> {
  const refused: RefusedUser[] = [];
  const sample: BulkUser[] = [];
  let tried = 0;
  for (let first = 0; first < users.length; first += USERS_AT_ONCE) {
    const some = users.slice(first, first + USERS_AT_ONCE);
    const refusals = await findRefusals(deps, terms, some, by.nowMs);
    for (const user of some) {
      let refusal = refusals.get(user.accountId) ?? null;
      if (refusal === null && tried < TRIED) {
        tried += 1;
        refusal = await tryOn(deps, terms, user, by);
      }
      if (refusal !== null) refused.push(refusedUser(user, refusal));
      else if (sample.length < SAMPLED) sample.push(user);
    }
  }
  // Where all are refused, what is wrong with the terms themselves is still to be said.
  const [anybody] = users;
  if (tried === 0 && anybody !== undefined) await tryOn(deps, terms, anybody, by);
  return {
    users: users.length,
    refused: refused.length,
    sample,
    refusedUsers: refused.slice(0, MOST_REFUSED_SHOWN),
    refusals: countedByCode(refused),
  };
}

/** Why it would be refused to some users, by account, as far as our own facts tell. */
async function findRefusals(
  deps: BulkDependencies,
  terms: BulkTerms | UndoTerms,
  users: readonly BulkUser[],
  nowMs: number,
): Promise<ReadonlyMap<number, AppError>> {
  if (terms.kind === 'undo') return findUndoRefusals(deps, terms, users, nowMs);
  const accountIds = users.map(({ accountId }) => accountId);
  const facts = await loadFacts(deps.database, accountIds, nowMs);
  const isDiscount = terms.kind === 'discount';
  const currencies = await findCurrencies(deps.database, isDiscount ? accountIds : []);
  const catalog = await deps.catalog.latest();
  const refusals = new Map<number, AppError>();
  for (const user of users) {
    const refusal = refusalOf(terms, user, {
      facts: facts.get(user.accountId),
      currency: currencies.get(user.accountId),
      catalog,
      nowMs,
    });
    if (refusal !== null) refusals.set(user.accountId, refusal);
  }
  return refusals;
}

/** Why it is refused to this one user; throws where it is refused to everybody. */
export async function tryOn(
  deps: BulkDependencies,
  terms: BulkTerms | UndoTerms,
  user: BulkUser,
  by: Pick<Performance, 'actor' | 'staffId' | 'reason' | 'nowMs'>,
): Promise<AppError | null> {
  const nothing = (): Promise<void> => Promise.resolve();
  const written = { alongside: nothing, afterwards: nothing };
  try {
    await carryOut(deps, terms, { ...by, user, isDry: true, onceKey: 'tried', ...written });
    return null;
  } catch (error) {
    if (error instanceof AppError && error.kind === 'conflict') return error;
    throw error;
  }
}

function refusedUser(user: BulkUser, { code, details }: AppError): RefusedUser {
  return { user, code, detail: details.message };
}

function countedByCode(
  refused: readonly RefusedUser[],
): Map<string, { readonly detail: string; readonly users: number }> {
  const counts = new Map<string, { detail: string; users: number }>();
  for (const { code, detail } of refused) {
    const count = counts.get(code);
    if (count === undefined) counts.set(code, { detail, users: 1 });
    else count.users += 1;
  }
  return counts;
}
