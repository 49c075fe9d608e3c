import { fraction, type Fraction } from '@whisperforge/kernel/fraction';
import type { Executor } from '../../../../platform/database.ts';
import { ratio } from '../../metrics/formulas.ts';
import type { Group, Metric, Question, Values } from '../../metrics/registry/metric.ts';
import { describeAccounts } from '../store-use.ts';
import { exact } from '../summed.ts';
import { findAdopters, findAdoption, type Adoption } from './store.ts';

/** How many of the accounts that use anything use a feature. */
export function adoptionMetric(executor: Executor): Metric {
  return {
    name: 'feature_adoption',
    title: 'Feature adoption',
    area: 'usage',
    summary:
      'How many of the accounts that used anything in a month used a feature; of several ' +
      'features, the average of them.',
    formula: 'Accounts that used the feature / accounts that used anything',
    columns: [
      { name: 'value', title: 'Feature adoption', unit: 'share', adds: false },
      { name: 'adopters', title: 'Accounts that used it', unit: 'count', adds: true },
      { name: 'active', title: 'Accounts that used anything', unit: 'count', adds: false },
    ],
    opens: 'adopters',
    // The month of the sign-up; a cohort is of those who first paid in a month.
    dimensions: ['feature', 'plan', 'signed_up'],
    takesAttributes: true,
    granularities: ['month'],
    profileNotes: {},
    load: async (question) => groupsOf(question, await load(executor, question)),
    rows: {
      async load({ span, filters, column }) {
        const isActive = column === 'active';
        const found = await findAdopters(executor, { range: span, filters, isActive });
        return found.map(({ key, features }) => ({ key, value: exact(features) }));
      },
      describe: (_opened, keys) => describeAccounts(executor, keys.map(Number)),
    },
  };
}

function load(executor: Executor, { spans, filters, breakdown }: Question): Promise<Adoption[]> {
  const range = { from: spans[0]!.from, to: spans.at(-1)!.to };
  return findAdoption(executor, { range, filters, by: breakdown });
}

function groupsOf({ spans, breakdown }: Question, found: readonly Adoption[]): Group[] {
  const isByFeature = breakdown === 'feature';
  const features = new Set(found.map(({ feature }) => feature).filter((name) => name !== ''));
  const keys: (string | null)[] =
    breakdown === null
      ? [null]
      : isByFeature
        ? [...features]
        : [...new Set(found.map(({ key }) => key))];
  const byMonth = Map.groupBy(found, ({ month }) => month.slice(0, 7));
  return keys.map((key) => ({
    key,
    points: spans.map(({ from }) => {
      const inMonth = byMonth.get(from.slice(0, 7)) ?? [];
      const mine = isByFeature
        ? inMonth.filter(({ feature }) => feature === '' || feature === key)
        : inMonth.filter((each) => each.key === key);
      return { values: valuesOf(mine, isByFeature ? 1 : features.size) };
    }),
  }));
}

function valuesOf(found: readonly Adoption[], features: number): Values {
  const sum = (isActive: boolean): bigint =>
    found
      .filter(({ feature }) => (feature === '') === isActive)
      .reduce((total, { accounts }) => total + BigInt(accounts), 0n);
  const [adopters, active]: Fraction[] = [fraction(sum(false)), fraction(sum(true))];
  const possible = fraction(sum(true) * BigInt(features));
  return { value: ratio(adopters!, possible), adopters: adopters!, active: active! };
}
