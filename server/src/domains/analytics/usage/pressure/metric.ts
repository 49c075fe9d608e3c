import { addFractions } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../../platform/database.ts';
import type { Group, Metric, Values } from '../../metrics/registry/metric.ts';
import { describeAccounts } from '../store-use.ts';
import { BY_SUBJECT, count, exact, NOTHING } from '../summed.ts';
import { findPressure, type Pressure } from './store.ts';

/** Who is about to reach a limit, or has. */
export function pressureMetric(executor: Executor): Metric {
  return {
    name: 'quota_pressure',
    title: 'Quotas under pressure',
    area: 'usage',
    summary:
      'How many quotas of accounts were at four fifths or more when a span was looked at last; ' +
      'each account counts once for each of its features.',
    formula: 'Quotas with used / limit >= 0.8; full are those with used >= limit',
    columns: [
      count('value', 'Quotas under pressure'),
      count('near', 'From 80 % to below 100 %'),
      count('full', 'At 100 % or more'),
    ],
    opens: 'value',
    dimensions: ['plan', 'feature'],
    takesAttributes: true,
    granularities: ['day', 'week', 'month'],
    profileNotes: {},
    async load({ spans, filters, breakdown: by }): Promise<Group[]> {
      const found = await findPressure(executor, { spans, filters, by });
      const groups = Map.groupBy(found, ({ key }) => key);
      const keys = by === null ? [null] : [...groups.keys()];
      return keys.map((key) => ({
        key,
        points: spans.map(({ from }) => ({
          values: valuesOf((groups.get(key) ?? []).find((each) => each.from === from)),
        })),
      }));
    },
    rows: {
      async load({ span, filters, column }) {
        const found = await findPressure(executor, { spans: [span], filters, by: BY_SUBJECT });
        return found.flatMap((each) => {
          const value = valuesOf(each)[column] ?? NOTHING;
          return value.numerator === 0n ? [] : [{ key: each.key ?? '', value }];
        });
      },
      describe: (_opened, keys) => describeAccounts(executor, keys.map(Number)),
    },
  };
}

function valuesOf(pressure: Pressure | undefined): Values {
  const near = exact(pressure?.near ?? '0');
  const full = exact(pressure?.full ?? '0');
  return { value: addFractions(near, full), near, full };
}
