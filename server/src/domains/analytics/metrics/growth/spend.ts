import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { daysBetween, shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { rateTable, type RateTable } from '../rates.ts';
import type { Opened, Question } from '../registry/metric.ts';
import { findRates } from '../store.ts';
import type { SpendSource } from './sources.ts';
import { findMarketingSpend, type MarketingSpend } from './store-spend.ts';

/** Marketing spend, each line spread evenly over its days and valued at the rate of each. */
export function spendSource(executor: Executor): SpendSource {
  return {
    async load({ currency, spans, filters, breakdown }: Question) {
      const range = { from: spans[0]!.from, to: spans.at(-1)!.to };
      const { lines, rates } = await find({ currency, range, filters });
      const byKey = Map.groupBy(lines, ({ channel }) => (breakdown === null ? null : channel));
      return new Map(
        [...byKey].map(([key, all]) => [key, spans.map((span) => spentIn(span, all, rates))]),
      );
    },
    async channels({ currency, span, filters }: Opened) {
      const { lines, rates } = await find({ currency, range: span, filters });
      const byChannel = Map.groupBy(lines, ({ channel }) => channel);
      const spent = [...byChannel].map(
        ([channel, all]) => [channel, spentIn(span, all, rates)] as const,
      );
      return new Map(spent.flatMap(([channel, sum]) => (sum === null ? [] : [[channel, sum]])));
    },
  };

  async function find(of: {
    readonly currency: string;
    readonly range: DaySpan;
    readonly filters: Question['filters'];
  }) {
    const [lines, rates] = await Promise.all([
      findMarketingSpend(executor, of.range, of.filters.source ?? null),
      findRates(executor, of.currency),
    ]);
    return { lines, rates: rateTable(of.currency, rates) };
  }
}

/** What was spent in a span, exactly; `null` where nothing is on record of its days. */
export function spentIn(
  span: DaySpan,
  lines: readonly MarketingSpend[],
  rates: RateTable,
): Fraction | null {
  let sum: Fraction | null = null;
  // Text is compared for little; to reckon with days of lines that are far off would take long.
  const inSpan = lines.filter(({ startsOn, endsOn }) => startsOn <= span.to && endsOn > span.from);
  for (const { startsOn, endsOn, amountMinor, currency } of inSpan) {
    const aDay = fraction(BigInt(amountMinor), BigInt(daysBetween(startsOn, endsOn)));
    const from = startsOn > span.from ? startsOn : span.from;
    const last = shiftDay(endsOn, -1);
    const to = last < span.to ? last : span.to;
    // Each turn is a day of a line, of which there are at most a year's.
    for (let day = from; day <= to; day = shiftDay(day, 1)) {
      const rate = rates.rateOn(currency, day);
      const value = rate === null ? fraction(0n) : multiplyFractions(aDay, rate.perMinorUnit);
      sum = sum === null ? value : addFractions(sum, value);
    }
  }
  return sum;
}
