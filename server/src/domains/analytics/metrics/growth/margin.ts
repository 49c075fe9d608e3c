import { attributeOf } from '../attributes/attribute.ts';
import type { Metric } from '../registry/metric.ts';
import type { GrowthSources } from './sources.ts';

/**
 * The gross margin as its own metric says it, by plan or attributes of users where these are asked
 * for. Of segments that cost is not known by, it is the margin of all.
 */
export function marginSource(metric: Metric): NonNullable<GrowthSources['grossMargin']> {
  return async (question) => {
    const isKnown = (dimension: string): boolean =>
      metric.dimensions.includes(dimension) ||
      (metric.takesAttributes === true && attributeOf(dimension) !== null);
    const filters = Object.fromEntries(
      Object.entries(question.filters).filter(([dimension]) => isKnown(dimension)),
    );
    const { breakdown } = question;
    const by = breakdown !== null && isKnown(breakdown) ? breakdown : null;
    const groups = await metric.load({ ...question, filters, breakdown: by });
    return new Map(
      groups.map(({ key, points }) => [key, points.map(({ values }) => values.value ?? null)]),
    );
  };
}
