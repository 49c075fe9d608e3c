import { formatInstant } from '@whisperforge/kernel/clock';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Executor, Tx } from '../../platform/database.ts';
import type { EventType, Feature, FeatureTerms } from './catalog.ts';
import type { PlanDraft, Price } from './content.ts';
import { deleteDraftSeatPrices, findSeatPrices, insertSeatPrices } from './extras/store.ts';
import { loadFeatures, readStoredTerms } from './store-catalog.ts';
import { writeTerms } from './terms.ts';

export interface StoredDraft extends PlanDraft {
  readonly id: number;
}

/** Holds back every other command on the catalogue until this transaction ends. */
export async function lockCatalog(tx: Tx): Promise<void> {
  await tx.sql.selectFrom('catalog').select('version').forUpdate().executeTakeFirstOrThrow();
}

export async function saveFeature(tx: Tx, feature: Feature, nowMs: number): Promise<void> {
  const columns = {
    name: feature.name,
    description: feature.description,
    unit: feature.unit,
    when_missing: feature.whenMissing,
    on_unavailable: feature.onUnavailable,
    commit_event: feature.commitEvent,
    position: feature.position,
  };
  await tx.sql
    .insertInto('features')
    .values({
      key: feature.key,
      kind: feature.kind,
      ...columns,
      created_at: formatInstant(nowMs),
    })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(columns))
    .execute();
}

export async function saveEventType(tx: Tx, eventType: EventType, nowMs: number): Promise<void> {
  const counts = JSON.stringify(
    eventType.counts.map(({ feature, dimension, factor }) => ({
      feature,
      dimension,
      factor: formatQuantity(factor),
    })),
  );
  const columns = { name: eventType.name, counts };
  await tx.sql
    .insertInto('event_types')
    .values({ key: eventType.key, ...columns, created_at: formatInstant(nowMs) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(columns))
    .execute();
}

export async function findDraft(
  executor: Executor,
  slug: string,
): Promise<StoredDraft | undefined> {
  const row = await executor.sql
    .selectFrom('subscription_plans')
    .select([
      'id',
      'name',
      'description',
      'is_default',
      'position',
      'features',
      'trial_days',
      'seat_feature',
    ])
    .where('slug', '=', slug)
    .where('status', '=', 'draft')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    id: row.id,
    slug,
    name: row.name,
    description: row.description,
    isDefault: row.is_default,
    position: row.position,
    terms: readStoredTerms(row.features, await loadFeatures(executor)),
    prices: await findPrices(executor, row.id),
    trialDays: row.trial_days,
    extraSeat:
      row.seat_feature === null
        ? null
        : { feature: row.seat_feature, prices: await findSeatPrices(executor, row.id) },
  };
}

/** Puts a draft in the place of the plan's former one. */
export async function replaceDraft(
  tx: Tx,
  draft: PlanDraft,
  created: { readonly by: number | null; readonly atMs: number },
): Promise<number> {
  await deleteDraft(tx, draft.slug);
  const createdAt = formatInstant(created.atMs);
  const { id } = await tx.sql
    .insertInto('subscription_plans')
    .values({
      slug: draft.slug,
      status: 'draft',
      is_default: draft.isDefault,
      name: draft.name,
      description: draft.description,
      position: draft.position,
      features: termsJson(draft.terms),
      trial_days: draft.trialDays,
      seat_feature: draft.extraSeat?.feature ?? null,
      created_by: created.by,
      created_at: createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (draft.prices.length > 0) {
    const prices = draft.prices.map((price) => ({
      plan_id: id,
      billing_cycle: price.billingCycle,
      currency: price.currency,
      amount_minor: price.amountMinor,
      created_at: createdAt,
    }));
    await tx.sql.insertInto('plan_prices').values(prices).execute();
  }
  await insertSeatPrices(tx, id, draft.extraSeat?.prices ?? [], createdAt);
  return id;
}

export async function deleteDraft(tx: Tx, slug: string): Promise<void> {
  const draft = tx.sql
    .selectFrom('subscription_plans')
    .select('id')
    .where('slug', '=', slug)
    .where('status', '=', 'draft');
  await tx.sql.deleteFrom('plan_prices').where('plan_id', 'in', draft).execute();
  await deleteDraftSeatPrices(tx, slug);
  await tx.sql
    .deleteFrom('subscription_plans')
    .where('slug', '=', slug)
    .where('status', '=', 'draft')
    .execute();
}

/** Takes the plan's current version off sale; those who hold it keep it. */
export async function endSale(tx: Tx, slug: string): Promise<void> {
  await tx.sql
    .updateTable('subscription_plans')
    .set({ is_current: false })
    .where('slug', '=', slug)
    .where('is_current', '=', true)
    .execute();
}

/** Puts a draft on sale as the plan's next version, whose number it answers. */
export async function publishDraft(
  tx: Tx,
  draft: StoredDraft,
  terms: ReadonlyMap<string, FeatureTerms | null>,
  nowMs: number,
): Promise<number> {
  const { latest } = await tx.sql
    .selectFrom('subscription_plans')
    .select((select) => select.fn.max('version').as('latest'))
    .where('slug', '=', draft.slug)
    .executeTakeFirstOrThrow();
  const version = (latest ?? 0) + 1;
  await tx.sql
    .updateTable('subscription_plans')
    .set({
      version,
      status: 'published',
      is_current: true,
      features: termsJson(terms),
      published_at: formatInstant(nowMs),
    })
    .where('id', '=', draft.id)
    .execute();
  return version;
}

export async function moveCurrentVersion(tx: Tx, slug: string, position: number): Promise<void> {
  await tx.sql
    .updateTable('subscription_plans')
    .set({ position })
    .where('slug', '=', slug)
    .where('is_current', '=', true)
    .execute();
}

async function findPrices(executor: Executor, planId: number): Promise<Price[]> {
  const rows = await executor.sql
    .selectFrom('plan_prices')
    .select(['billing_cycle', 'currency', 'amount_minor'])
    .where('plan_id', '=', planId)
    .orderBy('billing_cycle')
    .orderBy('currency')
    .execute();
  return rows.map((row) => ({
    billingCycle: row.billing_cycle as Price['billingCycle'],
    currency: row.currency,
    amountMinor: row.amount_minor,
  }));
}

function termsJson(terms: ReadonlyMap<string, FeatureTerms | null>): string {
  return JSON.stringify(
    Object.fromEntries([...terms].map(([feature, granted]) => [feature, writeTerms(granted)])),
  );
}
