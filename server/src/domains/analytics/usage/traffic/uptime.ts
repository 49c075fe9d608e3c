import { fraction } from '@whisperforge/kernel/fraction';
import { dayIn, dayStartIn, daySpans, shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { ratio } from '../../metrics/formulas.ts';
import type { Metric } from '../../metrics/registry/metric.ts';
import {
  count,
  summedMetric,
  type DaySums,
  type LoadedSums,
  type SumsQuestion,
} from '../summed.ts';
import { findServedDays } from './store.ts';

const MINUTE_MS = 60_000;

/** For how much of the time some process of the system ran and could write. */
export function uptimeMetric(executor: Executor): Metric {
  const metric = summedMetric({
    name: 'uptime',
    title: 'Uptime',
    area: 'operations',
    summary: 'For how much of the time the system ran and could write, since it began to measure.',
    formula: 'Minutes in which a process was there / minutes',
    unit: 'share',
    value: (sum) => ratio(sum('served'), sum('minutes')),
    from: [count('served', 'Minutes up'), count('minutes', 'Minutes')],
    opens: 'served',
    dimensions: [],
    load: (question) => loadUptime(executor, question),
    describe: (keys) =>
      Promise.resolve(
        new Map(keys.map((label) => [label, { label, accountId: null, user: null, details: {} }])),
      ),
  });
  return metric;
}

async function loadUptime(executor: Executor, question: SumsQuestion): Promise<LoadedSums> {
  const { range, book, nowMs, by } = question;
  const { timeZone } = book.rules;
  const { days, beganMs } = await findServedDays(executor, range);
  if (beganMs === null) return { days: [] };
  const served = new Map(days.map(({ day, minutes }) => [day, minutes]));
  const known = knownDays(range, { from: dayIn(timeZone, beganMs), to: dayIn(timeZone, nowMs) });
  return {
    days: known.map((day): DaySums => {
      const startMs = Math.max(dayStartIn(timeZone, day), beganMs);
      const endMs = Math.min(dayStartIn(timeZone, shiftDay(day, 1)), nowMs + MINUTE_MS);
      const up = served.get(day) ?? 0;
      const minutes = Math.max(up, Math.floor((endMs - startMs) / MINUTE_MS));
      const sums = { served: fraction(BigInt(up)), minutes: fraction(BigInt(minutes)) };
      // Rows of it are days.
      return { key: by === null ? null : day, day, sums };
    }),
  };
}

function knownDays(range: DaySpan, known: DaySpan): string[] {
  const from = range.from > known.from ? range.from : known.from;
  const to = range.to < known.to ? range.to : known.to;
  return from > to ? [] : daySpans({ from, to }, 'day').map((span) => span.from);
}
