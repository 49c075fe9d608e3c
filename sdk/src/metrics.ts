import type { Money } from './billing/money.ts';
import type { Send } from './transport/send.ts';
import type { CallOptions } from './types.ts';

/** Of each, one value or several; those of one dimension are alternatives. */
export interface MetricFilters {
  readonly plan?: readonly string[] | undefined;
  /** `month`, `year`, or several of them as `3 month`. */
  readonly cycle?: readonly string[] | undefined;
  readonly currency?: readonly string[] | undefined;
  readonly country?: readonly string[] | undefined;
  readonly source?: readonly string[] | undefined;
  /** First days of the months in which customers first paid. */
  readonly cohort?: readonly string[] | undefined;
  /** Dimensions that only some metrics have. */
  readonly [dimension: string]: readonly string[] | undefined;
}

export interface MrrInput {
  /** Calendar days such as `2026-01-31`, both included; the last twelve months if not given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** The service assumes months. */
  readonly granularity?: 'day' | 'week' | 'month' | undefined;
  /** Whose definition of MRR; the service assumes `stripe`. */
  readonly profile?: 'stripe' | 'chartmogul' | 'profitwell' | undefined;
  readonly filters?: MetricFilters | undefined;
}

export type MovementKind =
  'new' | 'reactivation' | 'expansion' | 'contraction' | 'churn' | 'transfer' | 'currency';

/** How MRR came from the start of a span of days to its end. */
export interface MrrSpan {
  readonly from: string;
  /** Its last day. */
  readonly to: string;
  readonly start: Money;
  /** Signed: the start and all of them are the end. */
  readonly movements: Readonly<Record<MovementKind, Money>>;
  readonly end: Money;
  readonly customers: {
    readonly start: number;
    readonly new: number;
    readonly reactivated: number;
    readonly churned: number;
    /** Those that came from other segments, less those that went to them. */
    readonly transferred: number;
    readonly end: number;
  };
  /** Currencies valued at the rate of an earlier day. */
  readonly carried: readonly string[];
  /** Currencies that there is no rate for; they count nothing. */
  readonly missing: readonly string[];
}

export interface MrrSeries {
  readonly profile: string;
  /** Whose days these are. */
  readonly timeZone: string;
  readonly currency: string;
  readonly data: readonly MrrSpan[];
}

/** By what the app tells of users in their metadata: of each key one value or several. */
export type AttributeFilters = Readonly<Record<string, readonly string[]>>;

export interface MetricInput extends MrrInput {
  /** An empty value is whoever has none. */
  readonly attributes?: AttributeFilters | undefined;
  /** A dimension of the metric, or `attribute.` and a key, to take its figures apart by. */
  readonly breakdown?: string | undefined;
  /** With as many days right before, or with those of a year before. */
  readonly compare?: 'previous' | 'year' | undefined;
}

/** What a figure counts in, and whether accounts and segments add up to it. */
export interface MetricColumn {
  readonly name: string;
  readonly title: string;
  /** Money is in minor units of the series' currency, a share is a part of 1. */
  readonly unit: string;
  readonly adds: boolean;
}

export interface MetricDefinition {
  readonly name: string;
  readonly title: string;
  readonly area: string;
  readonly summary: string;
  readonly formula: string;
  readonly columns: readonly MetricColumn[];
  /** The column that is opened into its rows first; `null` where there are none. */
  readonly opens: string | null;
  readonly dimensions: readonly string[];
  /** Whether it can be by attributes of users, too. */
  readonly takesAttributes: boolean;
  /** The dimension whose values count in units of their own: figures are of one of them. */
  readonly oneOf: string | null;
  readonly granularities: readonly string[];
  /** Where a profile counts otherwise than the formula says. */
  readonly profileNotes: Readonly<Record<string, string>>;
}

/** The figures of one span by column; `null` is what cannot be said, such as a churn of nothing. */
export interface MetricPoint {
  readonly from: string;
  /** Its last day. */
  readonly to: string;
  readonly values: Readonly<Record<string, number | null>>;
  /** Currencies valued at the rate of an earlier day. */
  readonly carried: readonly string[];
  /** Currencies that there is no rate for; they count nothing. */
  readonly missing: readonly string[];
}

export type MetricNames = Readonly<
  Record<string, Readonly<Record<string, { readonly name: string; readonly unit: string | null }>>>
>;

export interface MetricSeries {
  readonly metric: string;
  readonly title: string;
  readonly profile: string;
  /** Whose days these are. */
  readonly timeZone: string;
  readonly currency: string;
  readonly granularity: string;
  readonly filters: Readonly<Record<string, readonly string[]>>;
  /** What plans, features and event types are called, and what features count in, by key. */
  readonly names: MetricNames;
  readonly from: string;
  readonly to: string;
  readonly columns: readonly MetricColumn[];
  readonly data: readonly MetricPoint[];
  readonly breakdown: {
    readonly dimension: string;
    readonly groups: readonly { readonly key: string; readonly data: readonly MetricPoint[] }[];
  } | null;
  readonly compare: {
    readonly comparison: string;
    readonly from: string;
    readonly to: string;
    readonly data: readonly MetricPoint[];
  } | null;
}

export interface Metrics {
  /** All metrics, and what they mean. */
  list(options?: CallOptions): Promise<readonly MetricDefinition[]>;
  /** A metric by its name, such as `customer_churn`, by day, week or month. */
  get(name: string, input?: MetricInput, options?: CallOptions): Promise<MetricSeries>;
  /** Monthly recurring revenue by day, week or month, and what moved it. */
  mrr(input?: MrrInput, options?: CallOptions): Promise<MrrSeries>;
}

type Renamed = 'profileNotes' | 'takesAttributes' | 'oneOf';

interface WireDefinition extends Omit<MetricDefinition, Renamed> {
  readonly profile_notes: MetricDefinition['profileNotes'];
  readonly takes_attributes: boolean;
  readonly one_of: string | null;
}

function toDefinition(wire: WireDefinition): MetricDefinition {
  const { profile_notes: profileNotes, takes_attributes: takesAttributes, ...others } = wire;
  const { one_of: oneOf, ...rest } = others;
  return { ...rest, profileNotes, takesAttributes, oneOf };
}

/** `industry:saas,law;size:`: what is no letter or digit is encoded within. */
function attributesText(attributes: AttributeFilters): string {
  return Object.entries(attributes)
    .map(([key, values]) => {
      const said = values.map((value) => encodeURIComponent(value)).join(',');
      return `${encodeURIComponent(key)}:${said}`;
    })
    .join(';');
}

interface WireSeries extends Omit<MetricSeries, 'timeZone'> {
  readonly time_zone: string;
}

function toSpan({ from, to, values, carried, missing }: MetricPoint, currency: string): MrrSpan {
  const number = (column: string): number => values[column] ?? 0;
  const money = (column: string): Money => ({ amountMinor: number(column), currency });
  return {
    from,
    to,
    start: money('mrr_start'),
    movements: {
      new: money('new'),
      reactivation: money('reactivation'),
      expansion: money('expansion'),
      contraction: money('contraction'),
      churn: money('churn'),
      transfer: money('transfer'),
      currency: money('currency'),
    },
    end: money('mrr_end'),
    customers: {
      start: number('customers_start'),
      new: number('customers_new'),
      reactivated: number('customers_reactivated'),
      churned: number('customers_churned'),
      transferred: number('customers_transferred'),
      end: number('customers_end'),
    },
    carried,
    missing,
  };
}

export function metricsOf(send: Send): Metrics {
  async function get(
    name: string,
    { filters = {}, attributes, ...said }: MetricInput = {},
    options?: CallOptions,
  ): Promise<MetricSeries> {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(said)) {
      if (value !== undefined) query.set(key, value);
    }
    for (const [dimension, values] of Object.entries(filters)) {
      if (values !== undefined) query.set(dimension, values.join(','));
    }
    if (attributes !== undefined) query.set('attributes', attributesText(attributes));
    const path = `/v1/metrics/${encodeURIComponent(name)}?${query.toString()}`;
    const { time_zone: timeZone, ...series } = await send<WireSeries>('GET', path, options);
    return { ...series, timeZone };
  }
  return {
    get,
    async list(options) {
      const { data } = await send<{ data: WireDefinition[] }>('GET', '/v1/metrics', options);
      return data.map(toDefinition);
    },
    async mrr(input, options) {
      const { profile, timeZone, currency, data } = await get('movements', input, options);
      return { profile, timeZone, currency, data: data.map((span) => toSpan(span, currency)) };
    },
  };
}
