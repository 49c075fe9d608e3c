import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fraction } from '@whisperforge/kernel/fraction';
import { daySpans, shiftDay } from '@whisperforge/kernel/period';
import { useTestDatabase } from '../../../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { day } from '../../fold/history.fixture.ts';
import { company, FIRST_DAY, LAST_DAY, putCompany } from '../company.fixture.ts';
import { shownBook } from '../registry/prepare.ts';
import { dimensions } from '../store.ts';
import { keptFromOpening, keptOneByOne, prepareKept, type Kept } from './load-kept.ts';

const RUNS = Number(process.env.METRICS_DATABASE_CASES ?? 4);
const NOTHING = fraction(0n);

const created = useTestDatabase();
let database: PostgresDatabase;
beforeAll(() => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

/** In one order, and without those who are nobody. */
function listed(found: ReadonlyMap<string | null, ReadonlyMap<number, Kept>>) {
  return [...found]
    .flatMap(([key, spans]) => [...spans].map(([span, kept]) => ({ key, span, kept })))
    .filter(({ kept }) => kept.customers !== 0 || kept.start.numerator !== NOTHING.numerator)
    .toSorted((a, b) => a.span - b.span || String(a.key).localeCompare(String(b.key)));
}

test(
  'sums that are kept of spans say the same as every customer one by one',
  { timeout: 120_000 },
  () =>
    fc.assert(
      fc.asyncProperty(company, async (drawn) => {
        await putCompany(database, drawn);
        const book = await shownBook(database, 'stripe');
        const months = daySpans({ from: FIRST_DAY, to: LAST_DAY }, 'month');
        const halves = daySpans({ from: shiftDay(FIRST_DAY, 40), to: LAST_DAY }, 'month');
        const weeks = daySpans({ from: '2025-02-05', to: '2025-05-20' }, 'week');
        const days = daySpans({ from: '2025-03-01', to: '2025-03-20' }, 'day');
        for (const spans of [months, halves, weeks, days]) {
          for (const breakdown of [null, ...dimensions]) {
            const asked = { book, currency: 'usd', filters: {}, breakdown, spans };
            const question = { ...asked, nowMs: day(LAST_DAY) };
            const { query } = await prepareKept(database, question, spans);
            const summed = listed(await keptFromOpening(database, question, query));
            expect(summed).toEqual(listed(await keptOneByOne(database, question, query)));
          }
        }
        const segments = [
          ['country', { plan: ['pro'] }],
          ['plan', { country: ['DE', ''] }],
          ['cohort', { source: ['ads'], currency: ['usd'] }],
          ['cycle', { source: ['ads'], plan: ['pro', 'team'] }],
        ] as const;
        for (const [breakdown, filters] of segments) {
          for (const spans of [months, weeks]) {
            const asked = { book, currency: 'usd', breakdown, spans };
            const question = { ...asked, filters, nowMs: day(LAST_DAY) };
            const { query } = await prepareKept(database, question, spans);
            const summed = listed(await keptFromOpening(database, question, query));
            expect(summed).toEqual(listed(await keptOneByOne(database, question, query)));
          }
        }
      }),
      { numRuns: RUNS },
    ),
);
