import fc from 'fast-check';
import { sql } from 'kysely';
import { shiftDay } from '@whisperforge/kernel/period';
import type { Database } from '../../../platform/database.ts';
import { createRevenueLedger } from '../ledger/service.ts';
import type { ProfileName } from '../fold/rules.ts';
import { day } from '../fold/history.fixture.ts';

export const FIRST_DAY = '2024-01-01';
/** 24 months. */
export const DAYS = 731;
export const LAST_DAY = shiftDay(FIRST_DAY, DAYS - 1);

/** A subscription from one day up to another, at minor units a month or a year. */
export interface DrawnStretch {
  readonly plan: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly interval: 'month' | 'year';
  readonly isTrial: boolean;
}

export interface DrawnCustomer {
  readonly country: string;
  readonly source: string;
  readonly subscriptions: readonly (readonly DrawnStretch[])[];
}

export interface DrawnCompany {
  readonly customers: readonly DrawnCustomer[];
  /** Dollars for a euro, from some days on. */
  readonly rates: readonly { readonly day: string; readonly rate: string }[];
}

const terms = fc.record({
  plan: fc.constantFrom('pro', 'business', 'team'),
  amount: fc.integer({ min: 1, max: 100_000 }),
  interval: fc.constantFrom('month' as const, 'year' as const),
  length: fc.integer({ min: 1, max: 300 }),
  gap: fc.constantFrom(0, 0, 0, 40),
  isTrial: fc.constantFrom(false, false, false, true),
});

/** Stretches that follow one another, most of them at once, as plans are changed. */
const subscription = fc
  .record({
    start: fc.integer({ min: 0, max: DAYS - 1 }),
    currency: fc.constantFrom('usd', 'usd', 'eur'),
    stretches: fc.array(terms, { minLength: 1, maxLength: 4 }),
    isOpen: fc.boolean(),
  })
  .map(({ start, currency, stretches, isOpen }): DrawnStretch[] => {
    let at = start;
    return stretches.map(({ length, gap, ...rest }, index) => {
      const startsOn = shiftDay(FIRST_DAY, at);
      at += length;
      const isLast = index === stretches.length - 1;
      const endsOn = isLast && isOpen ? null : shiftDay(FIRST_DAY, at);
      at += gap;
      return { ...rest, currency, startsOn, endsOn };
    });
  });

export const company: fc.Arbitrary<DrawnCompany> = fc.record({
  customers: fc.array(
    fc.record({
      country: fc.constantFrom('DE', 'US', ''),
      source: fc.constantFrom('ads', 'search'),
      subscriptions: fc.array(subscription, { minLength: 1, maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
  rates: fc.tuple(
    // Always these days, so that what was told of another company is superseded.
    ...[-1, 100, 255, 430, 600].map((at) =>
      fc
        .integer({ min: 50, max: 200 })
        .map((cents) => ({ day: shiftDay(FIRST_DAY, at), rate: (cents / 100).toFixed(2) })),
    ),
  ),
});

let made = 0;

/** Puts a company in place of the one before, and keeps its book; by the end of its 24 months. */
export async function putCompany(
  database: Database,
  { customers, rates }: DrawnCompany,
  profile: ProfileName = 'stripe',
): Promise<void> {
  made += 1;
  const origin = `drawn ${made}`;
  for (const table of ['pending', 'history', 'imports']) {
    await sql`DELETE FROM ${sql.table(`revenue_${table}`)}`.execute(database.sql);
  }
  const { rows } = await sql<{ id: number }>`
    INSERT INTO revenue_imports (origin, digest, created_at) VALUES (${origin}, 'drawn', now())
    RETURNING id`.execute(database.sql);
  const known = customers.map(({ country, source }, index) => ({
    external_key: String(index),
    country,
    source,
  }));
  await sql`
    INSERT INTO revenue_customers (origin, external_key, country, source, created_at)
    SELECT ${origin}, external_key, country, source, now()
    FROM jsonb_to_recordset(${JSON.stringify(known)}::jsonb)
      AS c(external_key text, country text, source text)`.execute(database.sql);
  await putHistory(database, { origin, importId: rows[0]!.id, customers });
  for (const { day: of, rate } of rates) {
    await sql`
      INSERT INTO exchange_rates (base, currency, day, rate, source, recorded_at)
      VALUES ('usd', 'eur', ${of}::date, ${rate}::numeric, 'drawn',
        timestamptz '2024-01-01' + make_interval(secs => ${made}))`.execute(database.sql);
  }
  await keepBook(database, profile);
}

async function putHistory(
  database: Database,
  {
    origin,
    importId,
    customers,
  }: { readonly origin: string; readonly importId: number } & Pick<DrawnCompany, 'customers'>,
): Promise<void> {
  const stretches = customers.flatMap(({ subscriptions }, customer) =>
    subscriptions.flatMap((all, index) =>
      all.map((stretch) => ({ ...stretch, customer: String(customer), key: `s${index}` })),
    ),
  );
  await sql`
    INSERT INTO revenue_history (customer_id, subscription_key, plan, starts_on, ends_on, amount,
      currency, interval, interval_count, is_trial, import_id, line)
    SELECT known.id, h.key, h.plan, h."startsOn", h."endsOn", h.amount, h.currency, h.interval, 1,
      h."isTrial", ${importId}, row_number() OVER ()
    FROM jsonb_to_recordset(${JSON.stringify(stretches)}::jsonb)
      AS h(customer text, key text, plan text, "startsOn" date, "endsOn" date, amount numeric,
        currency text, interval text, "isTrial" boolean)
    JOIN revenue_customers known ON known.origin = ${origin} AND known.external_key = h.customer
    `.execute(database.sql);
}

async function keepBook(database: Database, profile: ProfileName): Promise<void> {
  const clock = { nowMs: () => day(shiftDay(LAST_DAY, 1)) };
  await createRevenueLedger({ database, clock }).begin({ profile, timeZone: 'UTC' });
  await letTimePass(database, clock.nowMs());
}

/** Has the ledger do what is due by then. */
export async function letTimePass(database: Database, toMs: number): Promise<void> {
  const ledger = createRevenueLedger({ database, clock: { nowMs: () => toMs } });
  const { signal } = new AbortController();
  for (let left = 1; left > 0;) left = await ledger.work(signal);
}
