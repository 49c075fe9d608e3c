import { queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, queryOf, segment } from '../request.ts';
import { PLANS, type PlaceChange, type Price, type Source } from './versions.ts';

/** What a plan says of a feature, as catalogue files write it; `false` is not granted. */
export type Terms =
  | boolean
  | { readonly limit: string | null; readonly beyond?: Beyond }
  | { readonly value: string }
  | { readonly values: readonly string[] };

export type Beyond =
  | { readonly policy: 'block' }
  | { readonly policy: 'grace'; readonly amount: string }
  | { readonly policy: 'overage'; readonly unit_price_minor: string; readonly currency: string };

/** By currency, in major units. */
export type Prices = Readonly<Record<string, string>>;

export interface ExtraSeat {
  readonly feature: string;
  readonly monthly_prices: Prices;
}

/** What a plan is to be. */
export interface Content {
  readonly slug: string;
  readonly name: string;
  readonly description?: string;
  readonly default?: boolean;
  readonly monthly_prices: Prices;
  readonly trial_days?: number;
  readonly extra_seat?: ExtraSeat | undefined;
  readonly features: Readonly<Record<string, Terms>>;
}

export interface Draft {
  readonly id: string;
  readonly plan: string;
  readonly based_on: number | null;
  readonly content: Content;
  /** To be sent back with a change. */
  readonly version: number;
  readonly updated_at: string;
}

export interface Difference {
  readonly plan: string;
  readonly version: number;
  readonly on_sale: number | null;
  /** Whether another version went on sale since it was begun. */
  readonly outdated: boolean;
  readonly becomes: number | null;
  readonly differences: readonly PlaceChange[];
  readonly prices: readonly Price[];
}

/** What subscribers bring in a month, and would bring. */
export interface Recurring {
  readonly currency: string;
  readonly subscribers: number;
  readonly before_minor: number;
  readonly after_minor: number;
  readonly difference_minor: number;
}

export interface Effects {
  readonly plan: string;
  readonly versions: readonly {
    readonly version: number;
    readonly on_sale: boolean;
    readonly subscribers: number;
    readonly sources: readonly Source[];
    readonly recurring: readonly Recurring[];
  }[];
  readonly example: {
    readonly user: string | null;
    readonly version: number;
    readonly changes: readonly PlaceChange[];
  } | null;
}

export const draftsQuery = queryOptions({
  queryKey: [PLANS, 'drafts'],
  queryFn: () => ask<List<Draft>>('GET', '/plan-drafts'),
  select: ({ data }) => data,
});

export function differenceQuery({ id, version }: Pick<Draft, 'id' | 'version'>) {
  return queryOptions({
    queryKey: [PLANS, 'difference', id, version],
    queryFn: () => ask<Difference>('GET', `/plan-drafts/${segment(id)}/difference`),
  });
}

/** With one of the plan as the example, where somebody is named. */
export function effectsQuery({ id, version }: Pick<Draft, 'id' | 'version'>, user: string) {
  return queryOptions({
    queryKey: [PLANS, 'effects', id, version, user],
    queryFn: () => ask<Effects>('GET', `/plan-drafts/${segment(id)}/effects${queryOf({ user })}`),
    placeholderData: (previous) => previous,
  });
}

export function beginDraft(wanted: {
  readonly plan: string;
  readonly from?: string;
  readonly reason: string;
}): Promise<Draft> {
  return ask('POST', '/plan-drafts', wanted);
}

export function saveDraft(
  id: string,
  change: {
    readonly version: number;
    readonly content: Content;
    readonly based_on?: number | null;
    readonly reason: string;
  },
): Promise<Draft> {
  return ask('PUT', `/plan-drafts/${segment(id)}`, change);
}

export function discardDraft({ id, version }: Draft, reason: string): Promise<unknown> {
  const query = queryOf({ version: String(version), reason });
  return ask('DELETE', `/plan-drafts/${segment(id)}${query}`);
}

export function publishDraft(
  { id, version }: Draft,
  said: { readonly reason: string; readonly dry_run: boolean },
): Promise<Difference> {
  return ask('POST', `/plan-drafts/${segment(id)}/publish`, { version, ...said });
}
