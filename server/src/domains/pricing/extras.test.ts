import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { units } from '@whisperforge/kernel/quantity';
import {
  createPlans,
  currentPlan,
  loadCatalog,
  noteStripePrice,
  soldPrices,
  type CommandContext,
} from '../plans/index.ts';
import { parseCatalogFile } from './catalog-file.ts';
import type { WrittenCatalog } from './file-schema.ts';
import { createPricing } from './service.ts';

/** What is published beside plans and their prices: packs, extra seats, trials, promotions. */

const shippedText = readFileSync(new URL('../../../data/catalog.json', import.meta.url), 'utf8');
const NOW = Date.UTC(2026, 2, 10, 12);
const at = (days: number): CommandContext => ({
  actor: { kind: 'cli', id: 'operator' },
  nowMs: NOW + days * 86_400_000,
  reason: 'New prices for the spring',
});

function edited(edit: (file: WrittenCatalog) => void = () => undefined) {
  const file = JSON.parse(shippedText) as WrittenCatalog;
  edit(file);
  return parseCatalogFile(file);
}

const created = useTestDatabase();
let database: PostgresDatabase;
let pricing: ReturnType<typeof createPricing>;

beforeAll(async () => {
  database = openDatabase({ url: created.url, schema: 'billing', applicationName: 'test' });
  pricing = createPricing({ database });
  await pricing.publishCatalog(edited(), at(0));
});
afterAll(() => database.close());

const publish = (days: number, edit: (file: WrittenCatalog) => void) =>
  pricing.publishCatalog(edited(edit), at(days));

describe('the shipped catalogue', () => {
  test('sells a seat of Business for $9 a month, a fifth less by the year', async () => {
    const business = currentPlan(await loadCatalog(database), 'business');
    expect(business?.extraSeat).toMatchObject({
      feature: 'team_seats',
      prices: [
        { billingCycle: 'monthly', currency: 'usd', amountMinor: 900 },
        { billingCycle: 'yearly', currency: 'usd', amountMinor: 8_640 },
      ],
    });
    expect(currentPlan(await loadCatalog(database), 'pro')?.extraSeat).toBeNull();
  });

  test('sells 100 minutes for $5, good for a year', async () => {
    const { packs } = await loadCatalog(database);
    expect(packs).toMatchObject([
      {
        key: 'minutes_100',
        version: 1,
        feature: 'audio_minutes',
        amount: units(100),
        validDays: 365,
        prices: [{ currency: 'usd', amountMinor: 500 }],
      },
    ]);
  });

  test('has a name at Stripe for every price that is more than nothing', async () => {
    const catalog = await loadCatalog(database);
    const sold = soldPrices(catalog, catalog.current);
    expect(sold.map(({ lookupKey, amountMinor }) => `${lookupKey} ${amountMinor}`)).toEqual([
      'pro:1:monthly:usd 1900',
      'pro:1:yearly:usd 18240',
      'business:1:monthly:usd 4900',
      'business:1:yearly:usd 47040',
      'business:1:monthly:usd:seat 900',
      'business:1:yearly:usd:seat 8640',
      'pack:minutes_100:1:once:usd 500',
    ]);
    for (const [index, price] of sold.entries()) {
      await noteStripePrice(database, price, `price_${index}`);
    }
    const tables = ['plan_prices', 'plan_seat_prices', 'pack_prices'] as const;
    const noted = await Promise.all(
      tables.map((table) =>
        database.sql
          .selectFrom(table)
          .select('stripe_price_id')
          .where('stripe_price_id', 'is not', null)
          .execute(),
      ),
    );
    expect(noted.map((rows) => rows.length)).toEqual([4, 2, 1]);
  });
});

test('another price of a seat makes a version, and the old one keeps its own', async () => {
  const { changes } = await publish(1, ({ plans }) => {
    plans[2]!.extra_seat!.monthly_prices = { usd: '10.00' };
    plans[1]!.trial_days = 14;
  });
  expect(changes).toMatchObject([
    {
      kind: 'plan',
      version: 2,
      differences: [{ place: 'trial_days', before: null, after: '14' }],
    },
    {
      kind: 'plan',
      version: 2,
      differences: [
        { place: 'extra_seat/monthly/usd', before: '9.00', after: '10.00' },
        { place: 'extra_seat/yearly/usd', before: '86.40', after: '96.00' },
      ],
    },
  ]);
  const { plans } = await loadCatalog(database);
  const versions = [...plans.values()].filter((plan) => plan.slug === 'business');
  expect(versions.map((plan) => plan.extraSeat?.prices[0]?.amountMinor)).toEqual([900, 1_000]);
  const rewrite = database.sql.updateTable('plan_seat_prices').set({ amount_minor: 1 }).execute();
  await expect(rewrite).rejects.toMatchObject({ sqlState: '23000' });
});

test('another pack takes the place of the former, which never changes', async () => {
  const before = (await loadCatalog(database)).version;
  await publish(2, ({ packs }) => {
    packs![0]!.prices = { usd: '6.00' };
  });
  const catalog = await loadCatalog(database);
  expect(catalog.packs).toMatchObject([{ key: 'minutes_100', version: 2, prices: [{}] }]);
  expect(catalog.version).toBeGreaterThan(before);
  const permanent = { sqlState: '23000' };
  const ended = database.sql.updateTable('packs').where('version', '=', 1);
  await expect(ended.set({ ended_at: null }).execute()).rejects.toMatchObject(permanent);
  const rename = database.sql.updateTable('packs').set({ name: 'Other' }).execute();
  await expect(rename).rejects.toMatchObject(permanent);
  const cheaper = database.sql.updateTable('pack_prices').set({ amount_minor: 1 }).execute();
  await expect(cheaper).rejects.toMatchObject(permanent);
  const further = database.sql
    .insertInto('pack_prices')
    .values({
      pack_id: catalog.packs[0]!.id,
      currency: 'eur',
      amount_minor: 500,
      created_at: '2026-03-12T00:00:00Z',
    })
    .execute();
  await expect(further).rejects.toMatchObject(permanent);
  await expect(database.sql.deleteFrom('packs').execute()).rejects.toMatchObject(permanent);
});

test('a pack is withdrawn, named where a file leaves it out, and sold again', async () => {
  const { unmentioned } = await publish(3, (file) => void delete file.packs);
  expect(unmentioned).toEqual([{ kind: 'pack', key: 'minutes_100' }]);
  const plans = createPlans({ database });
  await plans.withdrawPack('minutes_100', at(3));
  expect((await loadCatalog(database)).packs).toEqual([]);
  await expect(plans.withdrawPack('minutes_100', at(3))).rejects.toThrow(/not on sale/);
  await publish(4, () => undefined);
  expect((await loadCatalog(database)).packs).toMatchObject([{ version: 3 }]);
});

describe('a promotion', () => {
  const spring = (percent: number, more: object = {}) => ({
    key: 'spring',
    name: 'Spring',
    rule_type: 'promotion' as const,
    conditions: { plans: ['pro'] },
    effect: { percent_off_basis_points: percent, duration: 'once' as const },
    ...more,
  });

  test('is published, again without a trace, superseded, and ended', async () => {
    const first = await publish(5, (file) => void file.pricing_rules.push(spring(1_000)));
    expect(first.changes.map(({ kind }) => kind)).toContain('pricing_rule');
    const again = await publish(6, (file) => void file.pricing_rules.push(spring(1_000)));
    expect(again.changes).toEqual([]);
    await publish(7, (file) => void file.pricing_rules.push(spring(2_000)));
    const rows = await database.sql
      .selectFrom('pricing_rules')
      .select(['effect', 'valid_from', 'ended_at'])
      .where('key', '=', 'spring')
      .orderBy('id')
      .execute();
    expect(rows).toMatchObject([
      { valid_from: at(5).nowMs, ended_at: at(7).nowMs },
      { valid_from: at(7).nowMs, ended_at: null },
    ]);
    await pricing.endPricingRule('spring', at(8));
    expect((await pricing.listRules()).map((rule) => rule.key)).toEqual(['annual']);
    await expect(pricing.endPricingRule('spring', at(8))).rejects.toThrow(/No pricing rule spring/);
  });

  test('keeps the window that it states, in an exported file too', async () => {
    const window = {
      valid_from: '2026-04-01T00:00:00.000Z',
      valid_until: '2026-05-01T00:00:00.000Z',
    };
    const stacking = { stacking: 'stackable' as const, priority: 3 };
    const edit = (file: WrittenCatalog): void => {
      file.pricing_rules.push(spring(1_000, { ...window, ...stacking }));
    };
    await publish(9, edit);
    const exported = await pricing.exportCatalog();
    expect(exported.pricing_rules.at(-1)).toEqual(spring(1_000, { ...window, ...stacking }));
    const { changes } = await pricing.previewCatalog(parseCatalogFile(exported), at(10).nowMs);
    expect(changes).toEqual([]);
    // When it is over it may stay in the file, whatever plans cost by then.
    expect((await pricing.previewCatalog(edited(edit), at(90).nowMs)).changes).toEqual([]);
  });

  test('that stands refuses a price that it would take more off than there is', async () => {
    const effect = { amounts_off: { usd: '15.00' }, duration: 'once' as const };
    await publish(10, (file) => void file.pricing_rules.push(spring(0, { effect })));
    const cheaper = publish(11, ({ plans }) => {
      plans[1]!.monthly_prices = { usd: '12.00' };
    });
    await expect(cheaper).rejects.toThrow(/\(rule spring\) takes 15.00 USD off, more than pro/);
  });
});
