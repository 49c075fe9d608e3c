import type { MetricPoint, MetricSeries } from '../../src/api/metrics/figures.ts';
import { WELL } from '../answers.fixture.ts';
import { Stream, type Answers } from '../portal.fixture.ts';
import { column, DEFINITIONS } from './definitions.fixture.ts';
import { LIVE } from './live-answers.fixture.ts';

const MONTHS = [
  ['2025-04-01', '2025-04-30'],
  ['2025-05-01', '2025-05-31'],
  ['2025-06-01', '2025-06-30'],
  ['2025-07-01', '2025-07-31'],
  ['2025-08-01', '2025-08-31'],
  ['2025-09-01', '2025-09-30'],
  ['2025-10-01', '2025-10-31'],
  ['2025-11-01', '2025-11-30'],
  ['2025-12-01', '2025-12-31'],
  ['2026-01-01', '2026-01-31'],
  ['2026-02-01', '2026-02-28'],
  ['2026-03-01', '2026-03-10'],
] as const;

type Values = Readonly<Record<string, number | null>>;

function points(valuesAt: (index: number) => Values): MetricPoint[] {
  return MONTHS.map(([from, to], index) => ({
    from,
    to,
    values: valuesAt(index),
    carried: [],
    missing: index === 11 ? ['sek'] : [],
  }));
}

const NAMES = {
  plan: { business: { name: 'Business', unit: null }, pro: { name: 'Pro', unit: null } },
  feature: {
    audio_minutes: { name: 'Audio minutes', unit: 'minute' },
    ai_tokens: { name: 'AI tokens', unit: 'token' },
  },
};

const STAMP = { profile: 'stripe', time_zone: 'Europe/Berlin', currency: 'usd' };

function seriesOf(metric: string, valuesAt: (index: number) => Values): MetricSeries {
  const group = (key: string, share: number) => ({
    key,
    data: points((index) =>
      Object.fromEntries(
        Object.entries(valuesAt(index)).map(([name, value]) => [
          name,
          Math.round((value ?? 0) * share),
        ]),
      ),
    ),
  });
  const before = points((index) => valuesAt(index - 4));
  return {
    metric,
    ...STAMP,
    filters: {},
    names: NAMES,
    granularity: 'month',
    from: '2025-04-01',
    to: '2026-03-10',
    data: points(valuesAt),
    breakdown: {
      dimension: 'plan',
      groups: [group('business', 0.6), group('pro', 0.3), group('', 0.1)],
    },
    compare: { from: '2024-04-01', to: '2025-03-10', data: before },
  };
}

const mrrAt = (index: number): number => 1_200_000 + 90_000 * index - (index > 9 ? 260_000 : 0);

const MOVEMENTS = seriesOf('movements', (index) => {
  const start = mrrAt(index - 1);
  const churn = -60_000 - (index === 10 ? 260_000 : 0);
  const contraction = -20_000;
  const expansion = 40_000;
  const reactivation = 10_000;
  const currency = -2_500;
  const end = mrrAt(index);
  const fresh = end - start - churn - contraction - expansion - reactivation - currency;
  return {
    value: end - start,
    mrr_start: start,
    new: fresh,
    reactivation,
    expansion,
    contraction,
    churn,
    transfer: 0,
    currency,
    mrr_end: end,
    customers_start: 310,
    customers_new: 24,
    customers_reactivated: 2,
    customers_churned: 17,
    customers_end: 319,
  };
});

const CHURN = seriesOf('customer_churn', (index) => ({
  value: index === 0 ? null : 0.021 + (index === 10 ? 0.06 : 0),
  customers_churned: 7,
  customers_start: 310,
}));

/** Each month's new customers, of whom some leave as they grow older. */
const RETENTION: MetricSeries = {
  ...seriesOf('customer_retention', () => ({ value: 0.8 })),
  breakdown: {
    dimension: 'cohort',
    groups: MONTHS.map(([key], begins) => ({
      key,
      data: points((index) => {
        if (index < begins) return { value: null, customers_begun: 0, customers_end: 0 };
        const begun = 20 + begins;
        const end = Math.round(begun * (0.9 + 0.004 * begins) ** (index - begins));
        return { value: end / begun, customers_begun: begun, customers_end: end };
      }),
    })),
  },
};

const CONVERSION = seriesOf('free_to_paid', (index) => ({
  value: 0.12,
  signed_up: 100 + index,
  tried: 40,
  paid: 12,
}));

const ROWS = {
  metric: 'movements',
  ...STAMP,
  filters: {},
  names: NAMES,
  from: '2026-02-01',
  to: '2026-02-28',
  column: column('churn', 'Churn', 'money'),
  total: -320_000,
  count: 2,
  data: [
    {
      key: '7',
      label: 'a.very.long.address.that.does.not.fit@subdomain.of.some.university.example',
      account_id: '17',
      user: 'u_3f81a2',
      details: {
        plan: 'business',
        country: 'DE',
        source: '',
        cohort: '2025-04-01',
        origin: 'accounts',
      },
      value: -300_000,
    },
    {
      key: '8',
      label: 'Elm',
      account_id: null,
      user: null,
      details: { plan: 'pro', country: 'US', source: 'radio', cohort: '2025-06-01', origin: 'old' },
      value: -20_000,
    },
  ],
  next_cursor: null,
};

const movement = (day: string, kind: string, amount: number) => ({
  at: `${day}T10:00:00Z`,
  day,
  kind,
  plan: 'business',
  cycle: 'month',
  amount_minor: amount,
  currency: 'usd',
  is_correction: kind === 'contraction',
});

const STORY = {
  id: '8',
  origin: 'old',
  key: 'customer-8',
  name: 'Elm',
  email: 'sales@elm.example',
  signed_up_on: '2025-05-28',
  attributes: { industry: 'Radio and television' },
  country: 'US',
  source: 'radio',
  cohort: '2025-06-01',
  users: [],
  movements: [
    movement('2026-02-12', 'churn', -20_000),
    movement('2025-11-03', 'contraction', -5_000),
    movement('2025-06-09', 'new', 25_000),
  ],
  profile: 'stripe',
  time_zone: 'Europe/Berlin',
};

const ANNOTATIONS = {
  data: [
    {
      id: null,
      day: '2025-11-10',
      until_day: null,
      kind: 'price',
      title: 'New prices: Pro, version 2',
      detail: 'monthly: 19.00 to 24.00 USD',
      staff: null,
      version: null,
    },
    {
      id: '3',
      day: '2026-02-03',
      until_day: '2026-02-05',
      kind: 'incident',
      title: 'Transcription was down',
      detail: 'Three hours, twice',
      staff: 'Sam Support',
      version: 1,
    },
  ],
};

const OUTDATED = {
  provider: 'anthropic',
  model: 'claude-opus',
  days: 17,
  from: '2026-01-04',
  to: '2026-01-20',
};

/** A server that measures, for whoever may see all of it. */
export const MEASURED: Answers = {
  ...WELL,
  'GET metrics': { data: DEFINITIONS },
  'GET metrics/mrr': seriesOf('mrr', (index) => ({
    value: mrrAt(index),
    mrr_start: mrrAt(index - 1),
  })),
  'GET metrics/movements': MOVEMENTS,
  'GET metrics/customers': seriesOf('customers', (index) => ({ value: 300 + 3 * index })),
  'GET metrics/customer_retention': RETENTION,
  'GET metrics/free_to_paid': CONVERSION,
  'GET metrics/customer_churn': CHURN,
  'GET metrics/ai_cost': seriesOf('ai_cost', (index) => ({ value: 120_000 + 9_000 * index })),
  'GET metrics/consumption': {
    ...seriesOf('consumption', (index) => ({ value: 41_000 + 1_700 * index })),
    filters: { feature: ['audio_minutes'] },
  },
  'GET inputs/ai-prices/settlements': { data: [OUTDATED] },
  'POST inputs/ai-prices/settlements': {
    data: [{ ...OUTDATED, cost_before: '31250.500000', cost_after: '29875.250000' }],
    currency: 'usd',
    dry_run: true,
  },
  'GET metrics/movements/rows': ROWS,
  'GET customers/8': STORY,
  'GET annotations': ANNOTATIONS,
  'GET segments': {
    data: [
      {
        dimension: 'plan',
        values: ['business', 'pro'],
        names: NAMES.plan,
      },
      { dimension: 'country', values: ['', 'DE', 'US'], names: {} },
      { dimension: 'source', values: ['', 'radio'], names: {} },
    ],
  },
  'GET attributes': { data: [{ key: 'industry', values: ['law', 'media'] }] },
  'GET live': new Stream(LIVE),
};
