import Type from 'typebox';
import { Nullable } from '../../../../platform/schemas.ts';
import { UNITS } from '../registry/metric.ts';
import type { Named } from '../registry/names.ts';

const units = Object.entries(UNITS).map(([name, { summary }]) => `\`${name}\`: ${summary}.`);

export const ColumnSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  unit: Type.String({ enum: Object.keys(UNITS), description: units.join(' ') }),
  adds: Type.Boolean({ description: 'Whether rows and groups add up to it.' }),
});

export const DefinitionSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  area: Type.String(),
  summary: Type.String(),
  formula: Type.String(),
  columns: Type.Array(ColumnSchema),
  opens: Nullable(Type.String({ description: 'The column whose rows are shown first.' })),
  dimensions: Type.Array(Type.String()),
  takes_attributes: Type.Boolean({
    description: 'Whether it can be filtered and broken down by attributes of users.',
  }),
  one_of: Nullable(
    Type.String({
      description:
        'The dimension whose values count in units of their own: figures are of one value, the ' +
        'first where none is named, and broken down by it there is no whole.',
    }),
  ),
  granularities: Type.Array(Type.String()),
  profile_notes: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
    description: 'Where a profile counts otherwise than the formula says.',
  }),
});

const ValuesSchema = Type.Unsafe<Record<string, number | null>>({
  type: 'object',
  additionalProperties: { type: ['number', 'null'] },
  description: 'By column, rounded to the decimals of its unit; null is what cannot be said.',
});

const PointSchema = Type.Object({
  from: Type.String(),
  to: Type.String({ description: 'Its last day.' }),
  values: ValuesSchema,
  carried: Type.Array(Type.String(), {
    description: 'Currencies valued at the rate of an earlier day.',
  }),
  missing: Type.Array(Type.String(), {
    description: 'Currencies that there is no rate for; they count nothing.',
  }),
});

/** What stands beside every figure, on the screen and in each export. */
const stamp = {
  metric: Type.String(),
  title: Type.String(),
  profile: Type.String({ description: 'Whose definition of MRR.' }),
  time_zone: Type.String({ description: 'Whose days these are.' }),
  currency: Type.String({ description: 'What money is reported in.' }),
  granularity: Type.String(),
  filters: Type.Unsafe<Record<string, readonly string[]>>({
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  }),
};

const NamesSchema = Type.Unsafe<Record<string, Record<string, Named>>>({
  type: 'object',
  description: 'What values are called: of plans, features and event types, by their keys.',
  additionalProperties: {
    type: 'object',
    additionalProperties: {
      type: 'object',
      required: ['name', 'unit'],
      properties: { name: { type: 'string' }, unit: { type: ['string', 'null'] } },
    },
  },
});

const Breakdown = Type.Object({
  dimension: Type.String(),
  groups: Type.Array(Type.Object({ key: Type.String(), data: Type.Array(PointSchema) })),
});

const Compare = Type.Object({
  comparison: Type.String(),
  from: Type.String(),
  to: Type.String(),
  data: Type.Array(PointSchema, { description: 'In the order of the spans compared with these.' }),
});

export const SeriesSchema = Type.Object({
  ...stamp,
  names: NamesSchema,
  from: Type.String(),
  to: Type.String(),
  columns: Type.Array(ColumnSchema),
  data: Type.Array(PointSchema),
  breakdown: Nullable(Breakdown),
  compare: Nullable(Compare),
});

export const RowSchema = Type.Object({
  key: Type.String(),
  label: Type.String(),
  account_id: Nullable(Type.String()),
  user: Nullable(Type.String({ description: "The app's own id of the account's owner." })),
  details: Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string' },
  }),
  value: Type.Number(),
});

export const RowsSchema = Type.Object({
  metric: stamp.metric,
  profile: stamp.profile,
  time_zone: stamp.time_zone,
  currency: stamp.currency,
  filters: stamp.filters,
  names: NamesSchema,
  from: Type.String(),
  to: Type.String(),
  column: ColumnSchema,
  total: Type.Number({ description: 'The figure as it is shown; all rows add up to it.' }),
  count: Type.Integer({ description: 'How many rows there are on all pages.' }),
  data: Type.Array(RowSchema),
  next_cursor: Nullable(Type.String()),
});
