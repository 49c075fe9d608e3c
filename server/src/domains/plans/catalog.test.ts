import { expect, test } from 'vitest';
import { defaultPlanAt, type Catalog, type PlanVersion } from './catalog.ts';

interface Sketch {
  readonly slug: string;
  readonly version: number;
  readonly publishedMs: number;
  readonly isDefault: boolean;
  readonly isCurrent: boolean;
}

function catalogOf(sketches: readonly Sketch[]): Catalog {
  const plans = sketches.map((sketch, index): PlanVersion => ({
    ...sketch,
    id: index + 1,
    name: sketch.slug,
    description: '',
    position: 1,
    terms: new Map(),
    prices: [],
    trialDays: 0,
    extraSeat: null,
  }));
  return {
    version: 1,
    features: new Map(),
    eventTypes: new Map(),
    plans: new Map(plans.map((plan) => [plan.id, plan])),
    current: plans.filter((plan) => plan.isCurrent),
    packs: [],
  };
}

/** Free is the default in two versions; then Basic takes over, and Free goes on as any other. */
const HANDED_OVER = catalogOf([
  { slug: 'free', version: 1, publishedMs: 100, isDefault: true, isCurrent: false },
  { slug: 'basic', version: 1, publishedMs: 100, isDefault: false, isCurrent: false },
  { slug: 'free', version: 2, publishedMs: 200, isDefault: true, isCurrent: false },
  { slug: 'free', version: 3, publishedMs: 300, isDefault: false, isCurrent: true },
  { slug: 'basic', version: 2, publishedMs: 300, isDefault: true, isCurrent: true },
]);

test.each([
  [0, 'free 1'],
  [100, 'free 1'],
  [199, 'free 1'],
  [200, 'free 2'],
  [299, 'free 2'],
  [300, 'basic 2'],
  [1_000, 'basic 2'],
])('the default at %i is the plan that was it then, whichever is today', (atMs, plan) => {
  const { slug, version } = defaultPlanAt(HANDED_OVER, atMs);
  expect(`${slug} ${version}`).toBe(plan);
});
