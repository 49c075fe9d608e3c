import { formatInstant } from '@whisperforge/kernel/clock';
import { formatQuantity, MAX_INPUT_QUANTITY, type Quantity } from '@whisperforge/kernel/quantity';
import { isUniqueViolation, type Database, type Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import {
  bumpAccessVersion,
  findRevision,
  lockAccount,
  refuseStale,
  type Account,
} from '../accounts/index.ts';
import { appendAudit, type Actor } from '../audit/index.ts';
import { publish } from '../outbox/index.ts';
import { findCatalogVersion, type Catalog, type CatalogCache } from '../plans/index.ts';
import type { Usage } from '../usage/index.ts';
import {
  ACCOUNT_UNKNOWN,
  AMOUNT_NOT_POSITIVE,
  AMOUNT_TOO_LARGE,
  EXPIRY_PASSED,
  REASON_MISSING,
} from './errors.ts';

/** Who commands, when and why; all of it goes on record. */
export interface CommandContext {
  readonly actor: Actor;
  readonly nowMs: number;
  readonly reason: string;
  readonly requestId?: string;
  /** Of the profile that was looked at; of another by now nothing is changed. */
  readonly version?: number;
  /** Whether it is only to be seen what would be: all is done, and none of it is kept. */
  readonly isDry?: boolean;
}

export interface CommandDependencies {
  readonly database: Database;
  readonly catalog: CatalogCache;
  readonly usage: Usage;
}

export interface CommandTarget {
  readonly accountId: number;
  readonly context: CommandContext;
  /** Rows of the caller's own that are written together with the deeds, or not at all. */
  readonly alongside?: (tx: Tx, deeds: readonly Deed<unknown>[]) => Promise<void>;
}

/** What a command did, for the record, and what its caller gets. */
export interface Deed<T> {
  readonly action: string;
  readonly subject: { readonly kind: string; readonly id: string | number };
  readonly before?: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
  readonly result: T;
}

/** What a command finds: the account, locked, and what is sold. */
export interface CommandState {
  readonly account: Account;
  readonly catalog: Catalog;
  /** Whether anything of the account is counted yet. */
  readonly isCounted: boolean;
  /**
   * From when the command's changes hold: now, or until when a process whose clock is ahead has
   * counted. Balances are settled up to here, and nothing before is changed.
   */
  readonly nowMs: number;
}

/** A period that a request opens at the same moment undoes a command, which then begins anew. */
const MOST_ATTEMPTS = 3;

/**
 * Changes facts of an account's access in one transaction: locks the account, settles its balances
 * by the facts as they still are, lets `work` change them, and makes everything computed from
 * them outdated. The next answer, in whichever process, follows from the new facts.
 */
export async function runCommand<T>(
  deps: CommandDependencies,
  target: CommandTarget,
  work: (tx: Tx, state: CommandState) => Promise<Deed<T>>,
): Promise<T> {
  if (target.context.reason.trim() === '') {
    throw new AppError(REASON_MISSING, { message: 'A change of access needs a reason.' });
  }
  return runDeeds(deps, target, async (tx, state) => {
    const deed = await work(tx, state);
    return { deeds: [deed], result: deed.result };
  });
}

/** What several changes at once did; where nothing changed, nothing goes on record. */
export interface Deeds<T> {
  readonly deeds: readonly Deed<unknown>[];
  readonly result: T;
}

/** As `runCommand`, for any number of changes, none included. */
export async function runDeeds<T>(
  deps: CommandDependencies,
  target: CommandTarget,
  work: (tx: Tx, state: CommandState) => Promise<Deeds<T>>,
): Promise<T> {
  const catalog = await deps.catalog.atLeast(await findCatalogVersion(deps.database));
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await deps.database.transaction((tx) => runOnce(tx, deps, target, catalog, work));
    } catch (error) {
      if (error instanceof Foreseen) return error.result as T;
      if (!isUniqueViolation(error) || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

/** Ends a transaction of which nothing is to be kept, with what it has come to. */
class Foreseen extends Error {
  override readonly name = 'Foreseen';
  readonly result: unknown;

  constructor(result: unknown) {
    super('a change that was only tried is taken back');
    this.result = result;
  }
}

async function runOnce<T>(
  tx: Tx,
  deps: CommandDependencies,
  { accountId, context, alongside }: CommandTarget,
  catalog: Catalog,
  work: (tx: Tx, state: CommandState) => Promise<Deeds<T>>,
): Promise<T> {
  const account = await lockAccount(tx, accountId);
  if (account === undefined) {
    throw new AppError(ACCOUNT_UNKNOWN, { message: `There is no account ${accountId}.` });
  }
  if (context.version !== undefined) {
    const revision = await findRevision(tx, account.ownerUserId);
    refuseStale(context.version, account.accessVersion + revision);
  }
  const settledMs = await deps.usage.settle(tx, account, context.nowMs);
  const nowMs = settledMs ?? context.nowMs;
  const found = { account, catalog, isCounted: settledMs !== null, nowMs };
  const { deeds, result } = await work(tx, found);
  if (context.isDry === true) throw new Foreseen(result);
  await alongside?.(tx, deeds);
  if (deeds.length === 0) return result;
  await bumpAccessVersion(tx, accountId);
  await appendAudit(
    tx,
    deeds.map(({ action, subject, before, after }) => ({
      recordedMs: context.nowMs,
      actor: context.actor,
      action,
      subject,
      accountId,
      reason: context.reason,
      before,
      after,
      ...(context.requestId !== undefined && { requestId: context.requestId }),
    })),
  );
  const news = deeds.map(({ action, subject }) => ({
    topic: 'access.changed',
    accountId,
    payload: { action, subject },
    recordedMs: context.nowMs,
  }));
  await publish(tx, news);
  return result;
}

/**
 * When a boost or pack ends that is ended now: a millisecond later, so that what it has covered up
 * to now is accounted for like at any other expiry.
 */
export function endingMs(state: CommandState): number {
  return state.nowMs + 1;
}

export function refusePassed(expiresMs: number | null, nowMs: number): void {
  if (expiresMs === null || expiresMs > nowMs) return;
  throw new AppError(EXPIRY_PASSED, {
    message: 'An expiry must lie in the future.',
    fields: [{ field: '/expires_at', message: 'has passed' }],
  });
}

/** What is granted is more than nothing, and within what any request may name. */
export function requireGrantable(amount: Quantity): void {
  if (amount <= 0n) {
    throw new AppError(AMOUNT_NOT_POSITIVE, {
      message: 'The amount must be more than 0.',
      fields: [{ field: '/amount', message: 'must be more than 0' }],
    });
  }
  if (amount < MAX_INPUT_QUANTITY) return;
  const message = `must be less than ${formatQuantity(MAX_INPUT_QUANTITY)}`;
  throw new AppError(AMOUNT_TOO_LARGE, {
    message: `The amount ${message}.`,
    fields: [{ field: '/amount', message }],
  });
}

/** An instant for the record. */
export function recorded(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
