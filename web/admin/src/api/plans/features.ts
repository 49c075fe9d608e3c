import { queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, segment } from '../request.ts';
import type { Terms } from './drafts.ts';
import { PLANS } from './versions.ts';

export const FEATURE_KINDS = ['boolean', 'metered', 'level', 'value'] as const;
export type FeatureKind = (typeof FEATURE_KINDS)[number];

/** What can be said of a feature. */
export interface StatedFeature {
  readonly kind: FeatureKind;
  readonly name: string;
  readonly description: string;
  readonly unit: string | null;
  readonly when_missing: 'deny' | 'latest_version';
  readonly on_unavailable: 'allow' | 'deny' | 'last_known';
  readonly commit_event: string | null;
}

export interface CatalogueFeature extends StatedFeature {
  readonly feature: string;
  readonly version: number;
  readonly position: number;
  /** What each plan on sale says of it. */
  readonly plans: readonly {
    readonly plan: string;
    readonly version: number;
    readonly terms: Terms;
  }[];
}

/** What was, and what is or would be. */
export interface DefinedFeature {
  readonly before: object | null;
  readonly after: object;
}

interface Said {
  readonly reason: string;
  readonly dry_run: boolean;
}

export const featuresQuery = queryOptions({
  queryKey: [PLANS, 'features'],
  queryFn: () => ask<List<CatalogueFeature>>('GET', '/features'),
  select: ({ data }) => data,
});

export function addFeature(
  feature: string,
  stated: StatedFeature,
  said: Said,
): Promise<DefinedFeature> {
  return ask('POST', '/features', { feature, ...stated, ...said });
}

export function changeFeature(
  { feature, version }: Pick<CatalogueFeature, 'feature' | 'version'>,
  stated: StatedFeature,
  said: Said,
): Promise<DefinedFeature> {
  return ask('PUT', `/features/${segment(feature)}`, { version, ...stated, ...said });
}
