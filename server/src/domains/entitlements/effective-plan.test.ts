import { describe, expect, test } from 'vitest';
import { DAY_MS } from '@whisperforge/kernel/period';
import type { AccessFacts, SubscriptionFact } from '../subscriptions/index.ts';
import {
  CATALOG,
  catalogOf,
  FREE,
  metered,
  MINUTES,
  NO_FACTS,
  PRO,
  UNLIMITED,
} from './catalog.fixture.ts';
import { earliestAfter, effectivePlanAt, nextPlanChange } from './effective-plan.ts';

const START = Date.UTC(2026, 2, 1);
const GRACE_DAYS = 7;

function subscribed(said: Partial<SubscriptionFact> = {}): AccessFacts {
  const subscription: SubscriptionFact = {
    id: 1,
    planId: PRO,
    status: 'active',
    startedMs: START,
    cancelAtMs: null,
    pastDueSinceMs: null,
    scheduled: null,
    ...said,
  };
  return { ...NO_FACTS, subscription };
}

function planAt(facts: AccessFacts, atMs: number): string {
  const context = { catalog: CATALOG, facts, graceDays: GRACE_DAYS };
  const { plan, source, restriction } = effectivePlanAt(context, atMs);
  const why = restriction === null ? '' : `, ${restriction.from.slug} but ${restriction.cause}`;
  return `${plan.slug} by ${source}${why}`;
}

describe('the plan in force', () => {
  test('is the default one for those who bought none', () => {
    expect(planAt(NO_FACTS, START)).toBe('free by default');
  });

  test.each([
    ['active', 'pro by subscription'],
    ['trialing', 'pro by subscription'],
    ['incomplete', 'free by default, pro but inactive'],
    ['incomplete_expired', 'free by default, pro but inactive'],
    ['unpaid', 'free by default, pro but inactive'],
    ['paused', 'free by default, pro but inactive'],
    ['canceled', 'free by default, pro but inactive'],
    ['a_word_of_tomorrow', 'free by default, pro but inactive'],
  ])('of a subscription that is %s is %s', (status, plan) => {
    expect(planAt(subscribed({ status }), START + DAY_MS)).toBe(plan);
  });

  test('lasts through the days of grace while payment is past due, and not a moment longer', () => {
    const facts = subscribed({ status: 'past_due', pastDueSinceMs: START + DAY_MS });
    const end = START + DAY_MS + GRACE_DAYS * DAY_MS;
    expect(planAt(facts, end - 1)).toBe('pro by subscription');
    expect(planAt(facts, end)).toBe('free by default, pro but past_due');
  });

  test('begins with the subscription and ends with its cancellation, whatever its status', () => {
    const facts = subscribed({ cancelAtMs: START + DAY_MS });
    expect(planAt(facts, START - 1)).toBe('free by default');
    expect(planAt(facts, START)).toBe('pro by subscription');
    expect(planAt(facts, START + DAY_MS - 1)).toBe('pro by subscription');
    expect(planAt(facts, START + DAY_MS)).toBe('free by default');
  });

  test('changes at the instant that a change is scheduled for', () => {
    const facts = subscribed({ scheduled: { planId: UNLIMITED, atMs: START + DAY_MS } });
    expect(planAt(facts, START + DAY_MS - 1)).toBe('pro by subscription');
    expect(planAt(facts, START + DAY_MS)).toBe('unlimited by subscription');
  });

  test('is what staff set, before everything else, until that expires', () => {
    const planChange = {
      id: 1,
      planId: UNLIMITED,
      startsMs: START + 1,
      expiresMs: START + DAY_MS,
    };
    const facts = { ...subscribed({ status: 'unpaid' }), planChanges: [planChange] };
    expect(planAt(facts, START)).toBe('free by default, pro but inactive');
    expect(planAt(facts, START + 1)).toBe('unlimited by override');
    expect(planAt(facts, START + DAY_MS)).toBe('free by default, pro but inactive');
  });

  test('is what staff set last, where that was to begin before an earlier change ends', () => {
    const [earlier, later] = [
      { id: 1, planId: UNLIMITED, startsMs: START, expiresMs: START + 2 },
      { id: 2, planId: PRO, startsMs: START + 1, expiresMs: START + 3 },
    ];
    const facts = { ...NO_FACTS, planChanges: [earlier, later] };
    const plans = [0, 1, 2, 3].map((after) => planAt(facts, START + after));
    expect(plans).toEqual([
      'unlimited by override',
      'pro by override',
      'pro by override',
      'free by default',
    ]);
  });

  test('of those who bought none is the version that was current then', () => {
    const catalog = catalogOf([
      { id: 5, slug: 'free', version: 2, terms: {}, publishedMs: START },
      { id: FREE, slug: 'free', terms: { [MINUTES]: metered(60) }, isCurrent: false },
      { id: PRO, slug: 'pro', terms: {} },
    ]);
    const context = { catalog, facts: NO_FACTS, graceDays: GRACE_DAYS };
    expect(effectivePlanAt(context, START - 1).plan.version).toBe(1);
    expect(effectivePlanAt(context, START).plan.version).toBe(2);
  });
});

test('the next change of plan is the first instant that may bring one', () => {
  const facts = {
    ...subscribed({
      status: 'past_due',
      pastDueSinceMs: START,
      cancelAtMs: START + 9 * DAY_MS,
      scheduled: { planId: FREE, atMs: START + 5 * DAY_MS },
    }),
    planChanges: [{ id: 1, planId: PRO, startsMs: START - 1, expiresMs: START + 3 * DAY_MS }],
  };
  const context = { catalog: CATALOG, facts, graceDays: GRACE_DAYS };
  const next: number[] = [];
  for (let atMs: number | null = START - 2; atMs !== null;) {
    atMs = nextPlanChange(context, atMs);
    if (atMs !== null) next.push((atMs - START) / DAY_MS);
  }
  expect(next).toEqual([-1 / DAY_MS, 0, 3, 5, 7, 9]);
});

test('the earliest instant after one is none where none is later', () => {
  expect(earliestAfter(10, [null, 10, 9, undefined])).toBeNull();
  expect(earliestAfter(10, [30, 11, null, 12])).toBe(11);
});
