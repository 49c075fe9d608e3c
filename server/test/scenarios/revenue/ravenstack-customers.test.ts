import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { divideHalfEven } from '@whisperforge/kernel/quantity';
import { openDatabase, type PostgresDatabase } from '../../../src/adapters/postgres/index.ts';
import { allMetrics } from '../../../src/domains/analytics/metrics/all.ts';
import { attributeDimension } from '../../../src/domains/analytics/metrics/attributes/attribute.ts';
import { createMetrics } from '../../../src/domains/analytics/metrics/registry/service.ts';
import { useTestDatabase } from '../../support/database.ts';
import {
  foldRevenue,
  importSubscriptions,
  importTable,
  isThere,
  linesOf,
  mapped,
  MONTH_ENDS,
  NOW_MS,
  stretches,
  type Cells,
} from './ravenstack.fixture.ts';

const created = useTestDatabase();
let database: PostgresDatabase;

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

const CUSTOMERS = [
  ...mapped({
    customer_id: 'account_id',
    name: 'account_name',
    source: 'referral_source',
    signed_up_on: 'signup_date',
  }),
  ...['industry', 'seats', 'tier=plan_tier'].flatMap((name) => ['--attribute', name]),
];

const TICKETS = mapped({
  user_id: 'account_id',
  opened_at: 'submitted_at',
  first_response_minutes: 'first_response_time_minutes',
  satisfaction: 'satisfaction_score',
});

const IN_ITS_YEARS = { from: '2023-01-01', to: '2024-12-31', filters: {} };

/** A column of a metric month by month: of each value of a dimension, and of the whole. */
async function byMonth(metric: string, breakdown: string, column = 'value') {
  const metrics = createMetrics({ database, currency: 'usd', metrics: allMetrics(database) });
  const asked = { ...IN_ITS_YEARS, granularity: 'month', breakdown } as const;
  const series = await metrics.series(metric, asked, NOW_MS);
  const columnOf = (data: typeof series.data) => data.map(({ values }) => values[column] ?? 0n);
  const groups = series.breakdown!.groups.map(({ key, data }) => [key, columnOf(data)] as const);
  return { groups: new Map(groups), whole: columnOf(series.data) };
}

/** Sums by key and month, as plain loops make them. */
function summed<T>(
  things: readonly T[],
  of: { key(thing: T): string; amount(thing: T, month: number): bigint },
): Map<string, bigint[]> {
  const sums = new Map<string, bigint[]>();
  for (const thing of things) {
    const key = of.key(thing);
    const before = sums.get(key) ?? MONTH_ENDS.map(() => 0n);
    const after = before.map((sum, month) => sum + of.amount(thing, month));
    if (after.some((sum) => sum !== 0n)) sums.set(key, after);
  }
  return sums;
}

function wholeOf(groups: ReadonlyMap<string, readonly bigint[]>): bigint[] {
  return MONTH_ENDS.map((_, month) =>
    [...groups.values()].reduce((sum, amounts) => sum + amounts[month]!, 0n),
  );
}

const isInMonth = (day: string, month: number): boolean =>
  day.slice(0, 7) === MONTH_ENDS[month]!.slice(0, 7);

describe.skipIf(!isThere)('the customers of RavenStack', { timeout: 300_000 }, () => {
  let accounts: ReadonlyMap<string, Cells>;
  beforeAll(async () => {
    const lines = await linesOf('accounts');
    accounts = new Map(lines.map((cells) => [cells['account_id']!, cells]));
  });

  test('come with a table of their own, once, before their subscriptions', async () => {
    const table = { kind: 'customers', table: 'accounts', options: CUSTOMERS };
    const tried = await importTable(created.url, {
      ...table,
      options: [...CUSTOMERS, '--dry-run'],
    });
    expect(tried.at(-1)).toBe('500 would be taken, 0 known before, 0 refused');
    expect((await importTable(created.url, table)).at(-1)).toBe(
      '500 taken, 0 known before, 0 refused',
    );
    // Their subscriptions tell neither country nor source, and leave them as they are.
    expect((await importSubscriptions(created.url)).at(-1)).toBe(
      '5000 taken, 0 known before, 0 refused',
    );
    const again = { ...table, options: [...CUSTOMERS, '--currency', 'eur'] };
    expect((await importTable(created.url, again)).at(-1)).toBe(
      '0 taken, 500 known before, 0 refused',
    );
    await foldRevenue(database);
  });

  test.each([
    [attributeDimension('industry'), 'industry'],
    [attributeDimension('tier'), 'plan_tier'],
    ['country', 'country'],
    ['source', 'referral_source'],
  ])('pay by %s what the files say, and all of them the whole', async (dimension, column) => {
    const wanted = summed(await stretches(), {
      key: ({ account }) => accounts.get(account)![column]!,
      amount: ({ start, end, cents }, month) =>
        start <= MONTH_ENDS[month]! && end > MONTH_ENDS[month]! ? cents : 0n,
    });
    const { groups, whole } = await byMonth('mrr', dimension);
    expect(groups).toEqual(wanted);
    expect(whole).toEqual(wholeOf(wanted));
  });

  test('have as many tickets by tier, priority and plan as the files say', async () => {
    const table = { kind: 'support-tickets', table: 'support_tickets', options: TICKETS };
    expect((await importTable(created.url, table)).at(-1)).toBe(
      '2000 taken, 0 known before, 0 refused',
    );
    const tickets = await linesOf('support_tickets');
    const counted = (key: (ticket: Cells) => string) =>
      summed(tickets, {
        key,
        amount: (ticket, month) => (isInMonth(ticket['submitted_at']!, month) ? 1n : 0n),
      });
    const tiers = counted(({ account_id: id }) => accounts.get(id!)!['plan_tier']!);
    const byTier = await byMonth('support_tickets', attributeDimension('tier'));
    expect(byTier.groups).toEqual(tiers);
    expect(byTier.whole).toEqual(wholeOf(tiers));
    const byPriority = await byMonth('support_tickets', 'priority');
    expect(byPriority.groups).toEqual(counted(({ priority }) => priority!));
    const planOn = await plans();
    const byPlan = await byMonth('support_tickets', 'plan');
    expect(byPlan.groups).toEqual(
      counted(({ account_id: id, submitted_at: day }) => planOn(id!, day!)),
    );
  });

  test('left for the reasons that the files say', async () => {
    const options = mapped({
      reason_id: 'churn_event_id',
      user_id: 'account_id',
      left_on: 'churn_date',
      reason: 'reason_code',
      comment: 'feedback_text',
    });
    const table = { kind: 'leaving-reasons', table: 'churn_events', options };
    expect((await importTable(created.url, table)).at(-1)).toBe(
      '600 taken, 0 known before, 0 refused',
    );
    const events = await linesOf('churn_events');
    const counted = (key: (event: Cells) => string) =>
      summed(events, {
        key,
        amount: ({ churn_date: day }, month) => (isInMonth(day!, month) ? 1n : 0n),
      });
    const reasons = counted(({ reason_code: reason }) => reason!);
    const byReason = await byMonth('leaving_reasons', 'reason');
    expect(byReason.groups).toEqual(reasons);
    expect(byReason.whole).toEqual(wholeOf(reasons));
    const byIndustry = await byMonth('leaving_reasons', attributeDimension('industry'));
    expect(byIndustry.groups).toEqual(
      counted(({ account_id: id }) => accounts.get(id!)!['industry']!),
    );
  });

  test('rated as many tickets as the files say, and with as many points', async () => {
    const tickets = await linesOf('support_tickets');
    const rated = await byMonth('ticket_satisfaction', 'priority', 'rated');
    const wanted = summed(tickets, {
      key: ({ priority }) => priority!,
      amount: ({ satisfaction_score: score, submitted_at: day }, month) =>
        score !== '' && isInMonth(day!, month) ? 1n : 0n,
    });
    expect(rated.groups).toEqual(wanted);
    const points = summed(tickets, {
      key: () => '',
      amount: ({ satisfaction_score: score, submitted_at: day }, month) =>
        isInMonth(day!, month) ? BigInt(score!) : 0n,
    });
    const counts = wholeOf(wanted);
    const means = wholeOf(points).map((sum, month) => divideHalfEven(sum * 100n, counts[month]!));
    expect((await byMonth('ticket_satisfaction', 'origin')).whole).toEqual(means);
  });
});

/** The plan that brought most on a day; what is paid for comes before what was tried. */
async function plans(): Promise<(account: string, day: string) => string> {
  const byAccount = Map.groupBy(await linesOf('subscriptions'), ({ account_id: id }) => id!);
  const rank = ({ is_trial: trial, mrr_amount: amount }: Cells): number =>
    trial === 'TRUE' ? Number(amount) - 1e9 : Number(amount);
  return (account, day) => {
    let most: Cells | undefined;
    for (const line of byAccount.get(account) ?? []) {
      const { start_date: start, end_date: end, plan_tier: plan } = line;
      if (start! > day || (end !== '' && end! <= day)) continue;
      const ahead = most === undefined ? 1 : rank(line) - rank(most);
      if (ahead > 0 || (ahead === 0 && plan! < most!['plan_tier']!)) most = line;
    }
    return most?.['plan_tier'] ?? '';
  };
}
