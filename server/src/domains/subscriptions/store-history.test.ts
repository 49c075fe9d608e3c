import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { isUniqueViolation, type Tx } from '../../platform/database.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { lockAccount } from '../accounts/index.ts';
import { START_MS, useProcesses } from '../usage/processes.fixture.ts';
import {
  appendContract,
  appendHistory,
  findHistory,
  recurringAmount,
  type ContractPrice,
  type RecurringItem,
  type SubscriptionChange,
  type SubscriptionState,
} from './index.ts';

const processes = useProcesses();

const item = (unitAmountDecimal: string): RecurringItem => ({
  priceId: 'price_pro',
  planId: 2,
  unitAmountDecimal,
  currency: 'usd',
  interval: 'month',
  intervalCount: 1,
  quantity: 1,
  isMetered: false,
});

function change(days: number, amount: string, said: Partial<SubscriptionChange> = {}) {
  return {
    effectiveMs: START_MS + days * DAY_MS,
    cause: days === 0 ? 'started' : 'items_changed',
    status: 'active',
    currency: 'usd',
    items: [item(amount)],
    discounts: [],
    ...said,
  } satisfies SubscriptionChange;
}

/** A subscription of somebody new, whose history can be appended to. */
async function somebody() {
  const { accountId } = await processes.person();
  const subscriptionKey = `sub_${accountId}`;
  const append = (changes: readonly SubscriptionChange[], nowMs: number): Promise<number> =>
    processes.database.transaction(async (tx) => {
      await lockAccount(tx, accountId);
      const derived = { subscriptionKey, source: 'stripe', changes } as const;
      return appendHistory(tx, accountId, derived, nowMs);
    });
  const history = () => findHistory(processes.database, accountId);
  const rows = async (): Promise<number> => {
    const { rows: counted } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM subscription_changes
      WHERE account_id = ${accountId}`.execute(processes.database.sql);
    return counted[0]!.count;
  };
  return { accountId, subscriptionKey, append, history, rows };
}

const told = (changes: readonly SubscriptionChange[]): string[] =>
  changes.map(({ effectiveMs, cause, items }) =>
    `${(effectiveMs - START_MS) / DAY_MS} ${cause} ${items[0]?.unitAmountDecimal ?? ''}`.trim(),
  );

const NOW_MS = START_MS + 100 * DAY_MS;

test('a history is found as it was appended, and appending it again appends nothing', async () => {
  const { append, history, rows, subscriptionKey } = await somebody();
  const discount = {
    id: 'di_1',
    duration: 'forever',
    startMs: START_MS,
    endMs: null,
    priceIds: null,
    percentOffBasisPoints: 2500,
  } as const;
  const changes = [change(0, '1900', { discounts: [discount] }), change(10, '0.5')];
  expect(await append(changes, NOW_MS)).toBe(2);
  expect(await append(changes, NOW_MS + DAY_MS)).toBe(0);
  const found = await history();
  expect(found).toMatchObject(changes);
  expect(found[0]).toMatchObject({ subscriptionKey, source: 'stripe', recordedMs: NOW_MS });
  expect(await rows()).toBe(2);
});

test('what is wrong is superseded or retracted, and stays on record', async () => {
  const { accountId, append, history, rows } = await somebody();
  await append([change(0, '1900'), change(10, '4900'), change(20, '1900')], NOW_MS);
  await append([change(0, '1900'), change(10, '2900')], NOW_MS + DAY_MS);
  expect(told(await history())).toEqual(['0 started 1900', '10 items_changed 2900']);
  expect(await rows()).toBe(5);
  const { rows: kept } = await sql<{ cause: string; superseded: string | null }>`
    SELECT word.cause, old.items -> 0 ->> 'unitAmountDecimal' AS superseded
    FROM subscription_changes word JOIN subscription_changes old ON old.id = word.supersedes
    WHERE word.account_id = ${accountId} ORDER BY word.id`.execute(processes.database.sql);
  expect(kept).toEqual([
    { cause: 'items_changed', superseded: '4900' },
    { cause: 'retracted', superseded: '1900' },
  ]);
});

test('what was retracted can be said again, any number of times', async () => {
  const { append, history, rows } = await somebody();
  const [first, second] = [change(0, '1900'), change(10, '4900')];
  for (const changes of [[first, second], [first], [first, second], [first], [first, second]]) {
    await append(changes, NOW_MS);
    expect(told(await history())).toEqual(told(changes));
  }
  expect(await rows()).toBe(6);
});

test('a process whose clock is behind retracts nothing that lies ahead of it', async () => {
  const { append, history } = await somebody();
  await append([change(0, '1900'), change(10, '4900')], NOW_MS);
  expect(await append([change(0, '1900')], START_MS + 5 * DAY_MS)).toBe(0);
  expect(await history()).toHaveLength(2);
});

test('of two that append the same at once, one does, even without the lock', async () => {
  const { accountId, subscriptionKey, history } = await somebody();
  const derived = { subscriptionKey, source: 'stripe', changes: [change(0, '1900')] } as const;
  const append = (tx: Tx): Promise<number> => appendHistory(tx, accountId, derived, NOW_MS);
  const isBlocked = async (): Promise<true | undefined> => {
    const { rows } = await sql`SELECT FROM pg_stat_activity
      WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(
      processes.database.sql,
    );
    return rows.length > 0 || undefined;
  };
  const second = await processes.database.transaction(async (tx) => {
    await append(tx);
    const other = processes.database.transaction(append).catch((error: unknown) => error);
    await eventually(isBlocked);
    return { other };
  });
  expect(isUniqueViolation(await second.other)).toBe(true);
  expect(await history()).toHaveLength(1);
});

test('no row is ever changed or deleted', async () => {
  const { append } = await somebody();
  await append([change(0, '1900')], NOW_MS);
  for (const attempt of [
    sql`UPDATE subscription_changes SET status = 'canceled'`,
    sql`DELETE FROM subscription_changes`,
    sql`TRUNCATE subscription_changes`,
  ]) {
    await expect(attempt.execute(processes.database.sql)).rejects.toThrow(
      'refused a statement with 23000',
    );
  }
});

async function contract(source: 'manual' | 'gift' = 'manual') {
  const { accountId, history } = await somebody();
  const of = { accountId, subscriptionId: accountId };
  const record = (
    said: Partial<SubscriptionState>,
    nowMs: number,
    price?: ContractPrice,
  ): Promise<number> =>
    processes.database.transaction((tx) => {
      const state = { ...terms, source, ...said };
      return appendContract(tx, of, { state, price, currency: 'usd' }, nowMs);
    });
  return { record, history };
}

const terms: SubscriptionState = {
  planId: 2,
  status: 'active',
  source: 'manual',
  billingCycle: 'monthly',
  seats: 4,
  startedMs: START_MS,
  period: { startMs: START_MS, endMs: addMonths(START_MS, 1) },
  trialEndMs: null,
  cancelAtMs: null,
  pastDueSinceMs: null,
  scheduled: null,
  endedMs: null,
  stripeSubscriptionId: null,
};

const priced = (amountMinor: number, per: ContractPrice['per'] = 'contract'): ContractPrice => ({
  amountMinor,
  currency: 'usd',
  per,
});

test('a contract counts from its start, and what is said later of it from then on', async () => {
  const { record, history } = await contract();
  const [later, end] = [START_MS + 20 * DAY_MS, START_MS + 40 * DAY_MS];
  expect(await record({}, START_MS + DAY_MS, priced(250_000))).toBe(1);
  expect(await record({}, START_MS + 2 * DAY_MS, priced(250_000))).toBe(0);
  expect(await record({}, START_MS + 2 * DAY_MS)).toBe(0);
  await record({}, later, priced(300_000));
  await record({ status: 'canceled', endedMs: end }, end);
  expect(told(await history())).toEqual([
    '0 started 250000',
    '20 items_changed 300000',
    '40 ended',
  ]);
  expect((await history())[0]).toMatchObject({ source: 'manual', status: 'active' });
});

test('an end that is foreseen is on record ahead, and gone once it is called off', async () => {
  const { record, history } = await contract();
  const cancelAtMs = addMonths(START_MS, 12);
  await record({ cancelAtMs }, START_MS, priced(250_000));
  expect((await history()).at(-1)).toMatchObject({ effectiveMs: cancelAtMs, cause: 'ended' });
  await record({}, START_MS + DAY_MS);
  expect(told(await history())).toEqual(['0 started 250000']);
});

test('an end that has passed stays on record, though the contract goes on later', async () => {
  const { record, history } = await contract();
  const cancelAtMs = START_MS + 30 * DAY_MS;
  await record({ cancelAtMs }, START_MS, priced(250_000));
  await record({}, START_MS + 35 * DAY_MS);
  const all = ['0 started 250000', '30 ended', '35 status_changed 250000'];
  expect(told(await history())).toEqual(all);
});

test('a start that is corrected moves the beginning of the history', async () => {
  const { record, history } = await contract();
  await record({}, START_MS + 10 * DAY_MS, priced(250_000));
  await record({ startedMs: START_MS + 5 * DAY_MS }, START_MS + 11 * DAY_MS);
  expect(told(await history())).toEqual(['5 started 250000']);
  await record({ startedMs: START_MS - 5 * DAY_MS }, START_MS + 12 * DAY_MS);
  expect(told(await history())).toEqual(['-5 started 250000']);
});

test('a contract that is told only once it is over has counted all the same', async () => {
  const { record, history } = await contract();
  const endedMs = START_MS + 30 * DAY_MS;
  await record({ status: 'canceled', endedMs }, START_MS + 50 * DAY_MS, priced(250_000));
  expect(told(await history())).toEqual(['0 started 250000', '30 ended']);
});

test('an amount for each seat follows the seats, and one for all of them does not', async () => {
  const [perSeat, whole] = [await contract(), await contract()];
  const later = START_MS + 10 * DAY_MS;
  const monthly = async ({ history }: typeof whole): Promise<bigint> => {
    const last = (await history()).at(-1)!;
    return recurringAmount(last, { atMs: last.effectiveMs }).numerator;
  };
  await perSeat.record({}, START_MS, priced(5_000, 'seat'));
  await whole.record({}, START_MS, priced(20_000));
  expect(await monthly(perSeat)).toBe(20_000n);
  expect(await perSeat.record({ seats: 5 }, later)).toBe(1);
  expect(await whole.record({ seats: 5 }, later)).toBe(0);
  expect(await monthly(perSeat)).toBe(25_000n);
  expect(await monthly(whole)).toBe(20_000n);
});

test('an amount is not taken for that of another cycle', async () => {
  const { record, history } = await contract();
  await record({}, START_MS, priced(25_000));
  const yearly = { billingCycle: 'yearly' } as const;
  const missing = { code: 'contract_price_missing', kind: 'invalid' };
  await expect(record(yearly, START_MS + DAY_MS)).rejects.toMatchObject(missing);
  await record(yearly, START_MS + DAY_MS, priced(240_000));
  expect(told(await history())).toEqual(['0 started 25000', '1 items_changed 240000']);
});

test.each([-1, 0.5, Number.NaN, 2 ** 53])('a contract does not cost %d', async (amountMinor) => {
  const { record, history } = await contract();
  const invalid = { code: 'contract_price_invalid', kind: 'invalid' };
  await expect(record({}, START_MS, priced(amountMinor))).rejects.toMatchObject(invalid);
  expect(await history()).toEqual([]);
});

test('a gift is on record with its plan, counts nothing, and has no price', async () => {
  const { record, history } = await contract('gift');
  await record({}, START_MS);
  const [given] = await history();
  expect(given).toMatchObject({ source: 'gift', items: [{ planId: 2 }] });
  expect(recurringAmount(given!, { atMs: START_MS }).numerator).toBe(0n);
  const invalid = { code: 'contract_price_invalid' };
  await expect(record({}, START_MS, priced(1))).rejects.toMatchObject(invalid);
});
