import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask, queryOf, segment } from '../request.ts';

export type Granularity = 'day' | 'week' | 'month';

export interface MetricColumn {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** Whether it can be opened into rows that add up to it. */
  readonly adds: boolean;
}

/** What a metric is, in words. */
export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  readonly area: string;
  readonly summary: string;
  readonly formula: string;
  /** The first is `value`. */
  readonly columns: readonly MetricColumn[];
  /** The column whose rows are shown first; none where there are no rows. */
  readonly opens: string | null;
  readonly dimensions: readonly string[];
  /** Whether it can be by attributes of users, too. */
  readonly takes_attributes: boolean;
  /** The dimension whose values count in units of their own; figures are of one of them. */
  readonly one_of: string | null;
  readonly granularities: readonly Granularity[];
  readonly profile_notes: Readonly<Record<string, string>>;
}

export interface DaySpan {
  readonly from: string;
  readonly to: string;
}

export interface MetricPoint extends DaySpan {
  /** By column; `null` is what cannot be said. */
  readonly values: Readonly<Record<string, number | null>>;
  readonly carried: readonly string[];
  readonly missing: readonly string[];
}

/** What plans, features and types of events are called; what a feature counts in. */
export type MetricNames = Readonly<
  Record<string, Readonly<Record<string, { readonly name: string; readonly unit: string | null }>>>
>;

export interface MetricSeries extends DaySpan {
  readonly metric: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  readonly names: MetricNames;
  readonly profile: string;
  readonly time_zone: string;
  readonly currency: string;
  readonly granularity: Granularity;
  readonly data: readonly MetricPoint[];
  readonly breakdown: {
    readonly dimension: string;
    readonly groups: readonly { readonly key: string; readonly data: readonly MetricPoint[] }[];
  } | null;
  readonly compare: (DaySpan & { readonly data: readonly MetricPoint[] }) | null;
}

/** What one account, or one thing of another kind, adds to a figure. */
export interface MetricRow {
  readonly key: string;
  readonly label: string;
  readonly user: string | null;
  readonly details: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricRows extends DaySpan {
  readonly column: MetricColumn;
  readonly total: number;
  readonly count: number;
  readonly currency: string;
  readonly profile: string;
  readonly time_zone: string;
  readonly names: MetricNames;
  readonly data: readonly MetricRow[];
  readonly next_cursor: string | null;
}

/** What is asked, as addresses and requests have it. */
export type Asked = Readonly<Record<string, string | undefined>>;

/** Under which everything stands that new figures make stale. */
export const FIGURES = 'figures';

export const definitionsQuery = queryOptions({
  queryKey: ['definitions'],
  queryFn: () => ask<{ readonly data: readonly MetricDefinition[] }>('GET', '/metrics'),
  select: ({ data }) => data,
  staleTime: Infinity,
});

export function seriesQuery(name: string, asked: Asked) {
  return queryOptions({
    queryKey: [FIGURES, 'series', name, asked],
    queryFn: () => ask<MetricSeries>('GET', `/metrics/${segment(name)}${queryOf(asked)}`),
    // What was shown stays until there is something newer, so that nothing jumps.
    placeholderData: keepPreviousData,
  });
}

export function rowsQuery(name: string, asked: Asked) {
  return infiniteQueryOptions({
    queryKey: [FIGURES, 'rows', name, asked],
    queryFn: ({ pageParam }) => {
      const query = queryOf({ ...asked, ...(pageParam !== '' && { cursor: pageParam }) });
      return ask<MetricRows>('GET', `/metrics/${segment(name)}/rows${query}`);
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
  });
}

export interface Segment {
  readonly dimension: string;
  readonly values: readonly string[];
  /** What values are called, where they have names. */
  readonly names: MetricNames[string];
}

export const segmentsQuery = queryOptions({
  queryKey: ['segments'],
  queryFn: () => ask<{ readonly data: readonly Segment[] }>('GET', '/segments'),
  select: ({ data }) => data,
});

/** Something that the app tells of users. */
export interface KnownAttribute {
  readonly key: string;
  readonly values: readonly string[];
}

export const attributesQuery = queryOptions({
  queryKey: ['attributes'],
  queryFn: () => ask<{ readonly data: readonly KnownAttribute[] }>('GET', '/attributes'),
  select: ({ data }) => data,
  staleTime: 300_000,
});

/** What moved a customer's MRR. */
export interface StoryMovement {
  readonly at: string;
  readonly day: string;
  readonly kind: string;
  readonly plan: string;
  readonly cycle: string;
  readonly amount_minor: number;
  readonly currency: string;
  readonly is_correction: boolean;
}

export interface CustomerStory {
  readonly id: string;
  readonly origin: string;
  readonly key: string;
  readonly name: string;
  readonly email: string;
  readonly signed_up_on: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  readonly country: string;
  readonly source: string;
  readonly cohort: string | null;
  readonly users: readonly { readonly user: string; readonly name: string }[];
  /** The latest first. */
  readonly movements: readonly StoryMovement[];
  readonly profile: string;
  readonly time_zone: string;
}

export function customerQuery(id: string, profile: string | undefined) {
  return queryOptions({
    queryKey: [FIGURES, 'customer', id, profile],
    queryFn: () => ask<CustomerStory>('GET', `/customers/${segment(id)}${queryOf({ profile })}`),
  });
}
