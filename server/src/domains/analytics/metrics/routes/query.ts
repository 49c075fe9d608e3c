import Type from 'typebox';
import { AppError } from '../../../../platform/errors.ts';
import { Input, paging, Text } from '../../../../platform/schemas.ts';
import { ATTRIBUTES_INVALID } from '../../errors.ts';
import { readAttributes } from '../attributes/attribute.ts';
import type { DimensionFilters, Metric } from '../registry/metric.ts';
import { COMPARISONS, type Comparison } from '../registry/ranges.ts';
import type { Asked } from '../registry/prepare.ts';
import type { Granularity } from '@whisperforge/kernel/period';
import type { ProfileName } from '../../fold/rules.ts';

const Day = (description: string) => Type.Optional(Text({ maxLength: 10, description }));
const Values = Type.Optional(
  Text({ maxLength: 2_000, description: 'One value, or several separated by commas.' }),
);
const Attributes = Type.Optional(
  Text({
    maxLength: 2_000,
    description:
      'By what the app tells of users in `metadata`, as they are told of now: ' +
      '`industry:saas,law;size:` are those of software and law that have no size. What is no ' +
      'letter or digit is percent-encoded within.',
  }),
);
const Name = (description: string) =>
  Type.Optional(Text({ minLength: 1, maxLength: 60, description }));

const spanFields = {
  from: Day('The first day, such as `2026-01-31`; without, of the last twelve months.'),
  to: Day('The last day; without, today.'),
  granularity: Type.Optional(Type.Enum(['day', 'week', 'month'])),
  profile: Type.Optional(
    Type.Enum(['stripe', 'chartmogul', 'profitwell'], {
      description: 'Whose definition of MRR; `stripe` where nothing is said.',
    }),
  ),
};

/** The queries that metrics understand: all dimensions that any of them has are filters. */
export function metricQueries(metrics: readonly Metric[]) {
  const names = [...new Set(metrics.flatMap(({ dimensions }) => dimensions))];
  const filters = {
    ...Object.fromEntries(names.map((name) => [name, Values])),
    attributes: Attributes,
  };
  const series = {
    ...spanFields,
    breakdown: Type.Optional(
      Text({
        minLength: 1,
        maxLength: 120,
        description:
          'A dimension of the metric, to take its figures apart by; also `attribute.` and the ' +
          'name of an attribute of users.',
      }),
    ),
    compare: Type.Optional(
      Type.Enum([...COMPARISONS], {
        description: 'With as many days right before, or with those of a year before.',
      }),
    ),
  };
  const rows = {
    ...spanFields,
    at: Day('A day of the span to be opened; without, the last one.'),
    column: Name('A column that adds up; without, the one that the metric opens by.'),
  };
  return {
    series: Input({ ...series, ...filters }),
    rows: Input({ ...rows, ...filters }),
    rowsPage: Input({ ...rows, ...paging, ...filters }),
    /** Reads what passed these schemas. */
    read: (said: Said): Asked => ({ ...said, filters: filtersOf(said, names) }),
  };
}

export interface Said {
  readonly from?: string;
  readonly to?: string;
  readonly granularity?: Granularity;
  readonly profile?: ProfileName;
  readonly breakdown?: string;
  readonly attributes?: string;
  readonly compare?: Comparison;
  readonly at?: string;
  readonly column?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

function filtersOf(said: Said, names: readonly string[]): DimensionFilters {
  const values: Readonly<Record<string, unknown>> = { ...said };
  const attributes = readAttributes(said.attributes ?? '');
  if (attributes === null) {
    const message = 'attributes are at most five filters such as `industry:saas,law;size:`.';
    throw new AppError(ATTRIBUTES_INVALID, { message });
  }
  const own = Object.fromEntries(
    names.flatMap((name): [string, string[]][] => {
      const value = values[name];
      return typeof value === 'string' ? [[name, [...new Set(value.split(','))]]] : [];
    }),
  );
  return { ...own, ...attributes };
}
