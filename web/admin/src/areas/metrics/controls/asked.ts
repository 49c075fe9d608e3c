// pure
import type { Asked, MetricDefinition } from '../../../api/metrics/figures.ts';
import type { InsightSearch } from '../../../app/filters.ts';
import { laterDay, monthStart } from '../../../words/spans.ts';

const ALWAYS = ['from', 'to', 'profile'];

/**
 * What is asked of one metric: of the filters and granularities only those it knows.
 */
export function askedOf(
  search: InsightSearch,
  metric: Pick<MetricDefinition, 'dimensions' | 'granularities' | 'takes_attributes'>,
): Asked {
  const known = (name: string): boolean =>
    ALWAYS.includes(name) || name === 'compare' || filtersOf(metric).includes(name);
  const asked = Object.entries(search).filter(([name]) => known(name));
  const granularity = metric.granularities.find((each) => each === search.granularity);
  return {
    ...Object.fromEntries(asked),
    ...(granularity !== undefined && { granularity }),
  };
}

/** The filters of the address that a metric does not know, to be told beside it. */
export function ignoredBy(
  search: InsightSearch,
  metric: Pick<MetricDefinition, 'dimensions' | 'takes_attributes'>,
): string[] {
  const others = [...ALWAYS, 'compare', 'granularity', ...filtersOf(metric)];
  return Object.keys(search).filter((name) => !others.includes(name));
}

function filtersOf({
  dimensions,
  takes_attributes: takesAttributes,
}: Pick<MetricDefinition, 'dimensions' | 'takes_attributes'>): readonly string[] {
  return takesAttributes ? [...dimensions, 'attributes'] : dimensions;
}

export interface Preset {
  readonly name: string;
  readonly search: Pick<InsightSearch, 'from' | 'to' | 'granularity'>;
}

/** Spans of time that are often wanted, up to today. */
export function presetsAt(today: string): readonly Preset[] {
  return [
    { name: 'Last 12 months', search: {} },
    { name: 'Last 30 days', search: { from: laterDay(today, -29), granularity: 'day' } },
    { name: 'Last 13 weeks', search: { from: laterDay(today, -90), granularity: 'week' } },
    { name: 'Last 24 months', search: { from: monthStart(today, 23), granularity: 'month' } },
    { name: 'Last 36 months', search: { from: monthStart(today, 35), granularity: 'month' } },
    { name: 'This year', search: { from: `${today.slice(0, 4)}-01-01`, granularity: 'month' } },
  ];
}
