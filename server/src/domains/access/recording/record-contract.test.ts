import { expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { sql } from 'kysely';
import {
  displayAmount,
  findHistory,
  recurringAmount,
  type ContractPrice,
  type SubscriptionState,
} from '../../subscriptions/index.ts';
import { useProcesses, type Person } from '../../usage/processes.fixture.ts';
import { changeAccess, recordSubscription } from '../index.ts';
import { planIdOf, subscribedSince } from '../subscription.fixture.ts';

const processes = useProcesses();
const WHOLE: ContractPrice = { amountMinor: 360_000, currency: 'usd', per: 'contract' };

function contract(said: Partial<SubscriptionState> = {}): SubscriptionState {
  return subscribedSince(processes.one, processes.clock.nowMs(), { source: 'manual', ...said });
}

async function record(
  person: Person,
  told: SubscriptionState,
  price?: ContractPrice,
): Promise<void> {
  await recordSubscription(processes.one.commands, processes.command(person), told, price);
}

/** Each change with its day, counted from an instant, and what a month brings from then on. */
async function historyOf({ accountId }: Person, sinceMs: number): Promise<string[]> {
  const history = await findHistory(processes.database, accountId);
  return history.map((change) => {
    const day = (change.effectiveMs - sinceMs) / DAY_MS;
    const amount = displayAmount(recurringAmount(change, { atMs: change.effectiveMs }), 'usd');
    return `${day} ${change.cause} ${amount.amountMinor}`;
  });
}

async function rowsOf({ accountId }: Person): Promise<unknown> {
  const { rows } = await sql`SELECT
      (SELECT count(*)::int FROM subscription_changes WHERE account_id = ${accountId}) AS history,
      (SELECT count(*)::int FROM audit_entries WHERE account_id = ${accountId}) AS audit,
      (SELECT access_version FROM accounts WHERE id = ${accountId}) AS version`.execute(
    processes.database.sql,
  );
  return rows[0];
}

test('a contract has its history from start to end, as its commands say', async () => {
  const { person, clock } = processes;
  const somebody = await person();
  const startedMs = clock.nowMs();
  const signed = contract({ billingCycle: 'yearly', seats: 3 });
  await record(somebody, signed, WHOLE);
  clock.advanceBy(10 * DAY_MS);
  await record(somebody, signed, { ...WHOLE, amountMinor: 480_000 });
  clock.advanceBy(10 * DAY_MS);
  const team = { ...signed, planId: planIdOf(processes.one, 'team') };
  await record(somebody, team, { amountMinor: 240_000, currency: 'usd', per: 'seat' });
  clock.advanceBy(10 * DAY_MS);
  await record(somebody, { ...team, seats: 4, cancelAtMs: startedMs + 365 * DAY_MS });
  const changes = [
    '0 started 30000',
    '10 items_changed 40000',
    '20 items_changed 60000',
    '30 items_changed 80000',
  ];
  expect(await historyOf(somebody, startedMs)).toEqual([...changes, '365 ended 0']);
  clock.advanceBy(10 * DAY_MS);
  await record(somebody, { ...team, seats: 4, status: 'canceled', endedMs: clock.nowMs() });
  expect(await historyOf(somebody, startedMs)).toEqual([...changes, '40 ended 0']);
});

test('the same command, told again, appends nothing anywhere', async () => {
  const { person, clock } = processes;
  const somebody = await person();
  const signed = contract({ cancelAtMs: addMonths(clock.nowMs(), 12) });
  const ended = { ...signed, status: 'canceled', endedMs: clock.nowMs() + DAY_MS };
  for (const state of [signed, ended]) {
    await record(somebody, state, WHOLE);
    const before = await rowsOf(somebody);
    clock.advanceBy(DAY_MS);
    await record(somebody, state, WHOLE);
    await record(somebody, state);
    expect(await rowsOf(somebody)).toEqual(before);
  }
});

test('another price of the same contract goes on record, with its reason', async () => {
  const { person, clock } = processes;
  const somebody = await person();
  const signed = contract();
  await record(somebody, signed, WHOLE);
  clock.advanceBy(DAY_MS);
  await record(somebody, signed, { ...WHOLE, amountMinor: 350_000 });
  expect(await historyOf(somebody, signed.startedMs)).toEqual([
    '0 started 360000',
    '1 items_changed 350000',
  ]);
  const { rows } = await sql`SELECT after -> 'price' ->> 'amount_minor' AS amount
    FROM audit_entries WHERE account_id = ${somebody.accountId} ORDER BY id`.execute(
    processes.database.sql,
  );
  expect(rows).toEqual([{ amount: '360000' }, { amount: '350000' }]);
});

test('a change of plan that is foreseen is on record ahead of its instant', async () => {
  const { person, one, clock } = processes;
  const somebody = await person();
  const atMs = clock.nowMs() + 20 * DAY_MS;
  const signed = contract({ scheduled: { planId: planIdOf(one, 'team'), atMs } });
  await record(somebody, signed, WHOLE);
  const history = await findHistory(processes.database, somebody.accountId);
  expect(history.map(({ effectiveMs, items }) => [effectiveMs, items[0]?.planId])).toEqual([
    [signed.startedMs, signed.planId],
    [atMs, planIdOf(one, 'team')],
  ]);
});

test('a gift is on record, and brings nothing', async () => {
  const { person, clock } = processes;
  const somebody = await person();
  const given = contract({ source: 'gift', cancelAtMs: clock.nowMs() + 30 * DAY_MS });
  await record(somebody, given);
  expect(await historyOf(somebody, given.startedMs)).toEqual(['0 started 0', '30 ended 0']);
});

test('what Stripe keeps gets no history by a command', async () => {
  const { person } = processes;
  const somebody = await person();
  await record(somebody, contract({ source: 'stripe', stripeSubscriptionId: 'sub_kept' }));
  expect(await historyOf(somebody, 0)).toEqual([]);
});

test('a refused price, like a failed transaction, leaves neither fact nor history', async () => {
  const { person, one, command } = processes;
  const somebody = await person();
  const before = await rowsOf(somebody);
  const refused = record(somebody, contract(), { ...WHOLE, amountMinor: -1 });
  await expect(refused).rejects.toMatchObject({ code: 'contract_price_invalid' });
  const broken = changeAccess(one.commands, command(somebody), async (change) => {
    await change.recordSubscription(contract(), WHOLE);
    throw new Error('broken');
  });
  await expect(broken).rejects.toThrow('broken');
  expect(await rowsOf(somebody)).toEqual(before);
  expect(await historyOf(somebody, 0)).toEqual([]);
});
