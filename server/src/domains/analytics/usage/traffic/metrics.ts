import { fraction, multiplyFractions, type Fraction } from '@whisperforge/kernel/fraction';
import { dayIn } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { ratio } from '../../metrics/formulas.ts';
import type { Column, Metric } from '../../metrics/registry/metric.ts';
import { count, exact, summedMetric, type LoadedSums, type SumsQuestion } from '../summed.ts';
import { percentile } from './buckets.ts';
import {
  describeRoutes,
  findMeasuredSince,
  findTraffic,
  TRAFFIC_DIMENSIONS,
  type TrafficOfSpan,
} from './store.ts';
import { uptimeMetric } from './uptime.ts';

type Sum = (name: string) => Fraction;

/** How the system is asked and how it answers. */
export function trafficMetrics(executor: Executor): Metric[] {
  const of = {
    dimensions: TRAFFIC_DIMENSIONS,
    load: (question: SumsQuestion) => loadTraffic(executor, question, { hasDurations: false }),
    describe: (keys: readonly string[]) => Promise.resolve(describeRoutes(keys)),
  };
  return [
    summedMetric({
      ...of,
      name: 'api_requests',
      title: 'API requests',
      area: 'usage',
      summary: 'How often which route was asked, by which key and at which hours.',
      formula: 'Requests that were answered; those of 4xx were refused, those of 5xx failed',
      unit: 'count',
      adds: true,
      value: (sum) => sum('requests'),
      from: [count('refused', 'Refused (4xx)'), count('errors', 'Failed (5xx)')],
      opens: 'value',
    }),
    summedMetric({
      ...of,
      load: (question) => loadTraffic(executor, question, { hasDurations: true }),
      name: 'response_time',
      title: 'Response time',
      area: 'operations',
      summary: 'How long requests take to be answered, at the 95th percentile.',
      formula: 'The duration that 95 of 100 requests do not exceed, from counts by bucket',
      unit: 'milliseconds',
      value: quantile(95),
      from: [count('requests', 'Requests')],
      computed: [
        { column: milliseconds('p50', 'Median'), value: quantile(50) },
        { column: milliseconds('p99', '99th percentile'), value: quantile(99) },
        { column: milliseconds('average', 'Average'), value: average },
      ],
      opens: 'requests',
    }),
    summedMetric({
      ...of,
      name: 'error_rate',
      title: 'Error rate',
      area: 'operations',
      summary: 'How many of the requests failed for reasons of ours.',
      formula: 'Requests answered with 5xx / all requests',
      unit: 'share',
      value: (sum) => ratio(sum('errors'), sum('requests')),
      from: [count('errors', 'Failed (5xx)'), count('requests', 'Requests')],
      opens: 'errors',
    }),
    uptimeMetric(executor),
  ];
}

function milliseconds(name: string, title: string): Column {
  return { name, title, unit: 'milliseconds', adds: false };
}

function quantile(percent: number): (sum: Sum) => Fraction | null {
  return (sum) => percentile((bucket) => sum(`bucket ${bucket}`), percent);
}

const A_MILLISECOND = fraction(1n, 1_000n);

function average(sum: Sum): Fraction | null {
  return ratio(multiplyFractions(sum('duration'), A_MILLISECOND), sum('requests'));
}

async function loadTraffic(
  executor: Executor,
  question: SumsQuestion,
  of: { readonly hasDurations: boolean },
): Promise<LoadedSums> {
  const found = await findTraffic(executor, question, of);
  const days = found.map(({ key, day, ...row }) => ({ key, day, sums: sumsOf(row, of) }));
  const sinceMs = await findMeasuredSince(executor);
  if (sinceMs === null) return { days };
  return { days, knownFrom: dayIn(question.book.rules.timeZone, sinceMs) };
}

function sumsOf(
  row: Omit<TrafficOfSpan, 'key' | 'day'>,
  { hasDurations }: { readonly hasDurations: boolean },
): Readonly<Record<string, Fraction>> {
  const requests = exact(row.requests);
  const counts = { requests, refused: exact(row.refused), errors: exact(row.errors) };
  if (!hasDurations) return counts;
  return { ...counts, duration: exact(row.durationUs), [`bucket ${row.bucket}`]: requests };
}
