// pure
import type { MetricDefinition, MetricNames, MetricSeries } from '../../../api/metrics/figures.ts';
import { spoken } from '../../../words/quantities.ts';
import { showMonthName } from '../../../words/spans.ts';

const ATTRIBUTE = 'attribute.';

export function attributeDimension(key: string): string {
  return ATTRIBUTE + key;
}

/** The attribute of users that a dimension is; `undefined` of all others. */
export function attributeOf(dimension: string): string | undefined {
  return dimension.startsWith(ATTRIBUTE) ? dimension.slice(ATTRIBUTE.length) : undefined;
}

const NAMES: Readonly<Record<string, string>> = { signed_up: 'Month of sign-up' };

export function dimensionName(dimension: string): string {
  return NAMES[dimension] ?? spoken(attributeOf(dimension) ?? dimension);
}

/** Whether values of it have an order of their own, such as hours, whatever comes of them. */
export function isOrdered(dimension: string): boolean {
  return ['hour', 'cohort', 'signed_up'].includes(dimension);
}

const countries = new Intl.DisplayNames('en', { type: 'region' });

/** A value of a dimension as it is read; nothing is a value, too. */
export function segmentName(dimension: string, value: string, names?: MetricNames): string {
  const named = names?.[dimension]?.[value];
  if (named !== undefined) return named.name;
  if (value === '') return `No ${dimensionName(dimension).toLowerCase()}`;
  if (/^\d{4}-\d{2}-01$/.test(value)) return showMonthName(value);
  if (dimension === 'country' && /^[a-z]{2}$/i.test(value)) return countries.of(value) ?? value;
  return dimension === 'plan' || dimension === 'cycle' ? spoken(value) : value;
}

/** `minutes`: what amounts of a feature are of, where it is known. */
export function unitOf(names: MetricNames, feature: string): string | undefined {
  const unit = names['feature']?.[feature]?.unit ?? undefined;
  return unit === undefined ? undefined : `${unit}s`;
}

/** `minutes`, where a series is of one feature that counts in them. */
export function unitOfOne(
  { one_of: oneOf }: Pick<MetricDefinition, 'one_of'>,
  { filters, names }: Pick<MetricSeries, 'filters' | 'names'>,
): string | undefined {
  const [one] = filters[oneOf ?? ''] ?? [];
  return one === undefined ? undefined : unitOf(names, one);
}
