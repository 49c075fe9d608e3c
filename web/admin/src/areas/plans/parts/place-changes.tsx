import type { PlaceChange } from '../../../api/plans/versions.ts';
import { DifferencesTable } from '../../../parts/differences-table.tsx';
import { differencesAt } from './place-words.ts';
import { useFeatureNames } from './use-feature-names.ts';

/** What changes of a plan, place by place, in the words of the catalogue. */
export function PlaceChanges(props: { readonly of: readonly PlaceChange[] }) {
  return <DifferencesTable of={differencesAt(props.of, useFeatureNames())} />;
}
