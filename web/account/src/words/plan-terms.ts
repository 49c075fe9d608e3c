// pure
import type { Plan, PlanFeature } from '../api/contract.ts';
import { showQuantity } from './quantities.ts';

/** What a plan says about one feature, in words: `300 a month`, `all`, `included`. */
export function showTerms(feature: PlanFeature): string {
  if (!feature.granted) return 'not included';
  switch (feature.kind) {
    case 'boolean':
      return 'included';
    case 'metered':
      return showLimit(feature, ' a month');
    case 'level':
      return showLimit(feature, '');
    case 'value':
      return showValues(feature);
  }
}

function showLimit({ limit, unit, name }: PlanFeature, each: string): string {
  if (limit === undefined || limit === null) return 'no limit';
  // "Audio minutes: 300 a month" needs no second "minutes".
  const isSaid = unit !== null && name.toLowerCase().includes(unit.toLowerCase());
  return showQuantity(limit, isSaid ? null : unit) + each;
}

function showValues({ value, values }: PlanFeature): string {
  if (value !== undefined) return value;
  if (values === undefined) return 'included';
  return values.includes('*') ? 'all' : values.join(', ');
}

/** The features in which plans differ; what all have alike says nothing about any of them. */
export function distinguishing(plans: readonly Plan[]): ReadonlySet<string> {
  const said = new Map<string, Set<string>>();
  for (const plan of plans) {
    for (const feature of plan.features) {
      const terms = said.get(feature.feature) ?? new Set();
      said.set(feature.feature, terms.add(showTerms(feature)));
    }
  }
  return new Set([...said].flatMap(([feature, terms]) => (terms.size > 1 ? [feature] : [])));
}

export interface Difference {
  readonly feature: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** `other` for words, of which nobody knows which is more: support by `email` or `priority`. */
  readonly direction: 'less' | 'more' | 'other';
}

/** What is another on the second plan, in the order of the catalogue. */
export function differences(from: Plan, to: Plan): Difference[] {
  const after = new Map(to.features.map((feature) => [feature.feature, feature]));
  return from.features.flatMap((before) => {
    const then = after.get(before.feature) ?? { ...before, granted: false };
    const [was, becomes] = [showTerms(before), showTerms(then)];
    if (was === becomes) return [];
    const { feature, name } = before;
    return [{ feature, name, before: was, after: becomes, direction: directionOf(before, then) }];
  });
}

function directionOf(before: PlanFeature, after: PlanFeature): Difference['direction'] {
  if (!before.granted || !after.granted) return before.granted ? 'less' : 'more';
  if (before.kind !== 'value') {
    return (after.limit ?? Infinity) < (before.limit ?? Infinity) ? 'less' : 'more';
  }
  if (before.values === undefined || after.values === undefined) return 'other';
  if (after.values.includes('*')) return 'more';
  return before.values.every((value) => after.values?.includes(value)) ? 'more' : 'less';
}
