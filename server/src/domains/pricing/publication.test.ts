import { readFileSync } from 'node:fs';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { createPlans, currentPlan, loadCatalog, type CommandContext } from '../plans/index.ts';
import { parseCatalogFile } from './catalog-file.ts';
import type { WrittenCatalog } from './file-schema.ts';
import { createPricing } from './service.ts';

const shippedText = readFileSync(new URL('../../../data/catalog.json', import.meta.url), 'utf8');
const NOW = Date.UTC(2026, 2, 10, 12);
const context: CommandContext = {
  actor: { kind: 'cli', id: 'operator' },
  nowMs: NOW,
  reason: 'New tiers for the spring',
};
const later = (days: number): CommandContext => ({ ...context, nowMs: NOW + days * 86_400_000 });

/** The shipped catalogue, edited as staff would edit it. */
function edited(edit: (file: WrittenCatalog) => void = () => undefined) {
  const file = JSON.parse(shippedText) as WrittenCatalog;
  edit(file);
  return parseCatalogFile(file);
}

const opened: { database: PostgresDatabase; created: TestDatabase }[] = [];
let database: PostgresDatabase;
let pricing: ReturnType<typeof createPricing>;

beforeEach(async () => {
  const created = await createTestDatabase();
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  opened.push({ database, created });
  pricing = createPricing({ database });
});

afterAll(async () => {
  for (const { database: open, created } of opened) {
    await open.close();
    await created.drop();
  }
});

const count = async (table: 'audit_entries' | 'outbox_events' | 'pricing_rules') => {
  const select = database.sql.selectFrom(table).select((of) => of.fn.countAll<number>().as('n'));
  return (await select.executeTakeFirstOrThrow()).n;
};

describe('the first start', () => {
  test('sells what the file says, with yearly prices made by the rule', async () => {
    expect(await pricing.seedCatalogIfEmpty(edited(), context)).toBe(true);
    const catalog = await loadCatalog(database);
    const prices = catalog.current.map((plan) => [
      plan.slug,
      plan.version,
      ...plan.prices.map((price) => `${price.billingCycle} ${price.amountMinor}`),
    ]);
    expect(prices).toEqual([
      ['free', 1, 'monthly 0'],
      ['pro', 1, 'monthly 1900', 'yearly 18240'],
      ['business', 1, 'monthly 4900', 'yearly 47040'],
      ['enterprise', 1],
    ]);
    expect(catalog.features.size).toBe(18);
    expect([...catalog.eventTypes.keys()].toSorted()).toEqual([
      'ai_call',
      'ai_tokens',
      'api_call',
      'api_calls',
      'audio_minutes',
      'audio_processed',
      'content_generated',
    ]);
  });

  test('happens once: a second start keeps what staff changed', async () => {
    await pricing.seedCatalogIfEmpty(edited(), context);
    const dearer = edited((file) => {
      file.plans[1]!.monthly_prices = { usd: '21.00' };
    });
    await pricing.publishCatalog(dearer, later(1));
    const before = await loadCatalog(database);
    expect(await pricing.seedCatalogIfEmpty(edited(), later(2))).toBe(false);
    expect(await loadCatalog(database)).toEqual(before);
  });

  test('of several servers at once leaves one catalogue', async () => {
    const starts = Array.from({ length: 8 }, () => pricing.seedCatalogIfEmpty(edited(), context));
    const seeded = await Promise.all(starts);
    expect(seeded.filter((did) => did)).toHaveLength(1);
    expect((await loadCatalog(database)).plans.size).toBe(4);
  });
});

describe('publishing a file', () => {
  test('again changes nothing and leaves no trace', async () => {
    await pricing.publishCatalog(edited(), context);
    const before = await loadCatalog(database);
    const traces = [await count('audit_entries'), await count('outbox_events')];
    const decision = await pricing.publishCatalog(edited(), later(1));
    expect(decision.changes).toEqual([]);
    expect(await loadCatalog(database)).toEqual(before);
    expect([await count('audit_entries'), await count('outbox_events')]).toEqual(traces);
  });

  test('makes a version of each plan that differs and of no other', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ plans }) => {
      plans[1]!.features['audio_minutes'] = { limit: 400 };
    });
    await pricing.publishCatalog(file, later(1));
    const { current } = await loadCatalog(database);
    const versions = current.map((plan) => [plan.slug, plan.version]);
    expect(versions).toEqual([
      ['free', 1],
      ['pro', 2],
      ['business', 1],
      ['enterprise', 1],
    ]);
  });

  test('with a dearer month makes a version, and the old one keeps its prices', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ plans }) => {
      plans[1]!.monthly_prices = { usd: '21.00', eur: '20.00' };
    });
    await pricing.publishCatalog(file, later(1));
    const catalog = await loadCatalog(database);
    const sold = [...catalog.plans.values()]
      .filter((plan) => plan.slug === 'pro')
      .map((plan) =>
        plan.prices.map((price) => `${price.billingCycle} ${price.currency} ${price.amountMinor}`),
      );
    expect(sold).toEqual([
      ['monthly usd 1900', 'yearly usd 18240'],
      ['monthly eur 2000', 'monthly usd 2100', 'yearly eur 19200', 'yearly usd 20160'],
    ]);
  });

  test('with another rule supersedes it and makes all yearly prices anew', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ pricing_rules: rules }) => {
      rules[0]!.effect = { percent_off_basis_points: 1_000 };
    });
    await pricing.publishCatalog(file, later(1));
    const { current } = await loadCatalog(database);
    expect(current.map((plan) => [plan.slug, plan.version])).toEqual([
      ['free', 1],
      ['pro', 2],
      ['business', 2],
      ['enterprise', 1],
    ]);
    const pro = current.find((plan) => plan.slug === 'pro');
    expect(pro?.prices.map((price) => price.amountMinor)).toEqual([1_900, 20_520]);
    expect(await count('pricing_rules')).toBe(2);
  });

  test('with a tier in between moves the others without another version of them', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ plans }) => {
      const starter = { ...plans[1]!, slug: 'starter', name: 'Starter' };
      plans.splice(1, 0, { ...starter, monthly_prices: { usd: '9.00' } });
    });
    await pricing.publishCatalog(file, later(1));
    const { current } = await loadCatalog(database);
    expect(current.map((plan) => `${plan.slug} ${plan.version}`)).toEqual([
      'free 1',
      'starter 1',
      'pro 1',
      'business 1',
      'enterprise 1',
    ]);
  });

  test('can hand the default from one plan to another, but never leave none or two', async () => {
    await pricing.publishCatalog(edited(), context);
    const handed = edited(({ plans }) => {
      plans[0]!.default = false;
      plans[1]!.default = true;
    });
    await pricing.publishCatalog(handed, later(1));
    const { current } = await loadCatalog(database);
    expect(current.filter((plan) => plan.isDefault).map((plan) => plan.slug)).toEqual(['pro']);
    const none = edited(({ plans }) => {
      plans[0]!.default = false;
    });
    await expect(pricing.publishCatalog(none, later(2))).rejects.toThrow(/must be the default/);
    const second = edited(({ plans }) => void plans.splice(1));
    await expect(pricing.publishCatalog(second, later(2))).rejects.toThrow(/free and pro/);
  });

  test('takes nothing away: what it does not mention stays and is named', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ plans, features, event_types: events, pricing_rules: rules }) => {
      plans.splice(3);
      rules.splice(0);
      events.splice(2, 1);
      const sla = features.findIndex((feature) => feature.key === 'sla');
      features.splice(sla, 1);
      for (const plan of plans) delete plan.features['sla'];
    });
    const decision = await pricing.publishCatalog(file, later(1));
    expect(decision.unmentioned).toEqual([
      { kind: 'feature', key: 'sla' },
      { kind: 'event_type', key: 'api_call' },
      { kind: 'pricing_rule', key: 'annual' },
      { kind: 'plan', key: 'enterprise' },
    ]);
    const catalog = await loadCatalog(database);
    expect(currentPlan(catalog, 'enterprise')?.version).toBe(1);
    expect(catalog.eventTypes.has('api_call')).toBe(true);
    expect(currentPlan(catalog, 'pro')?.prices).toHaveLength(2);
  });

  test('that cannot be brought together with what stands changes nothing', async () => {
    await pricing.publishCatalog(edited(), context);
    const before = await loadCatalog(database);
    const file = edited(({ plans, features }) => {
      plans[1]!.name = 'Professional';
      const minutes = features.find((feature) => feature.key === 'kb_files')!;
      minutes.kind = 'metered';
      for (const plan of plans) plan.features['kb_files'] = { limit: 3 };
    });
    await expect(pricing.publishCatalog(file, later(1))).rejects.toThrow(/cannot become metered/);
    await expect(pricing.previewCatalog(file, NOW)).rejects.toThrow(/cannot become metered/);
    expect(await loadCatalog(database)).toEqual(before);
  });

  test('by many at once makes one version of a change', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ plans }) => {
      plans[2]!.features['team_seats'] = { limit: 7 };
    });
    const decisions = await Promise.all(
      Array.from({ length: 10 }, () => pricing.publishCatalog(file, later(1))),
    );
    expect(decisions.filter((decision) => decision.changes.length > 0)).toHaveLength(1);
    expect(currentPlan(await loadCatalog(database), 'business')?.version).toBe(2);
  });

  test('puts a plan that was withdrawn back on sale as a further version', async () => {
    await pricing.publishCatalog(edited(), context);
    await createPlans({ database }).withdrawPlan('enterprise', later(1));
    expect(currentPlan(await loadCatalog(database), 'enterprise')).toBeUndefined();
    await pricing.publishCatalog(edited(), later(2));
    expect(currentPlan(await loadCatalog(database), 'enterprise')?.version).toBe(2);
  });

  test('is on record with who, why and what differs, and told to others', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = edited(({ plans }) => {
      plans[1]!.features['audio_minutes'] = { limit: 400 };
    });
    await pricing.publishCatalog(file, later(1));
    const entry = await database.sql
      .selectFrom('audit_entries')
      .select(['actor_kind', 'actor_id', 'reason', 'subject_kind', 'subject_id', 'before', 'after'])
      .where('action', '=', 'plan.published')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    const difference = { place: 'features/audio_minutes', before: '300', after: '400' };
    expect(entry).toEqual({
      actor_kind: 'cli',
      actor_id: 'operator',
      reason: 'New tiers for the spring',
      subject_kind: 'plan',
      subject_id: 'pro',
      before: { version: 1 },
      after: { version: 2, differences: [difference] },
    });
    const event = await database.sql
      .selectFrom('outbox_events')
      .select(['payload', 'recorded_at'])
      .where('topic', '=', 'plan.published')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    expect(event.payload).toMatchObject({ subject: 'pro', after: { version: 2 } });
    expect(event.recorded_at).toBe(later(1).nowMs);
  });
});

describe('an exported catalogue', () => {
  test('published again changes nothing', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = JSON.parse(JSON.stringify(await pricing.exportCatalog())) as unknown;
    const decision = await pricing.previewCatalog(parseCatalogFile(file), later(1).nowMs);
    expect(decision).toEqual({ changes: [], unmentioned: [] });
  });

  test('published again changes nothing where plans have gone in between', async () => {
    await pricing.publishCatalog(edited(), context);
    await createPlans({ database }).withdrawPlan('pro', context);
    const { current } = await loadCatalog(database);
    expect(current.map((plan) => plan.position)).toEqual([1, 3, 4]);
    const file = parseCatalogFile(await pricing.exportCatalog());
    expect((await pricing.previewCatalog(file, NOW)).changes).toEqual([]);
  });

  test('makes the same catalogue of another database', async () => {
    await pricing.publishCatalog(edited(), context);
    const file = parseCatalogFile(await pricing.exportCatalog());
    const created = await createTestDatabase();
    const other = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
    opened.push({ database: other, created });
    await createPricing({ database: other }).seedCatalogIfEmpty(file, context);
    const exported = await createPricing({ database: other }).exportCatalog();
    expect(exported).toEqual(await pricing.exportCatalog());
  });
});

test('a preview says what publishing then does', async () => {
  await pricing.publishCatalog(edited(), context);
  const file = edited(({ plans, event_types: events }) => {
    plans[1]!.name = 'Professional';
    events.push({ key: 'retry', name: 'Retry', counts: [] });
  });
  const preview = await pricing.previewCatalog(file, later(1).nowMs);
  expect(preview.changes.map((change) => change.kind)).toEqual(['event_type', 'plan']);
  expect(await pricing.publishCatalog(file, later(1))).toEqual(preview);
});

test('a rule that is in force or was is never rewritten', async () => {
  await pricing.publishCatalog(edited(), context);
  const effect = JSON.stringify({ percent_off_basis_points: 1 });
  const rewrite = database.sql.updateTable('pricing_rules').set({ effect }).execute();
  await expect(rewrite).rejects.toMatchObject({ sqlState: '23000' });
  const remove = database.sql.deleteFrom('pricing_rules').execute();
  await expect(remove).rejects.toMatchObject({ sqlState: '23000' });
});
