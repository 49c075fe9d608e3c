import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { daysBetween, daySpans, shiftMonth } from '@whisperforge/kernel/period';
import type { Executor } from '../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../fold/parts.ts';
import { rateTable } from '../metrics/rates.ts';
import { loadBridges } from '../metrics/revenue/load-bridge.ts';
import { findCustomerMovements, findCustomerOpenings } from '../metrics/revenue/store-rows.ts';
import { findRates } from '../metrics/store.ts';
import { NOTHING, type DaySums, type LoadedSums, type SumsQuestion } from '../usage/summed.ts';

/**
 * Recurring revenue by day: of what a customer brings a month, each day has its share of the month.
 * A month of 31 days with an MRR of 31.00 earns 1.00 on each of them.
 */
export async function loadRevenue(
  executor: Executor,
  { range, by, filters, ...question }: SumsQuestion,
): Promise<LoadedSums> {
  const { plan } = filters;
  const groups = await loadBridges(executor, {
    ...question,
    filters: plan === undefined ? {} : { plan },
    spans: daySpans(range, 'day'),
    breakdown: by === 'plan' ? 'plan' : null,
  });
  const days = groups.flatMap(({ key, spans }) =>
    spans.flatMap(({ to: day, end }): DaySums[] => {
      if (end.numerator === 0n) return [];
      return [{ key, day, sums: { revenue: multiplyFractions(end, shareOf(day)) } }];
    }),
  );
  const carried = new Set(groups.flatMap(({ spans }) => spans.flatMap((span) => span.carried)));
  const missing = new Set(groups.flatMap(({ spans }) => spans.flatMap((span) => span.missing)));
  return { days, carried: [...carried], missing: [...missing] };
}

/** The same of each customer of the ledger over the whole range. */
export async function loadCustomerRevenue(
  executor: Executor,
  { range, filters, book, currency }: SumsQuestion,
): Promise<Map<number, Fraction>> {
  const { plan } = filters;
  const query = { bookId: book.id, filters: plan === undefined ? {} : { plan } };
  const [openings, movements, rates] = await Promise.all([
    findCustomerOpenings(executor, query, range.from),
    findCustomerMovements(executor, query, { ...range, kind: null }),
    findRates(executor, currency),
  ]);
  const weights = weightsOf(range, rateTable(currency, rates));
  const revenue = new Map<number, Fraction>();
  const add = (customerId: number, amount: Fraction): void =>
    void revenue.set(customerId, addFractions(revenue.get(customerId) ?? NOTHING, amount));
  for (const { customerId, currency: of, parts } of openings) {
    add(customerId, valued(parts, weights(of, range.from)));
  }
  for (const { customerId, currency: of, parts, day } of movements) {
    add(customerId, valued(parts, weights(of, day)));
  }
  return revenue;
}

function valued(parts: bigint, weight: Fraction): Fraction {
  return multiplyFractions(fraction(parts, PARTS_A_MINOR_UNIT), weight);
}

/** What one minor unit of MRR from a day on earns until the end of the range. */
function weightsOf(
  range: SumsQuestion['range'],
  rates: ReturnType<typeof rateTable>,
): (currency: string, fromDay: string) => Fraction {
  const byCurrency = new Map<string, Map<string, Fraction>>();
  return (currency, fromDay) => {
    let weights = byCurrency.get(currency);
    if (weights === undefined) {
      weights = new Map();
      let sum = NOTHING;
      for (const { to: day } of daySpans(range, 'day').toReversed()) {
        const rate = rates.rateOn(currency, day)?.perMinorUnit ?? NOTHING;
        sum = addFractions(sum, multiplyFractions(rate, shareOf(day)));
        weights.set(day, sum);
      }
      byCurrency.set(currency, weights);
    }
    return weights.get(fromDay) ?? NOTHING;
  };
}

/** Of the month that a day is in, the day's part. */
function shareOf(day: string): Fraction {
  const first = `${day.slice(0, 7)}-01`;
  return fraction(1n, BigInt(daysBetween(first, shiftMonth(first, 1))));
}
