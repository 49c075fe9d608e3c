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

export interface Metrics {
  /** Monthly recurring revenue by day, week or month, and what moved it. */
  mrr(input?: MrrInput, options?: CallOptions): Promise<MrrSeries>;
}

interface WireSpan {
  readonly from: string;
  readonly to: string;
  readonly start_minor: number;
  readonly movements_minor: Readonly<Record<MovementKind, number>>;
  readonly end_minor: number;
  readonly customers: MrrSpan['customers'];
  readonly carried: readonly string[];
  readonly missing: readonly string[];
}

interface WireSeries {
  readonly profile: string;
  readonly time_zone: string;
  readonly currency: string;
  readonly data: readonly WireSpan[];
}

function toSpan(wire: WireSpan, currency: string): MrrSpan {
  const money = (amountMinor: number): Money => ({ amountMinor, currency });
  const { from, to, movements_minor: moved, customers, carried, missing } = wire;
  const movements = {
    new: money(moved.new),
    reactivation: money(moved.reactivation),
    expansion: money(moved.expansion),
    contraction: money(moved.contraction),
    churn: money(moved.churn),
    transfer: money(moved.transfer),
    currency: money(moved.currency),
  };
  const [start, end] = [money(wire.start_minor), money(wire.end_minor)];
  return { from, to, start, movements, end, customers, carried, missing };
}

const DIMENSIONS = ['plan', 'cycle', 'currency', 'country', 'source', 'cohort'] as const;

export function metricsOf(send: Send): Metrics {
  return {
    async mrr({ filters = {}, ...said } = {}, options) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(said)) {
        if (value !== undefined) query.set(name, value);
      }
      for (const dimension of DIMENSIONS) {
        const values = filters[dimension];
        if (values !== undefined) query.set(dimension, values.join(','));
      }
      const wire = await send<WireSeries>('GET', `/v1/metrics/mrr?${query.toString()}`, options);
      const { profile: used, time_zone: timeZone, currency } = wire;
      return {
        profile: used,
        timeZone,
        currency,
        data: wire.data.map((span) => toSpan(span, currency)),
      };
    },
  };
}
