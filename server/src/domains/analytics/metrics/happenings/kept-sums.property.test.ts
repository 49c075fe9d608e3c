import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS, daySpans, shiftDay } from '@whisperforge/kernel/period';
import { useTestDatabase } from '../../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { createAccounts } from '../../../accounts/index.ts';
import { appendHistory } from '../../../subscriptions/index.ts';
import { day } from '../../fold/history.fixture.ts';
import { changes } from '../../fold/random-history.fixture.ts';
import { createRevenueLedger } from '../../ledger/service.ts';
import { allMetrics } from '../all.ts';
import type { Contribution, Group, Metric, Question } from '../registry/metric.ts';

const RUNS = Number(process.env.KEPT_SUMS_CASES ?? 4);
const FROM = '2024-01-01';
const DAYS = 90;
const METRICS = ['failed_payments', 'payment_recovery', 'discounts', 'promotions', 'free_to_paid'];
/** Whose days begin and end elsewhere than those of the instants that are drawn. */
const TIME_ZONE = 'America/New_York';
const ACCOUNTS = 5;
const CODES = ['SPRING', 'AUTUMN'];

const created = useTestDatabase();
const nowMs = day('2025-01-01');
const clock = { nowMs: () => nowMs };
let database: PostgresDatabase;
let accountIds: readonly number[] = [];

const ledger = () => createRevenueLedger({ database, clock });

async function workOff(): Promise<void> {
  for (let left = 1; left > 0;) left = await ledger().work(new AbortController().signal);
}

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  const accounts = createAccounts({ database });
  for (let index = 0; index < ACCOUNTS; index += 1) {
    const signedUpMs = day(FROM) + index * 11 * DAY_MS;
    const details = { email: `u${index}@example.com`, country: 'DE', signedUpMs };
    const { accountId } = await accounts.upsertUser(`u${index}`, details, nowMs);
    accountIds = [...accountIds, accountId];
  }
  await sql`
    INSERT INTO promotion_codes (code, name, percent_off_basis_points, duration, conditions,
      stacking, valid_from, created_at)
    SELECT code, code, 1000, 'once', '{}', 'exclusive', now(), now()
    FROM unnest(${CODES}::text[]) AS code`.execute(database.sql);
  await sql`
    INSERT INTO exchange_rates (base, currency, day, rate, source, recorded_at)
    SELECT 'usd', 'eur', rate.day::date, rate.rate, 'test', now()
    FROM (VALUES ('2024-01-20', 1.1), ('2024-02-10', 1.25)) AS rate(day, rate)`.execute(
    database.sql,
  );
  await ledger().begin({ profile: 'stripe', timeZone: TIME_ZONE });
  await workOff();
});
afterAll(() => database.close());

const instant = fc.integer({ min: 0, max: DAYS * 24 - 1 }).map((hour) => {
  return formatInstant(day(FROM) + hour * 3_600_000);
});
const account = fc.integer({ min: 0, max: ACCOUNTS - 1 });
/** Numbers that come again, so that what there was is changed. */
const number = fc.integer({ min: 1, max: 8 });

const deed = fc.oneof(
  fc.record({
    did: fc.constant('billed' as const),
    account,
    number,
    at: instant,
    currency: fc.constantFrom('usd', 'eur', 'gbp'),
    status: fc.constantFrom('open', 'paid', 'void', 'uncollectible', 'draft'),
    amount: fc.integer({ min: 1, max: 50_000 }),
    discount: fc.constantFrom(null, 0, 700),
  }),
  fc.record({ did: fc.constant('failed' as const), account, number, at: instant }),
  fc.record({
    did: fc.constant('used' as const),
    account,
    number,
    at: instant,
    code: fc.integer({ min: 1, max: CODES.length }),
    isPaid: fc.boolean(),
  }),
  fc.record({
    did: fc.constant('told' as const),
    account,
    at: instant,
    country: fc.constantFrom('DE', 'US', null),
    source: fc.constantFrom('ads', 'search', null),
    campaign: fc.constantFrom('launch', null),
  }),
  fc.record({ did: fc.constant('subscribed' as const), account, number, changes }),
  fc.constant({ did: 'added up' as const }),
);

type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

async function perform(done: Deed): Promise<void> {
  if (done.did === 'added up') return workOff();
  const accountId = accountIds[done.account]!;
  switch (done.did) {
    case 'billed': {
      const { number: of, at, currency, status, amount, discount } = done;
      const paid = status === 'paid' ? amount : 0;
      await sql`
        INSERT INTO invoices (stripe_invoice_id, account_id, status, currency, subtotal_minor,
          total_minor, discount_minor, amount_due_minor, amount_paid_minor, amount_remaining_minor,
          attempt_count, created_at, finalized_at, paid_at, lines, metadata, updated_at)
        VALUES (${`in_${accountId}_${of}`}, ${accountId}, ${status}, ${currency}, ${amount},
          ${amount}, ${discount}, ${amount}, ${paid}, ${amount - paid}, 1, ${at},
          ${status === 'draft' ? null : at}, ${paid > 0 ? at : null}, '[]', '{}', ${at})
        ON CONFLICT (stripe_invoice_id) DO UPDATE
        SET status = excluded.status, subtotal_minor = excluded.subtotal_minor,
          discount_minor = excluded.discount_minor, amount_due_minor = excluded.amount_due_minor,
          amount_paid_minor = excluded.amount_paid_minor, finalized_at = excluded.finalized_at,
          paid_at = excluded.paid_at`.execute(database.sql);
      return;
    }
    case 'failed': {
      const invoice = `in_${accountId}_${done.number}`;
      await sql`
        INSERT INTO dunning_steps (key, account_id, stripe_subscription_id, stripe_invoice_id, step,
          attempt, state, due_at, settled_at)
        VALUES (${`${invoice} ${done.at}`}, ${accountId}, 'sub', ${invoice}, 'payment_failed', 1,
          'done', ${done.at}, ${done.at})
        ON CONFLICT DO NOTHING`.execute(database.sql);
      return;
    }
    case 'used': {
      const { number: of, at, code, isPaid } = done;
      await sql`
        INSERT INTO promotion_redemptions (code_id, account_id, reference, state, held_at,
          redeemed_at)
        VALUES (${code}, ${accountId}, ${`use ${accountId} ${of}`}, ${isPaid ? 'redeemed' : 'held'},
          ${at}, ${isPaid ? at : null})
        ON CONFLICT (reference) DO UPDATE
        SET state = excluded.state, redeemed_at = excluded.redeemed_at`.execute(database.sql);
      return;
    }
    case 'told': {
      const { country, source, campaign, at } = done;
      await sql`
        UPDATE users SET country = ${country}, source = ${source}, campaign = ${campaign},
          signed_up_at = ${at}
        WHERE id = (SELECT owner_user_id FROM accounts WHERE id = ${accountId})`.execute(
        database.sql,
      );
      return;
    }
    case 'subscribed': {
      const said = { subscriptionKey: `s${done.number}`, changes: done.changes };
      await database.transaction((tx) =>
        appendHistory(tx, accountId, { ...said, source: 'stripe' }, nowMs),
      );
      await ledger().note([accountId]);
    }
  }
}

const SPANS = daySpans({ from: FROM, to: shiftDay(FROM, DAYS - 1) }, 'week');

/** All ways to ask for at most two dimensions. */
function questionsOf({ dimensions }: Metric): Pick<Question, 'filters' | 'breakdown'>[] {
  const values = ['DE', 'ads', 'launch', 'SPRING', 'eur', ''];
  const filters = [{}, ...dimensions.map((dimension) => ({ [dimension]: values }))];
  return filters.flatMap((filter) =>
    [null, ...dimensions].map((breakdown) => ({ filters: filter, breakdown })),
  );
}

/** Groups by name, in whatever order they came. */
function told(groups: readonly Group[]) {
  const named = groups.map(({ key, points }) => [key, points] as const);
  return new Map(named);
}

/** What accounts add is the same where Postgres adds it up, as far as it does. */
async function pageIsWhatHappened(metric: Metric, { spans, ...question }: Question): Promise<void> {
  const span = { from: spans[0]!.from, to: spans.at(-1)!.to };
  for (const { name: column } of metric.columns.filter(({ adds }) => adds)) {
    const opened = { ...question, span, column };
    const page = await metric.rows?.page?.(opened, { cursor: undefined, limit: 100 });
    if (page === undefined || page === null) continue;
    const rows = await metric.rows!.load(opened);
    const byKey = (all: readonly Contribution[]) =>
      new Map(all.map(({ key, value }) => [key, value]));
    const said = `${metric.name} ${column} ${JSON.stringify(question.filters)}`;
    expect(byKey(page.rows), said).toEqual(byKey(rows));
    pages += 1;
  }
}

let pages = 0;

async function sumsAreWhatHappened(): Promise<void> {
  const books = await ledger().books();
  const book = books.find(({ state }) => state === 'current')!;
  expect(book.isSummed).toBe(true);
  const metrics = allMetrics(database).filter(({ name }) => METRICS.includes(name));
  expect(metrics).toHaveLength(METRICS.length);
  for (const metric of metrics) {
    for (const asked of questionsOf(metric)) {
      const question = { ...asked, book, currency: 'usd', spans: SPANS, nowMs };
      const live = { ...question, book: { ...book, isSummed: false } };
      const [sums, happened] = [await metric.load(question), await metric.load(live)];
      expect(told(sums), `${metric.name} ${JSON.stringify(asked)}`).toEqual(told(happened));
      await pageIsWhatHappened(metric, question);
    }
  }
}

async function contentOf() {
  const { rows } = await sql`
    SELECT kind, told, country, source, label, day, currency, total, first, second, total_minor,
      first_minor, second_minor
    FROM happening_days JOIN revenue_books book ON book.id = book_id AND book.state = 'current'
    WHERE (total, first, second, total_minor, first_minor, second_minor) <> (0, 0, 0, 0, 0, 0)
    ORDER BY 1, 2, 3, 4, 5, 6, 7`.execute(database.sql);
  return rows;
}

test(
  'sums of what happened say what it says itself, however it came, and so do those made anew',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 40 }), async (deeds) => {
        for (const each of deeds) await perform(each);
        await workOff();
        await sumsAreWhatHappened();
        const followed = await contentOf();
        await ledger().begin({ profile: 'stripe', timeZone: TIME_ZONE });
        await workOff();
        expect(await contentOf()).toEqual(followed);
      }),
      { numRuns: RUNS },
    );
    // What is asked about nothing would prove nothing.
    expect((await contentOf()).length).toBeGreaterThan(0);
    expect(pages).toBeGreaterThan(0);
  },
);
