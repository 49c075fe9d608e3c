import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  fraction,
  addFractions,
  multiplyFractions,
  parseFraction,
  roundFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { day } from '../fold/history.fixture.ts';
import { allMetrics } from './all.ts';
import {
  company,
  FIRST_DAY,
  LAST_DAY,
  letTimePass,
  putCompany,
  type DrawnCompany,
} from './company.fixture.ts';
import type { Metric } from './registry/metric.ts';
import { createMetrics, type Metrics } from './registry/service.ts';
import type { ShownRow } from './rows/shown-rows.ts';
import { rowsCsv, seriesCsv, seriesJson } from './routes/exports.ts';
import { seriesAnswer } from './routes/answers.ts';

const RUNS = Number(process.env.METRICS_DATABASE_CASES ?? 2);

/** What use and cost come to is tried where it is reckoned. */
const AREAS: readonly string[] = ['revenue', 'customers', 'retention', 'growth', 'payments'];

const created = useTestDatabase();
let database: PostgresDatabase;
let metrics: Metrics;

beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  const ofRevenue = allMetrics(database).filter(({ area }) => AREAS.includes(area));
  metrics = createMetrics({ database, currency: 'usd', metrics: ofRevenue });
});
afterAll(() => database.close());

const NOW_MS = day(LAST_DAY);
const asked = { from: FIRST_DAY, to: LAST_DAY, filters: {} };
const months = Array.from({ length: 24 }, (_, month) =>
  new Date(Date.UTC(2024, month + 1, 0)).toISOString().slice(0, 10),
);

/** Some months in the middle, so that there is a past and a future of them. */
const MIDDLE = { from: '2025-02-10', to: '2025-05-20', filters: {} };
const SOME_MONTH = 1;

async function overCompanies(
  check: (drawn: DrawnCompany) => Promise<void>,
  numRuns = RUNS,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(company, async (drawn) => {
      await putCompany(database, drawn);
      await check(drawn);
    }),
    { numRuns },
  );
}

const adding = (metric: Metric) => metric.columns.filter(({ adds }) => adds);

/** What is paid a month at the end of a day, reckoned without the product; minor units of usd. */
function brought(drawn: DrawnCompany, at: string, rateDay = at): Fraction[] {
  const rates = drawn.rates.toSorted((a, b) => (a.day < b.day ? -1 : 1));
  const euro = parseFraction(rates.findLast(({ day: of }) => of <= rateDay)!.rate)!;
  return drawn.customers.map(({ subscriptions }) => {
    const live = subscriptions.flat().filter(({ startsOn, endsOn, isTrial }) => {
      return !isTrial && startsOn <= at && (endsOn === null || endsOn > at);
    });
    return live.reduce((sum, { amount, interval, currency }) => {
      const monthly = fraction(BigInt(amount), interval === 'year' ? 12n : 1n);
      const worth = currency === 'eur' ? multiplyFractions(monthly, euro) : monthly;
      return addFractions(sum, worth);
    }, fraction(0n));
  });
}

/** All rows of a figure, by pages of five. */
async function leafed(name: string, opened: Parameters<Metrics['rows']>[1]): Promise<ShownRow[]> {
  const found: ShownRow[] = [];
  let cursor: string | undefined;
  do {
    const page = { cursor, limit: 5 };
    const { rows, nextCursor, count } = await metrics.rowsPage(name, { ...opened, page }, NOW_MS);
    found.push(...rows);
    cursor = nextCursor ?? undefined;
    if (cursor === undefined) expect(found).toHaveLength(count);
  } while (cursor !== undefined);
  return found;
}

describe('of every company', () => {
  test('MRR is what is paid, and starts and movements lead to ends', { timeout: 120_000 }, () =>
    overCompanies(async (drawn) => {
      const { data } = await metrics.series('movements', asked, NOW_MS);
      expect(data.map(({ to }) => to)).toEqual(months);
      for (const [index, { to, values }] of data.entries()) {
        const total = brought(drawn, to).reduce(addFractions, fraction(0n));
        expect(values.mrr_end).toBe(roundFraction(total));
        const before = data[index - 1]?.values;
        expect(values.mrr_start).toBe(before?.mrr_end ?? 0n);
        expect(values.customers_start).toBe(before?.customers_end ?? 0n);
        const moved = [
          'new',
          'reactivation',
          'expansion',
          'contraction',
          'churn',
          'transfer',
          'currency',
        ];
        const net = moved.reduce((sum, name) => sum + values[name]!, 0n);
        expect(values.mrr_start! + net).toBe(values.mrr_end);
        expect(values.mrr_start! + values.value!).toBe(values.mrr_end);
        const paying = brought(drawn, to).filter(({ numerator }) => numerator > 0n);
        expect(values.customers_end).toBe(BigInt(paying.length));
      }
    }),
  );

  test('what has been does not change as time goes on', { timeout: 120_000 }, () =>
    overCompanies(async () => {
      const told = async (nowMs: number) => [
        (await metrics.series('movements', asked, nowMs)).data,
        (await metrics.series('grr', asked, nowMs)).data,
        (await metrics.series('customer_retention', asked, nowMs)).data,
      ];
      const before = await told(NOW_MS);
      const laterMs = day('2028-01-01');
      await letTimePass(database, laterMs);
      expect(await told(laterMs)).toEqual(before);
    }),
  );

  test('segments and rows add up to each figure that is shown', { timeout: 120_000 }, () =>
    overCompanies(
      async () => {
        for (const metric of metrics.metrics) {
          const whole = await metrics.series(metric.name, MIDDLE, NOW_MS);
          for (const breakdown of metric.dimensions) {
            const { data, breakdown: told } = await metrics.series(
              metric.name,
              { ...MIDDLE, breakdown },
              NOW_MS,
            );
            expect(data).toEqual(whole.data);
            for (const { name } of adding(metric)) {
              const sums = data.map((_, index) =>
                told!.groups.reduce(
                  (sum, group) => sum + (group.data[index]!.values[name] ?? 0n),
                  0n,
                ),
              );
              expect(sums).toEqual(data.map(({ values }) => values[name] ?? 0n));
            }
          }
          const shown = whole.data[SOME_MONTH]!;
          for (const { name: column } of adding(metric)) {
            const opened = { ...MIDDLE, at: shown.to, column };
            const { rows, total } = await metrics.rows(metric.name, opened, NOW_MS);
            expect(total, `${metric.name} ${column}`).toBe(shown.values[column] ?? 0n);
            const sum = rows.reduce((all, { steps }) => all + steps, 0n);
            expect(sum, `${metric.name} ${column}`).toBe(total);
          }
        }
      },
      Math.ceil(RUNS / 2),
    ),
  );

  test('pages of rows say what all rows do, of segments too', { timeout: 120_000 }, () =>
    overCompanies(
      async () => {
        for (const metric of metrics.metrics) {
          const segment = metric.dimensions.includes('plan')
            ? { plan: ['pro', 'team'], country: ['DE', ''] }
            : { [metric.dimensions[0]!]: ['DE', 'ads', 'usd'] };
          for (const [index, { name: column }] of adding(metric).entries()) {
            const filters = index % 2 === 0 ? {} : segment;
            const opened = { ...MIDDLE, at: '2025-03-20', filters, column };
            const { rows } = await metrics.rows(metric.name, opened, NOW_MS);
            expect(await leafed(metric.name, opened), `${metric.name} ${column}`).toEqual(rows);
          }
        }
      },
      Math.ceil(RUNS / 2),
    ),
  );

  test('NRR and GRR are of those who paid at the start', { timeout: 120_000 }, () =>
    overCompanies(async (drawn) => {
      const nrr = await metrics.series('nrr', asked, NOW_MS);
      const grr = await metrics.series('grr', asked, NOW_MS);
      for (const [index, { from, to, values }] of nrr.data.entries()) {
        const eve = new Date(day(from) - 86_400_000).toISOString().slice(0, 10);
        const starts = brought(drawn, eve);
        const ends = brought(drawn, to, eve);
        const isKept = (_: unknown, at: number) => starts[at]!.numerator > 0n;
        const sum = (all: readonly Fraction[]) =>
          roundFraction(all.reduce(addFractions, fraction(0n)));
        expect(values.mrr_start).toBe(sum(starts));
        expect(values.mrr_kept).toBe(sum(ends.filter(isKept)));
        const capped = ends.map((end, at) => {
          const start = starts[at]!;
          return end.numerator * start.denominator > start.numerator * end.denominator
            ? start
            : end;
        });
        expect(grr.data[index]!.values.mrr_capped).toBe(sum(capped.filter(isKept)));
      }
    }),
  );

  test('exports say what the screen says', { timeout: 120_000 }, () =>
    overCompanies(async () => {
      const options = { ...asked, breakdown: 'plan', compare: 'year' } as const;
      const series = await metrics.series('movements', options, NOW_MS);
      expect(JSON.parse(seriesJson(series))).toEqual(seriesAnswer(series));
      const [header, ...lines] = seriesCsv(series).trimEnd().split('\r\n');
      const names = header!.split(',');
      const points = [
        ...series.data,
        ...series.breakdown!.groups.flatMap(({ data }) => data),
        ...series.compare!.data,
      ];
      expect(lines).toHaveLength(points.length);
      for (const [index, line] of lines.entries()) {
        const cells = Object.fromEntries(line.split(',').map((cell, at) => [names[at]!, cell]));
        const { from, to, values } = points[index]!;
        expect(cells).toMatchObject({ from, to, profile: 'stripe', time_zone: 'UTC' });
        expect(Number(cells.mrr_end) * 100).toBeCloseTo(Number(values.mrr_end), 4);
        expect(cells.customers_end).toBe(String(values.customers_end));
        expect(Number(cells.churn) * 100).toBeCloseTo(Number(values.churn), 4);
      }
      const opened = await metrics.rows('mrr', { ...asked, at: LAST_DAY }, NOW_MS);
      let file = '';
      for await (const piece of rowsCsv(opened)) file += piece;
      const [rowHeader, ...rowLines] = file.trimEnd().split('\r\n');
      expect(rowHeader).toContain('time_zone');
      const minor = rowLines.map((line) => Math.round(Number(line.split(',').at(-1)) * 100));
      expect(minor).toEqual(opened.rows.map(({ steps }) => Number(steps)));
    }),
  );
});
