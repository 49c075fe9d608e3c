import { fraction, type Fraction } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../../platform/database.ts';
import type { Span } from '../bridge.ts';
import {
  acquisitionCost,
  arpa,
  customerChurnRate,
  lifetimeValue,
  paybackMonths,
  ratio,
} from '../formulas.ts';
import type {
  Column,
  Contribution,
  Metric,
  MetricDefinition,
  Opened,
  Values,
} from '../registry/metric.ts';
import { BRIDGE, BRIDGE_IDENTITY, bridgeValues, type BridgeColumn } from '../revenue/columns.ts';
import { loadBridges } from '../revenue/load-bridge.ts';
import { SHORT_STAYS } from '../revenue/profile-notes.ts';
import { bridgeRows } from '../revenue/rows.ts';
import type { AmountsByKey, GrowthSources } from './sources.ts';

export interface Growth {
  readonly arpa: Fraction | null;
  readonly churnRate: Fraction | null;
  readonly grossMargin: Fraction;
  readonly cac: Fraction | null;
  readonly ltv: Fraction | null;
  readonly payback: Fraction | null;
}

const NOTHING = fraction(0n);
const ALL_OF_IT = fraction(1n);

/** What follows from a span, from what was spent in it and from what is left of revenue. */
export function growthOf(
  { end, customers }: Pick<Span, 'end' | 'customers'>,
  { spend, grossMargin }: { readonly spend: Fraction | null; readonly grossMargin: Fraction },
): Growth {
  const perAccount = arpa(end, customers.end);
  const churnRate = customerChurnRate(customers.churned, customers.start);
  const cac = spend && acquisitionCost(spend, customers.new);
  const ltv =
    perAccount && churnRate && lifetimeValue({ arpa: perAccount, grossMargin, churnRate });
  const payback = cac && perAccount && paybackMonths({ cost: cac, arpa: perAccount, grossMargin });
  return { arpa: perAccount, churnRate, grossMargin, cac, ltv, payback };
}

const COLUMNS = {
  ...BRIDGE,
  arpa: { name: 'arpa', title: 'Revenue per account', unit: 'money', adds: false },
  churn_rate: { name: 'churn_rate', title: 'Customer churn', unit: 'share', adds: false },
  gross_margin: { name: 'gross_margin', title: 'Gross margin', unit: 'share', adds: false },
  spend: { name: 'spend', title: 'Marketing spend', unit: 'money', adds: true },
  cac: { name: 'cac', title: 'Cost of a new customer', unit: 'money', adds: false },
  ltv: { name: 'ltv', title: 'Lifetime value', unit: 'money', adds: false },
} as const satisfies Readonly<Record<string, Column>>;

type Told = 'name' | 'title' | 'summary' | 'formula' | 'dimensions' | 'takesAttributes';

export interface GrowthMetric extends Pick<MetricDefinition, Told> {
  readonly unit: Column['unit'];
  readonly value: (growth: Growth) => Fraction | null;
  readonly from: readonly (keyof typeof COLUMNS)[];
  readonly opens: BridgeColumn | 'spend';
}

export function growthMetric(
  executor: Executor,
  { value, unit, from, ...told }: GrowthMetric,
  sources: GrowthSources,
): Metric {
  const valuesOf = (span: Span, spend: Fraction | null, grossMargin: Fraction): Values => {
    const growth = growthOf(span, { spend, grossMargin });
    const { arpa: perAccount, churnRate, cac, ltv } = growth;
    return {
      ...bridgeValues(span),
      value: value(growth),
      arpa: perAccount,
      churn_rate: churnRate,
      gross_margin: grossMargin,
      spend,
      cac,
      ltv,
    };
  };
  const ofCustomers = bridgeRows(executor, bridgeValues);
  return {
    ...told,
    area: 'growth',
    columns: [
      { name: 'value', title: told.title, unit, adds: false },
      ...from.map((name) => COLUMNS[name]),
    ],
    granularities: ['day', 'week', 'month'],
    profileNotes: SHORT_STAYS,
    identity: BRIDGE_IDENTITY,
    async load(question) {
      const [groups, spent, margins] = await Promise.all([
        loadBridges(executor, question),
        sources.spend?.load(question) ?? NONE,
        sources.grossMargin?.(question) ?? NONE,
      ]);
      const isWhole = question.breakdown === null;
      const keys = isWhole
        ? [null]
        : [...new Set([...groups.map(({ key }) => key), ...spent.keys()])];
      return keys.map((key) => ({
        key,
        points: question.spans.map((days, index) => {
          const group = groups.find((each) => each.key === key);
          const span = group?.spans[index] ?? emptySpan(days);
          const spend = spent.get(key)?.[index] ?? null;
          const margin = (margins.get(key) ?? margins.get(null))?.[index] ?? ALL_OF_IT;
          const { carried, missing } = span;
          return { values: valuesOf(span, spend, margin), carried, missing };
        }),
      }));
    },
    rows: {
      load: (opened) =>
        opened.column === 'spend' ? channelRows(opened, sources) : ofCustomers.load(opened),
      page: (opened, page) => (opened.column === 'spend' ? null : ofCustomers.page(opened, page)),
      describe: (opened, keys) =>
        opened.column === 'spend'
          ? Promise.resolve(new Map(keys.map((key) => [key, channelSubject(key)])))
          : ofCustomers.describe(opened, keys),
    },
  };
}

const NONE: AmountsByKey = new Map();

/** Of a channel that was paid for and brought nobody. */
function emptySpan({ from, to }: Pick<Span, 'from' | 'to'>): Span {
  const movements = {
    new: NOTHING,
    reactivation: NOTHING,
    expansion: NOTHING,
    contraction: NOTHING,
    churn: NOTHING,
    transfer: NOTHING,
    currency: NOTHING,
  };
  const customers = { start: 0, new: 0, reactivated: 0, churned: 0, transferred: 0, end: 0 };
  return { from, to, start: NOTHING, movements, end: NOTHING, customers, carried: [], missing: [] };
}

async function channelRows(opened: Opened, { spend }: GrowthSources): Promise<Contribution[]> {
  const channels = await spend?.channels(opened);
  return [...(channels ?? [])].map(([key, value]) => ({ key, value }));
}

function channelSubject(channel: string) {
  return { label: channel, accountId: null, user: null, details: {} };
}

export function timesCost({ ltv, cac }: Growth): Fraction | null {
  return ltv && cac && ratio(ltv, cac);
}
