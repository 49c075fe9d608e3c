import { queryOptions } from '@tanstack/react-query';
import { ask } from '../request.ts';
import { FIGURES, type DaySpan } from './figures.ts';

/** Days of a model that are valued by a price that was corrected since. */
export interface OutdatedPrices extends DaySpan {
  readonly provider: string;
  readonly model: string;
  readonly days: number;
}

export interface SettledPrices extends OutdatedPrices {
  /** Minor units with decimals, of the days that were asked for. */
  readonly cost_before: string;
  readonly cost_after: string;
}

export interface Settlement {
  readonly data: readonly SettledPrices[];
  readonly currency: string;
}

const PATH = '/inputs/ai-prices/settlements';

export const outdatedPricesQuery = queryOptions({
  queryKey: [FIGURES, 'outdated prices'],
  queryFn: () => ask<{ readonly data: readonly OutdatedPrices[] }>('GET', PATH),
  select: ({ data }) => data,
});

/** All days that any of them are of. */
export function daysOf(outdated: readonly OutdatedPrices[]): DaySpan {
  const from = outdated.map((each) => each.from).toSorted()[0] ?? '';
  const to =
    outdated
      .map((each) => each.to)
      .toSorted()
      .at(-1) ?? '';
  return { from, to };
}

export function settlePrices(days: DaySpan, reason: string): Promise<Settlement> {
  return ask('POST', PATH, { ...days, reason });
}

export function settlementQuery(days: DaySpan) {
  const body = { ...days, reason: 'preview', dry_run: true };
  return queryOptions({
    queryKey: [FIGURES, 'settlement', days],
    queryFn: () => ask<Settlement>('POST', PATH, body),
  });
}
