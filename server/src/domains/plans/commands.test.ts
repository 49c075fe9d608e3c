import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { units, type Quantity } from '@whisperforge/kernel/quantity';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import {
  currentPlan,
  termsOf,
  type EventType,
  type Feature,
  type FeatureTerms,
} from './catalog.ts';
import type { PlanDraft } from './content.ts';
import { MOST_FACTOR } from './definitions.ts';
import type { CommandContext } from './record.ts';
import { createPlans } from './service.ts';
import { findCatalogVersion, loadCatalog } from './store-catalog.ts';

const created = useTestDatabase();
let database: PostgresDatabase;
let plans: ReturnType<typeof createPlans>;

const at = (nowMs: number): CommandContext => ({
  actor: { kind: 'staff', id: '7' },
  nowMs,
  reason: 'As agreed in spring',
});

const metered = (key: string, more: Partial<Feature> = {}): Feature => ({
  key,
  kind: 'metered',
  name: key,
  description: '',
  unit: 'minute',
  whenMissing: 'deny',
  onUnavailable: 'deny',
  commitEvent: null,
  position: 1,
  ...more,
});

const draft = (slug: string, more: Partial<PlanDraft> = {}): PlanDraft => ({
  slug,
  name: slug,
  description: '',
  isDefault: false,
  position: 2,
  terms: new Map(),
  prices: [],
  trialDays: 0,
  extraSeat: null,
  ...more,
});

const limited = (limit: number) =>
  ({ kind: 'metered', limit: units(limit), beyond: { policy: 'block' } }) as const;

async function sell(plan: PlanDraft, nowMs: number) {
  await plans.draftVersion(plan, at(nowMs));
  return plans.publishVersion(plan.slug, at(nowMs));
}

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  plans = createPlans({ database });
  await plans.defineFeature(metered('minutes'), at(1_000));
  await sell(draft('free', { isDefault: true, terms: new Map([['minutes', limited(60)]]) }), 1_000);
});

afterAll(() => database.close());

describe('features and event types', () => {
  test('a feature keeps its kind; everything else about it may change', async () => {
    await plans.defineFeature(metered('calls'), at(2_000));
    const level = metered('calls', { kind: 'level' });
    await expect(plans.defineFeature(level, at(2_001))).rejects.toMatchObject({
      code: 'feature_kind_fixed',
    });
    const renamed = metered('calls', { name: 'Calls', whenMissing: 'latest_version' });
    expect(await plans.defineFeature(renamed, at(2_002))).toBe(true);
    expect((await loadCatalog(database)).features.get('calls')).toEqual(renamed);
    expect(await plans.defineFeature(renamed, at(2_003))).toBe(false);
  });

  test('neither a feature nor its kind can be taken away in the database itself', async () => {
    await plans.defineFeature(metered('kept'), at(2_100));
    const feature = database.sql.updateTable('features').where('key', '=', 'kept');
    const change = feature.set({ kind: 'level' }).execute();
    await expect(change).rejects.toMatchObject({ sqlState: '23000' });
    const removal = database.sql.deleteFrom('features').where('key', '=', 'kept').execute();
    await expect(removal).rejects.toMatchObject({ sqlState: '23000' });
  });

  test('a metered feature is counted by an event of its name until one is declared', async () => {
    await plans.defineFeature(metered('pages', { name: 'Pages' }), at(3_000));
    const implicit = { feature: 'pages', dimension: 'amount', factor: units(1) } as const;
    expect((await loadCatalog(database)).eventTypes.get('pages')).toEqual({
      key: 'pages',
      name: 'Pages',
      counts: [implicit],
    });
    const declared = {
      key: 'pages',
      name: 'Pages printed',
      counts: [{ feature: 'pages', dimension: 'count', factor: units(2) }],
    } as const;
    expect(await plans.defineEventType(declared, at(3_001))).toBe(true);
    expect(await plans.defineEventType(declared, at(3_002))).toBe(false);
    expect((await loadCatalog(database)).eventTypes.get('pages')).toEqual(declared);
  });

  test('an event adds no more than balances can hold', async () => {
    const counted = (factor: Quantity): EventType => ({
      key: 'printed',
      name: 'Printed',
      counts: [{ feature: 'pages', dimension: 'tokens_in', factor }],
    });
    const refusal = plans.defineEventType(counted(MOST_FACTOR + 1n), at(3_050));
    await expect(refusal).rejects.toMatchObject({
      code: 'catalog_invalid',
      details: { fields: [{ field: '/counts/0/factor', message: 'must be at most 1000000' }] },
    });
    await plans.defineEventType(counted(MOST_FACTOR), at(3_060));
    expect((await loadCatalog(database)).eventTypes.get('printed')).toEqual(counted(MOST_FACTOR));
  });

  test('an event counts only metered features, and a commit event counts its feature', async () => {
    const unknown = { feature: 'unheard', dimension: 'amount', factor: units(1) } as const;
    const event = { key: 'heard', name: 'Heard', counts: [unknown] };
    await expect(plans.defineEventType(event, at(3_100))).rejects.toMatchObject({
      code: 'catalog_invalid',
      details: { fields: [{ field: '/counts/0/feature' }] },
    });
    const feature = metered('sheets', { commitEvent: 'pages' });
    await expect(plans.defineFeature(feature, at(3_101))).rejects.toMatchObject({
      details: { fields: [{ field: '/commit_event' }] },
    });
    await plans.defineFeature(metered('sheets', { commitEvent: 'sheets' }), at(3_102));
    const elsewhere = {
      key: 'sheets',
      name: 'Sheets',
      counts: [{ feature: 'pages', dimension: 'amount', factor: units(1) }],
    } as const;
    await expect(plans.defineEventType(elsewhere, at(3_103))).rejects.toMatchObject({
      details: { fields: [{ field: '/commit_event' }] },
    });
  });
});

describe('versions', () => {
  test('count up from 1 for each plan, and the earlier ones stay what they were', async () => {
    for (const limit of [1, 2, 3]) {
      const terms = new Map([['minutes', limited(limit)]]);
      const publication = await sell(draft('counted', { terms }), 4_000 + limit);
      expect(publication).toEqual({ slug: 'counted', version: limit, published: true });
    }
    const catalog = await loadCatalog(database);
    const versions = [...catalog.plans.values()].filter((plan) => plan.slug === 'counted');
    const sold = versions.map((plan) => [
      plan.version,
      plan.isCurrent,
      plan.publishedMs,
      plan.terms.get('minutes'),
    ]);
    expect(sold).toEqual([
      [1, false, 4_001, limited(1)],
      [2, false, 4_002, limited(2)],
      [3, true, 4_003, limited(3)],
    ]);
  });

  test('without a change are not published again', async () => {
    const plan = draft('steady', {
      terms: new Map([['minutes', limited(5)]]),
      prices: [{ billingCycle: 'monthly', currency: 'usd', amountMinor: 500 }],
    });
    await sell(plan, 5_000);
    const version = await findCatalogVersion(database);
    expect(await sell(plan, 5_001)).toEqual({ slug: 'steady', version: 1, published: false });
    expect(await findCatalogVersion(database)).toBe(version);
    await expect(plans.publishVersion('steady', at(5_002))).rejects.toMatchObject({
      code: 'draft_missing',
    });
  });

  test('published at the same time all count, one after the other', async () => {
    const slugs = Array.from({ length: 6 }, (_, index) => `parallel-${index}`);
    for (const slug of slugs) await plans.draftVersion(draft(slug), at(6_000));
    await Promise.all(slugs.map((slug) => plans.publishVersion(slug, at(6_001))));
    const { current } = await loadCatalog(database);
    const sold = current.filter((plan) => slugs.includes(plan.slug));
    expect(sold.map((plan) => plan.version)).toEqual(slugs.map(() => 1));
    const again = await Promise.allSettled(
      slugs.map(() => sell(draft('contested', { name: 'Contested' }), 6_002)),
    );
    // Whoever came second found nothing to change, or the draft published by another.
    const made = again.filter((result) => result.status === 'fulfilled' && result.value.published);
    expect(made).toHaveLength(1);
    const contested = currentPlan(await loadCatalog(database), 'contested');
    expect(contested?.version).toBe(1);
  });

  test('say of every feature whether they grant it; younger ones follow when_missing', async () => {
    await sell(draft('early'), 7_000);
    await plans.defineFeature(metered('follows', { whenMissing: 'latest_version' }), at(7_001));
    await plans.defineFeature(metered('denied'), at(7_001));
    const first = currentPlan(await loadCatalog(database), 'early')!;
    const terms = new Map([
      ['follows', limited(7)],
      ['denied', limited(7)],
      ['minutes', limited(7)],
    ]);
    await sell(draft('early', { terms }), 7_002);
    const catalog = await loadCatalog(database);
    const old = catalog.plans.get(first.id)!;
    // It knew minutes and did not grant them; the two younger features it did not know.
    expect(old.terms.get('minutes')).toBeNull();
    expect(old.terms.has('follows')).toBe(false);
    expect(termsOf(catalog, old, 'minutes')).toBeUndefined();
    expect(termsOf(catalog, old, 'follows')).toEqual(limited(7));
    expect(termsOf(catalog, old, 'denied')).toBeUndefined();
    const latest = currentPlan(catalog, 'early')!;
    expect([...catalog.features.keys()].filter((key) => !latest.terms.has(key))).toEqual([]);
  });

  test('of a feature that nobody mentioned are no change', async () => {
    await sell(draft('quiet'), 7_100);
    await plans.defineFeature(metered('unmentioned'), at(7_101));
    expect(await sell(draft('quiet'), 7_102)).toMatchObject({ version: 1, published: false });
  });
});

describe('drafts', () => {
  test('are seen by nobody, and the last one counts', async () => {
    const version = await findCatalogVersion(database);
    const price = { billingCycle: 'monthly', currency: 'usd', amountMinor: 100 } as const;
    await plans.draftVersion(draft('hidden', { prices: [price] }), at(8_000));
    await plans.draftVersion(draft('hidden', { name: 'Seen' }), at(8_001));
    expect(await findCatalogVersion(database)).toBe(version);
    const before = await loadCatalog(database);
    expect([...before.plans.values()].some((plan) => plan.slug === 'hidden')).toBe(false);
    await plans.publishVersion('hidden', at(8_002));
    const hidden = currentPlan(await loadCatalog(database), 'hidden');
    expect(hidden).toMatchObject({ name: 'Seen', version: 1, prices: [] });
  });

  test('with unknown features, terms of another kind or an odd slug are refused', async () => {
    const terms = new Map<string, FeatureTerms>([
      ['unheard', limited(1)],
      ['minutes', { kind: 'boolean' }],
    ]);
    const refused = plans.draftVersion(draft('Odd Slug', { terms }), at(8_100));
    await expect(refused).rejects.toMatchObject({
      code: 'catalog_invalid',
      details: {
        fields: [
          { field: '/slug' },
          { field: '/features/unheard' },
          { field: '/features/minutes' },
        ],
      },
    });
  });
});

describe('withdrawal', () => {
  test('ends the sale and changes nothing for those who hold the plan', async () => {
    await sell(draft('leaving'), 9_000);
    const held = currentPlan(await loadCatalog(database), 'leaving')!;
    await plans.withdrawPlan('leaving', at(9_001));
    const catalog = await loadCatalog(database);
    expect(currentPlan(catalog, 'leaving')).toBeUndefined();
    expect(catalog.plans.get(held.id)).toEqual({ ...held, isCurrent: false });
    await expect(plans.withdrawPlan('leaving', at(9_002))).rejects.toMatchObject({
      code: 'plan_unknown',
    });
  });

  test('is refused for the plan of those who bought none', async () => {
    await expect(plans.withdrawPlan('free', at(9_100))).rejects.toMatchObject({
      code: 'default_plan_required',
    });
  });

  test('and a second default too, and giving the only one away', async () => {
    const second = sell(draft('second', { isDefault: true }), 9_200);
    await expect(second).rejects.toMatchObject({ code: 'default_plan_required' });
    const none = sell(draft('free', { isDefault: false }), 9_201);
    await expect(none).rejects.toMatchObject({ code: 'default_plan_required' });
  });
});

test('each command is on record with who and why, and told in the same transaction', async () => {
  await sell(draft('recorded'), 10_000);
  await plans.withdrawPlan('recorded', at(10_001));
  const entries = await database.sql
    .selectFrom('audit_entries')
    .select(['action', 'actor_kind', 'actor_id', 'reason', 'recorded_at'])
    .where('subject_id', '=', 'recorded')
    .orderBy('id')
    .execute();
  const by = { actor_kind: 'staff', actor_id: '7', reason: 'As agreed in spring' };
  expect(entries).toEqual([
    { action: 'plan.drafted', ...by, recorded_at: 10_000 },
    { action: 'plan.published', ...by, recorded_at: 10_000 },
    { action: 'plan.withdrawn', ...by, recorded_at: 10_001 },
  ]);
  const events = await database.sql
    .selectFrom('outbox_events')
    .select('topic')
    .where('recorded_at', '>=', '1970-01-01T00:00:10Z' as never)
    .orderBy('id')
    .execute();
  expect(events.map((event) => event.topic)).toEqual(entries.map((entry) => entry.action));
});

test('a command that fails leaves neither a version nor a record', async () => {
  const count = async (): Promise<unknown[]> => [
    await database.sql.selectFrom('audit_entries').select('id').execute(),
    await database.sql.selectFrom('outbox_events').select('id').execute(),
    await database.sql.selectFrom('subscription_plans').select('id').execute(),
  ];
  await plans.draftVersion(draft('failing', { isDefault: true }), at(11_000));
  const before = await count();
  await expect(plans.publishVersion('failing', at(11_001))).rejects.toThrow(/only one plan/i);
  expect(await count()).toEqual(before);
});
