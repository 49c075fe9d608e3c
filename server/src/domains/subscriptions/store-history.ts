import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';
import { publish } from '../outbox/index.ts';
import { plansOf, type ChangeCause, type HistorySource } from './history/change.ts';
import type { SubscriptionChange } from './history/change.ts';
import { contractHistory } from './history/contract.ts';
import { decideAppend, type AppendedWord, type StoredWord } from './history/decide-append.ts';
import { decidePrice, type SaidOfContract } from './history/decide-price.ts';
import type { RecurringDiscount, RecurringItem } from './recurring-amount.ts';

/** A change as it is on record and in force. */
export interface RecordedChange extends SubscriptionChange {
  readonly id: number;
  readonly subscriptionKey: string;
  readonly source: HistorySource;
  readonly recordedMs: number;
}

/** The whole history of one subscription as it is derived now. */
export interface DerivedHistory {
  /** The subscription's id at Stripe. */
  readonly subscriptionKey: string;
  readonly source: HistorySource;
  readonly changes: readonly SubscriptionChange[];
}

/**
 * Makes the recorded history say what is derived, up to now: appends what is new, supersedes what
 * differs, retracts what is no longer so, and does nothing where all is said. The caller holds the
 * account's lock; without it, the later of two that append the same fails with a unique violation.
 *
 * @returns how many rows were appended
 */
export async function appendHistory(
  tx: Tx,
  accountId: number,
  derived: DerivedHistory,
  nowMs: number,
): Promise<number> {
  const { subscriptionKey, source, changes } = derived;
  const of = { accountId, subscriptionKey };
  const words = decideAppend(await findWords(tx, of), changes, nowMs);
  await insertWords(tx, { ...of, source, nowMs }, words);
  return words.length;
}

/**
 * Records how a contract or a gift stands from now on, in the transaction of the command that says
 * so; saying the same again does nothing.
 *
 * @param of the account, and the contract's row in `user_subscriptions`
 * @returns how many rows were appended
 */
export async function appendContract(
  tx: Tx,
  of: { readonly accountId: number; readonly subscriptionId: number },
  said: SaidOfContract,
  nowMs: number,
): Promise<number> {
  const key = { accountId: of.accountId, subscriptionKey: String(of.subscriptionId) };
  const stored = await findWords(tx, key);
  const before = stored.flatMap(({ change }) => (change === null ? [] : [change]));
  const terms = { ...said.state, price: decidePrice(before, said) };
  const words = decideAppend(stored, contractHistory(before, terms, nowMs), Infinity);
  await insertWords(tx, { ...key, source: said.state.source, nowMs }, words);
  return words.length;
}

/** The changes in force of all subscriptions of an account, in the order of time. */
export async function findHistory(
  executor: Executor,
  accountId: number,
): Promise<RecordedChange[]> {
  const rows = await selectWords(executor)
    .where('word.account_id', '=', accountId)
    .where('word.status', 'is not', null)
    .execute();
  return rows.map((row) => ({
    ...changeOf(row)!,
    id: row.id,
    subscriptionKey: row.subscription_key,
    source: row.source as HistorySource,
    recordedMs: row.recorded_at,
  }));
}

async function findWords(
  executor: Executor,
  of: { readonly accountId: number; readonly subscriptionKey: string },
): Promise<StoredWord[]> {
  const rows = await selectWords(executor)
    .where('word.account_id', '=', of.accountId)
    .where('word.subscription_key', '=', of.subscriptionKey)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    effectiveMs: row.effective_at,
    change: changeOf(row),
  }));
}

function selectWords(executor: Executor) {
  return executor.sql
    .selectFrom('subscription_changes as word')
    .select([
      'word.id',
      'word.subscription_key',
      'word.source',
      'word.effective_at',
      'word.recorded_at',
      'word.cause',
      'word.status',
      'word.currency',
      'word.items',
      'word.discounts',
    ])
    .where((word) =>
      word.not(
        word.exists(
          word
            .selectFrom('subscription_changes as later')
            .select('later.id')
            .whereRef('later.supersedes', '=', 'word.id'),
        ),
      ),
    )
    .orderBy('word.effective_at')
    .orderBy('word.id');
}

interface WordRow {
  readonly effective_at: number;
  readonly cause: string;
  readonly status: string | null;
  readonly currency: string | null;
  readonly items: unknown;
  readonly discounts: unknown;
}

function changeOf(row: WordRow): SubscriptionChange | null {
  if (row.status === null || row.currency === null) return null;
  return {
    effectiveMs: row.effective_at,
    cause: row.cause as ChangeCause,
    status: row.status,
    currency: row.currency,
    items: row.items as RecurringItem[],
    discounts: row.discounts as RecurringDiscount[],
  };
}

async function insertWords(
  tx: Tx,
  of: {
    readonly accountId: number;
    readonly subscriptionKey: string;
    readonly source: HistorySource;
    readonly nowMs: number;
  },
  words: readonly AppendedWord[],
): Promise<void> {
  if (words.length === 0) return;
  await tx.sql
    .insertInto('subscription_changes')
    .values(
      words.map(({ effectiveMs, change, supersedes }) => ({
        account_id: of.accountId,
        subscription_key: of.subscriptionKey,
        source: of.source,
        effective_at: formatInstant(effectiveMs),
        recorded_at: formatInstant(of.nowMs),
        cause: change?.cause ?? 'retracted',
        status: change?.status ?? null,
        currency: change?.currency ?? null,
        items: change === null ? null : JSON.stringify(change.items),
        discounts: change === null ? null : JSON.stringify(change.discounts),
        plan_ids: plansOf(change?.items ?? []),
        supersedes,
      })),
    )
    .execute();
  const payload = { subscription_key: of.subscriptionKey };
  const { accountId, nowMs: recordedMs } = of;
  await publish(tx, [{ topic: HISTORY_CHANGED, accountId, payload, recordedMs }]);
}

/** News that the history of an account's subscriptions says something else than before. */
export const HISTORY_CHANGED = 'subscription.history_changed';
