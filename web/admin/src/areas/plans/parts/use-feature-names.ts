import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { featuresQuery } from '../../../api/plans/features.ts';
import type { FeatureNames } from './place-words.ts';

/** What features are called; none are until the catalogue has come. */
export function useFeatureNames(): FeatureNames {
  const { data } = useQuery(featuresQuery);
  return useMemo(() => new Map(data?.map(({ feature, name }) => [feature, name])), [data]);
}
