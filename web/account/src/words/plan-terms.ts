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
  readonly isLess: boolean;
}

/** What is another on the second plan, in the order of the catalogue. */
export function differences(from: Plan, to: Plan): Difference[] {
  const after = new Map(to.features.map((feature) => [feature.feature, feature]));
  return from.features.flatMap((before) => {
    const then = after.get(before.feature) ?? { ...before, granted: false };
    const [was, becomes] = [showTerms(before), showTerms(then)];
    if (was === becomes) return [];
    const { feature, name } = before;
    return [{ feature, name, before: was, after: becomes, isLess: isLess(before, then) }];
  });
}

/** Values that are only words cannot be compared; they may be less, so they are shown as such. */
function isLess(before: PlanFeature, after: PlanFeature): boolean {
  if (!before.granted || !after.granted) return before.granted;
  if (before.kind === 'value') {
    if (after.values?.includes('*') === true) return false;
    return before.values?.some((value) => after.values?.includes(value) !== true) ?? true;
  }
  return (after.limit ?? Infinity) < (before.limit ?? Infinity);
}
