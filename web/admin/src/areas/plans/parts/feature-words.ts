// pure
import type { FeatureKind, StatedFeature } from '../../../api/plans/features.ts';

export const KINDS: Readonly<Record<FeatureKind, string>> = {
  boolean: 'Boolean: had or not',
  metered: 'Metered: counted in each quota period',
  level: 'Level: so many at a time',
  value: 'Value: one of several, or some of them',
};

/** For a version that is older than the feature. */
export const MISSING: Readonly<Record<StatedFeature['when_missing'], string>> = {
  deny: 'Do not grant it',
  latest_version: 'Grant what the latest version does',
};

/** What a client does when this system cannot answer. */
export const AVAILABILITY: Readonly<Record<StatedFeature['on_unavailable'], string>> = {
  deny: 'Is refused',
  allow: 'Is allowed',
  last_known: 'As it was last known',
};

export function optionsOf<T extends string>(
  words: Readonly<Record<T, string>>,
): { value: T; label: string }[] {
  return (Object.keys(words) as T[]).map((value) => ({ value, label: words[value] }));
}
