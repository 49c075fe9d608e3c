// pure
import type { MetricNames } from '../../../api/metrics/figures.ts';
import { spoken } from '../../../words/quantities.ts';

const ATTRIBUTE = 'attribute.';

export function attributeDimension(key: string): string {
  return ATTRIBUTE + key;
}

/** The attribute of users that a dimension is; `undefined` of all others. */
export function attributeOf(dimension: string): string | undefined {
  return dimension.startsWith(ATTRIBUTE) ? dimension.slice(ATTRIBUTE.length) : undefined;
}

export function dimensionName(dimension: string): string {
  return spoken(attributeOf(dimension) ?? dimension);
}

/** A value of a dimension as it is read; nothing is a value, too. */
export function segmentName(dimension: string, value: string, names?: MetricNames): string {
  const named = names?.[dimension]?.[value];
  if (named !== undefined) return named.name;
  if (value === '') return `No ${dimensionName(dimension).toLowerCase()}`;
  if (/^\d{4}-\d{2}-01$/.test(value)) return value.slice(0, 7);
  return dimension === 'plan' || dimension === 'cycle' ? spoken(value) : value;
}

/** `minutes`: what amounts of a feature are of, where it is known. */
export function unitOf(names: MetricNames, feature: string): string | undefined {
  const unit = names['feature']?.[feature]?.unit ?? undefined;
  return unit === undefined ? undefined : `${unit}s`;
}
