import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import type { BalanceAnswer } from '../entitlements/index.ts';
import type { CatalogCache } from '../plans/index.ts';
import { Gatherer, type Key } from './batch/gatherer.ts';
import type {
  CommitAnswer,
  CommitOperation,
  ExtendAnswer,
  ExtendOperation,
  Outcome,
  RefreshAnswer,
  RefreshOperation,
  ReleaseOperation,
  Request,
  ReserveAnswer,
  ReserveOperation,
  SetLevelOperation,
  TrackAnswer,
  TrackOperation,
} from './batch/operations.ts';
import type { FactSources } from './batch/prepare.ts';
import { createRecentAccounts, type RecentAccounts } from './batch/recent-accounts.ts';
import { runBatch, type BatchDependencies } from './batch/run.ts';
import { settleBalances, type SettledAccount } from './batch/settle.ts';
import { partOf } from './parts.ts';

export interface Usage {
  /** Books what has happened; answers once it cannot be lost any more. */
  track(operation: TrackOperation): Promise<TrackAnswer>;
  /** Books many, each by itself: an outcome for each, in order. */
  trackBatch(operations: readonly TrackOperation[]): Promise<(TrackAnswer | AppError)[]>;
  reserve(operation: ReserveOperation): Promise<ReserveAnswer>;
  commit(operation: CommitOperation): Promise<CommitAnswer>;
  release(operation: ReleaseOperation): Promise<BalanceAnswer>;
  extend(operation: ExtendOperation): Promise<ExtendAnswer>;
  setLevel(operation: SetLevelOperation): Promise<BalanceAnswer>;
  /** The plan in force and the balances of the features, computed anew. */
  refresh(operation: RefreshOperation): Promise<RefreshAnswer>;
  /**
   * Brings all balances of an account up to `nowMs` by the facts as they still are, before a
   * command changes them: what ends by then ends by the old facts. The caller has locked the
   * account. Answers until when they are settled: `nowMs`, or later where a process
   * whose clock is ahead has counted already; `null` where nothing is counted yet.
   */
  settle(tx: Tx, account: SettledAccount, nowMs: number): Promise<number | null>;
  /** Resolves when all that was accepted is booked; refuses what comes later. */
  close(): Promise<void>;
}

export interface UsageDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly catalog: CatalogCache;
  readonly sources: FactSources;
}

/** While one waits for Postgres, the other is decided. */
const MOST_BATCHES = 2;
/** More operations in a batch gained nothing in a trial. */
const MOST_ITEMS = 128;
/** A request of many events counts as many; about a part of a full one. */
const MOST_OPERATIONS = 512;

export function createUsage(deps: UsageDependencies): Usage {
  const recent = createRecentAccounts();
  const batchDeps: BatchDependencies = {
    database: deps.database,
    sources: deps.sources,
    currentCatalog: () => deps.catalog.current(),
    catalogAtLeast: (version) => deps.catalog.atLeast(version),
    partitions: new Set(),
    recent,
    repeats: { batches: 0 },
    rivals: { batches: 0 },
  };
  const gatherer = new Gatherer<readonly Request[], Outcome[]>({
    mostBatches: MOST_BATCHES,
    mostItems: MOST_ITEMS,
    mostWeight: MOST_OPERATIONS,
    weightOf: (operations) => operations.length,
    run: (items) => runGathered(batchDeps, { items, nowMs: deps.clock.nowMs() }),
  });
  const one = async <Answer>(key: Key, operation: Request): Promise<Answer> => {
    const [outcome] = await gatherer.submit([key], [operation]);
    if (outcome instanceof AppError) throw outcome;
    assert(outcome !== undefined, 'every operation has an outcome');
    return outcome as Answer;
  };
  const ofUser = <Answer>(operation: Request & { readonly user: string }): Promise<Answer> =>
    one(recent.keyOf(operation.user), operation);
  const ofAccount = <Answer>(
    operation: Request & { readonly accountId: number },
  ): Promise<Answer> => one(operation.accountId, operation);
  return {
    track: ofUser,
    reserve: ofUser,
    setLevel: ofUser,
    refresh: ofUser,
    commit: ofAccount,
    release: ofAccount,
    extend: ofAccount,
    trackBatch: (operations) => trackMany(gatherer, recent, operations),
    settle: (tx, account, nowMs) => settleBalances(batchDeps, tx, { account, nowMs }),
    close: () => gatherer.close(),
  };
}

/** Runs the operations of all items as one batch, and gives each item its own outcomes. */
async function runGathered(
  deps: BatchDependencies,
  gathered: {
    readonly items: readonly (readonly Request[])[];
    readonly nowMs: number;
  },
): Promise<Outcome[][]> {
  const requests = gathered.items.length === 1 ? gathered.items[0]! : gathered.items.flat();
  const { outcomes, set } = await runBatch(deps, { requests, nowMs: gathered.nowMs });
  deps.recent.remember(set);
  let at = 0;
  return gathered.items.map((item) => {
    const own = outcomes.slice(at, at + item.length);
    at += item.length;
    return own;
  });
}

interface Part {
  readonly indexes: number[];
  readonly keys: Set<Key>;
}

/** Splits a request by account; the parts run side by side, each in one batch. */
async function trackMany(
  gatherer: Gatherer<readonly Request[], Outcome[]>,
  recent: RecentAccounts,
  operations: readonly TrackOperation[],
): Promise<(TrackAnswer | AppError)[]> {
  const parts = Array.from({ length: MOST_BATCHES }, (): Part => ({
    indexes: [],
    keys: new Set(),
  }));
  for (const [index, operation] of operations.entries()) {
    const key = recent.keyOf(operation.user);
    const part = parts[partOf(key, MOST_BATCHES)]!;
    part.indexes.push(index);
    part.keys.add(key);
  }
  const outcomes = Array.from<Outcome>({ length: operations.length });
  await Promise.all(
    parts.map(async ({ indexes, keys }) => {
      if (indexes.length === 0) return;
      const own = indexes.map((index) => operations[index]!);
      const results = await gatherer.submit([...keys], own);
      for (const [at, index] of indexes.entries()) outcomes[index] = results[at]!;
    }),
  );
  return outcomes as (TrackAnswer | AppError)[];
}
