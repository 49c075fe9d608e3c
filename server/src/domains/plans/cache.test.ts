import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { units } from '@whisperforge/kernel/quantity';
import { useTestDatabase } from '../../../test/support/database.ts';
import { listen, openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import type { Executor } from '../../platform/database.ts';
import { createCatalogCache } from './cache.ts';
import { currentPlan, type Feature } from './catalog.ts';
import type { PlanDraft } from './content.ts';
import type { CommandContext } from './record.ts';
import { createPlans, defineFeature, draftVersion, publishVersions } from './service.ts';
import { findCatalogVersion } from './store-catalog.ts';

const created = useTestDatabase();
/** Two processes with connections of their own. */
let here: PostgresDatabase;
let elsewhere: PostgresDatabase;
let plans: ReturnType<typeof createPlans>;

const context: CommandContext = {
  actor: { kind: 'cli', id: 'operator' },
  nowMs: 1_000,
  reason: 'A new tier',
};

const feature = (key: string): Feature => ({
  key,
  kind: 'metered',
  name: key,
  description: '',
  unit: null,
  whenMissing: 'deny',
  onUnavailable: 'deny',
  commitEvent: null,
  position: 1,
});

const plan = (slug: string, limits: Readonly<Record<string, number>>): PlanDraft => ({
  slug,
  name: slug,
  description: '',
  isDefault: slug === 'free',
  position: 1,
  terms: new Map(
    Object.entries(limits).map(([key, limit]) => [
      key,
      { kind: 'metered', limit: units(limit), beyond: { policy: 'block' } },
    ]),
  ),
  prices: [],
  trialDays: 0,
  extraSeat: null,
});

async function sell(draft: PlanDraft): Promise<void> {
  await plans.draftVersion(draft, context);
  await plans.publishVersion(draft.slug, context);
}

/** The database, where something happens after each query, before its rows are seen. */
function interrupted(database: Executor, afterQuery: (count: number) => Promise<void>): Executor {
  let count = 0;
  const sql = database.sql.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      count += 1;
      await afterQuery(count);
      return result;
    },
  });
  return { sql, execute: (statement, values) => database.execute(statement, values) };
}

function counted(database: Executor): { executor: Executor; queries: () => number } {
  let queries = 0;
  const executor = interrupted(database, async (count) => {
    queries = count;
  });
  return { executor, queries: () => queries };
}

beforeAll(async () => {
  const options = { url: created.url, schema: 'billing' };
  here = openDatabase({ ...options, applicationName: 'here' });
  elsewhere = openDatabase({ ...options, applicationName: 'elsewhere' });
  plans = createPlans({ database: elsewhere });
  await plans.defineFeature(feature('minutes'), context);
  await sell(plan('free', { minutes: 60 }));
});

afterAll(async () => {
  await here.close();
  await elsewhere.close();
});

test('a feature and a tier that another process adds are there at the next decision', async () => {
  const cache = createCatalogCache({ database: here });
  const before = await cache.load();
  expect(before.features.has('dubbing')).toBe(false);

  await plans.defineFeature(feature('dubbing'), context);
  await sell(plan('studio', { minutes: 600, dubbing: 30 }));
  await sell(plan('free', { minutes: 60, dubbing: 1 }));

  // Nobody told this process; the version that its decision reads does.
  expect(cache.current()).toBe(before);
  const after = await cache.atLeast(await findCatalogVersion(here));
  expect(cache.current()).toBe(after);
  expect(after.features.get('dubbing')).toEqual(feature('dubbing'));
  expect(after.eventTypes.get('dubbing')?.counts).toEqual([
    { feature: 'dubbing', dimension: 'amount', factor: units(1) },
  ]);
  expect(currentPlan(after, 'studio')?.terms.get('dubbing')).toMatchObject({ limit: units(30) });
  expect(currentPlan(after, 'free')).toMatchObject({ version: 2 });
  expect(before.features.has('dubbing')).toBe(false);
});

describe('the cache', () => {
  test('is loaded before it is used', () => {
    expect(() => createCatalogCache({ database: here }).current()).toThrow(/loaded before/);
  });

  test('reads nothing while the version is the one it holds', async () => {
    const { executor, queries } = counted(here);
    const cache = createCatalogCache({ database: executor });
    const { version } = await cache.load();
    const after = queries();
    for (let decision = 0; decision < 10; decision += 1) await cache.atLeast(version);
    await cache.latest();
    expect(queries()).toBe(after);
  });

  test('reads once for all who wait for it', async () => {
    const { executor, queries } = counted(here);
    const cache = createCatalogCache({ database: executor });
    const version = await findCatalogVersion(here);
    await cache.atLeast(version);
    const once = queries();
    cache.invalidate();
    const waiting = Array.from({ length: 50 }, () => cache.atLeast(version));
    const catalogs = await Promise.all(waiting);
    expect(new Set(catalogs).size).toBe(1);
    expect(queries()).toBe(2 * once);
  });

  test('reads anew after it was told of a change, and only then', async () => {
    const cache = createCatalogCache({ database: here });
    const held = await cache.latest();
    await sell(plan('free', { minutes: 61 }));
    expect(await cache.latest()).toBe(held);
    cache.invalidate();
    const fresh = await cache.latest();
    expect(currentPlan(fresh, 'free')?.terms.get('minutes')).toMatchObject({ limit: units(61) });
    expect(await cache.latest()).toBe(fresh);
  });

  test('told of a change while it reads does not take that reading for the latest', async () => {
    const cache = createCatalogCache({ database: here });
    const reading = cache.load();
    cache.invalidate();
    const first = await reading;
    expect(await cache.latest()).not.toBe(first);
  });

  test('after a reading that failed reads again', async () => {
    const passing = openDatabase({
      url: created.url.replace(created.name, 'nowhere'),
      schema: 'billing',
      applicationName: 'test',
    });
    let database: Executor = passing;
    const cache = createCatalogCache({
      database: {
        get sql() {
          return database.sql;
        },
        execute: (statement, values) => database.execute(statement, values),
      },
    });
    await expect(cache.latest()).rejects.toMatchObject({ code: 'database_unavailable' });
    await passing.close();
    database = here;
    expect((await cache.latest()).current.length).toBeGreaterThan(0);
  });

  test('hears of a publication by another process', async () => {
    const cache = createCatalogCache({ database: here });
    await cache.load();
    let heard = Promise.withResolvers<void>();
    const listening = heard;
    const listener = listen(created.url, (what) => {
      if (what !== 'catalog' && what !== 'all') return;
      cache.invalidate();
      heard.resolve();
    });
    await listening.promise;
    heard = Promise.withResolvers<void>();
    await sell(plan('free', { minutes: 62 }));
    await heard.promise;
    const fresh = await cache.latest();
    expect(currentPlan(fresh, 'free')?.terms.get('minutes')).toMatchObject({ limit: units(62) });
    await listener.close();
  });
});

test.each([1, 2, 3, 4, 5])(
  'a catalogue is never torn: another publishes after query %i of a reading',
  async (interruption) => {
    const key = `added_${interruption}`;
    const executor = interrupted(here, async (count) => {
      if (count !== interruption) return;
      await elsewhere.transaction(async (tx) => {
        await defineFeature(tx, feature(key), context);
        await draftVersion(tx, plan('free', { [key]: interruption }), context);
        await publishVersions(tx, ['free'], context);
      });
    });
    const catalog = await createCatalogCache({ database: executor }).load();
    expect(catalog.version).toBe(await findCatalogVersion(here));
    expect(catalog.features.has(key)).toBe(true);
    expect(currentPlan(catalog, 'free')?.terms.get(key)).toMatchObject({
      limit: units(interruption),
    });
  },
);
