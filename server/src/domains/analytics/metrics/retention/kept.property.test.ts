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
  'sums that are kept of months say the same as every customer one by one',
  { timeout: 120_000 },
  () =>
    fc.assert(
      fc.asyncProperty(company, async (drawn) => {
        await putCompany(database, drawn);
        const book = await shownBook(database, 'stripe');
        const months = daySpans({ from: FIRST_DAY, to: LAST_DAY }, 'month');
        const halves = daySpans({ from: shiftDay(FIRST_DAY, 40), to: LAST_DAY }, 'month');
        for (const spans of [months, halves]) {
          for (const breakdown of [null, ...dimensions]) {
            const asked = { book, currency: 'usd', filters: {}, breakdown, spans };
            const question = { ...asked, nowMs: day(LAST_DAY) };
            const { query } = await prepareKept(database, question, spans);
            const summed = listed(await keptFromOpening(database, question, query));
            expect(summed).toEqual(listed(await keptOneByOne(database, question, query)));
          }
        }
        const asked = { book, currency: 'usd', breakdown: 'country', spans: months };
        const question = { ...asked, filters: { plan: ['pro'] }, nowMs: day(LAST_DAY) };
        const { query } = await prepareKept(database, question, months);
        const summed = listed(await keptFromOpening(database, question, query));
        expect(summed).toEqual(listed(await keptOneByOne(database, question, query)));
      }),
      { numRuns: RUNS },
    ),
);
