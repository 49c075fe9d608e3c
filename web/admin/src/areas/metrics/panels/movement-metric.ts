import type { MetricDefinition } from '../../../api/metrics/figures.ts';

/** What the movements can be asked by, known before the list of metrics has come. */
export const MOVEMENT_METRIC: Pick<MetricDefinition, 'name' | 'dimensions' | 'granularities'> = {
  name: 'movements',
  dimensions: ['plan', 'cycle', 'currency', 'country', 'source', 'cohort'],
  granularities: ['day', 'week', 'month'],
};
