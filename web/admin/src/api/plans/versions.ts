import { queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, segment } from '../request.ts';

export interface Price {
  readonly billing_cycle: string;
  readonly currency: string;
  readonly amount_minor: number;
}

/** A place of a plan that is another than it was, such as `features/audio_minutes`. */
export interface PlaceChange {
  readonly place: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ListedPlan {
  readonly plan: string;
  readonly name: string;
  readonly description: string;
  readonly is_default: boolean;
  /** `null` where it was withdrawn. */
  readonly on_sale: number | null;
  readonly published_at: string;
  readonly prices: readonly Price[];
  readonly versions: number;
  readonly subscribers: number;
  /** The id of the open draft. */
  readonly draft: string | null;
}

export interface Source {
  readonly source: string;
  readonly subscribers: number;
}

export interface Version {
  readonly version: number;
  readonly name: string;
  readonly on_sale: boolean;
  readonly published_at: string;
  readonly prices: readonly Price[];
  readonly subscribers: number;
  readonly sources: readonly Source[];
  readonly says: readonly { readonly place: string; readonly value: string }[];
  readonly changes: readonly PlaceChange[];
}

/** What is asked about plans is asked again after each deed on them. */
export const PLANS = 'plans';

export const allPlansQuery = queryOptions({
  queryKey: [PLANS, 'all'],
  queryFn: () => ask<List<ListedPlan>>('GET', '/plans'),
  select: ({ data }) => data,
});

export function versionsQuery(plan: string) {
  return queryOptions({
    queryKey: [PLANS, 'versions', plan],
    queryFn: () => ask<List<Version>>('GET', `/plans/${segment(plan)}/versions`),
    select: ({ data }) => data,
  });
}
