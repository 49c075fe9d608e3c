import Type from 'typebox';
import { isDay } from '@whisperforge/kernel/period';
import { AppError } from '../../platform/errors.ts';
import { route, type Route } from '../../platform/routes.ts';
import { Input, Text } from '../../platform/schemas.ts';
import { SPAN_INVALID } from './errors.ts';
import type { ProfileName } from './fold/rules.ts';
import { bridgeKinds, type BridgeKind, type Span } from './metrics/bridge.ts';
import type { RevenueMetrics, RevenueSeries } from './metrics/revenue.ts';
import { shownSpan } from './metrics/shown.ts';
import { dimensions, type Dimension, type Filters } from './metrics/store.ts';

const Day = Text({ maxLength: 10, description: 'A calendar day such as `2026-01-31`.' });
const Values = Text({ maxLength: 500, description: 'One value, or several separated by commas.' });

const filterProperties = Object.fromEntries(
  dimensions.map((dimension) => [dimension, Type.Optional(Values)]),
) as Record<Dimension, ReturnType<typeof Type.Optional<typeof Values>>>;

const QuerySchema = Input({
  from: Type.Optional(Day),
  to: Type.Optional(Day),
  granularity: Type.Optional(Type.Enum(['day', 'week', 'month'])),
  profile: Type.Optional(Type.Enum(['stripe', 'chartmogul', 'profitwell'])),
  ...filterProperties,
});

const movementProperties = Object.fromEntries(
  bridgeKinds.map((kind) => [kind, Type.Integer()]),
) as Record<BridgeKind, ReturnType<typeof Type.Integer>>;

const SpanSchema = Type.Object({
  from: Type.String(),
  to: Type.String({ description: 'Its last day.' }),
  start_minor: Type.Integer(),
  movements_minor: Type.Object(movementProperties, {
    description: 'Signed; `start_minor` and all of them are `end_minor`.',
  }),
  end_minor: Type.Integer(),
  customers: Type.Object({
    start: Type.Integer(),
    new: Type.Integer(),
    reactivated: Type.Integer(),
    churned: Type.Integer(),
    end: Type.Integer(),
  }),
  carried: Type.Array(Type.String(), {
    description: 'Currencies valued at the rate of an earlier day.',
  }),
  missing: Type.Array(Type.String(), {
    description: 'Currencies that there is no rate for; they count nothing.',
  }),
});

const SeriesSchema = Type.Object({
  profile: Type.String(),
  time_zone: Type.String(),
  currency: Type.String(),
  data: Type.Array(SpanSchema),
});

/** Figures for analysts by secret key, and the same for the portal. */
export function analyticsRoutes({ revenue }: { readonly revenue: RevenueMetrics }): Route[] {
  const mrr = {
    method: 'GET',
    summary: 'Monthly recurring revenue and what moved it',
    description:
      'By day, week or month, in the reporting currency; of the last twelve months where nothing ' +
      'is said. Rounded so that each span adds up.',
    tag: 'Metrics',
    query: QuerySchema,
    response: SeriesSchema,
    async handler({ query, nowMs }: { readonly query: Asked; readonly nowMs: number }) {
      return answer(await revenue.series(questionOf(query), nowMs));
    },
  } as const;
  return [
    route({ ...mrr, path: '/v1/metrics/mrr', scope: 'read' }),
    route({ ...mrr, path: '/admin/v1/metrics/mrr', scope: 'staff', permission: 'metrics.read' }),
  ];
}

type Asked = Readonly<Partial<Record<Dimension, string>>> & {
  readonly from?: string;
  readonly to?: string;
  readonly granularity?: 'day' | 'week' | 'month';
  readonly profile?: ProfileName;
};

function questionOf(query: Asked) {
  const { from, to, granularity = 'month', profile = 'stripe' } = query;
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day))
      throw new AppError(SPAN_INVALID, { message: `${day} is no calendar day.` });
  }
  const filters: Filters = Object.fromEntries(
    dimensions.flatMap((dimension) => {
      const said = query[dimension];
      return said === undefined ? [] : [[dimension, said.split(',')]];
    }),
  );
  return { from, to, granularity, profile, filters };
}

function answer({ book, currency, spans }: RevenueSeries) {
  return {
    profile: book.profile,
    time_zone: book.rules.timeZone,
    currency,
    data: spans.map(spanAnswer),
  };
}

function spanAnswer(span: Span) {
  const { startMinor, movementsMinor, endMinor } = shownSpan(span);
  const { from, to, customers, carried, missing } = span;
  return {
    from,
    to,
    start_minor: startMinor,
    movements_minor: movementsMinor,
    end_minor: endMinor,
    customers,
    carried: [...carried],
    missing: [...missing],
  };
}
