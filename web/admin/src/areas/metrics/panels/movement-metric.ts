import type { MetricDefinition } from '../../../api/metrics/figures.ts';

/** What the movements can be asked by, known before the list of metrics has come. */
export const MOVEMENT_METRIC: Pick<
  MetricDefinition,
  'name' | 'dimensions' | 'takes_attributes' | 'granularities'
> = {
  name: 'movements',
  dimensions: ['plan', 'cycle', 'currency', 'country', 'source', 'cohort'],
  takes_attributes: true,
  granularities: ['day', 'week', 'month'],
};
