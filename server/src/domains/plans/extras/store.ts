import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityForDatabase, quantityFromDatabase } from '@whisperforge/kernel/quantity';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { BillingCycle, Pack, PackDefinition, PackPrice, PlanPrice } from '../catalog.ts';
import type { Price } from '../content.ts';

/** The packs on sale, of one feature next to each other, smallest first. */
export async function readPacks(executor: Executor): Promise<Pack[]> {
  const rows = await executor.sql
    .selectFrom('packs')
    .select(PACK_COLUMNS)
    .where('ended_at', 'is', null)
    .orderBy('feature')
    .orderBy('amount')
    .orderBy('key')
    .execute();
  return withPrices(executor, rows.map(packOf));
}

export interface WithdrawnPack extends Pack {
  readonly endedMs: number;
}

/** The last versions of packs that are sold no more, those that ended last coming first. */
export async function findWithdrawnPacks(executor: Executor): Promise<WithdrawnPack[]> {
  const onSale = executor.sql.selectFrom('packs').select('key').where('ended_at', 'is', null);
  const rows = await executor.sql
    .selectFrom('packs')
    .distinctOn('key')
    .select([...PACK_COLUMNS, 'ended_at'])
    .where('key', 'not in', onSale)
    .orderBy('key')
    .orderBy('version', 'desc')
    .execute();
  const packs = rows.map((row) => ({ ...packOf(row), endedMs: row.ended_at! }));
  const withdrawn = await withPrices(executor, packs);
  return withdrawn.toSorted((a, b) => b.endedMs - a.endedMs);
}

const PACK_COLUMNS = ['id', 'key', 'version', 'name', 'feature', 'amount', 'valid_days'] as const;

interface PackRow {
  readonly id: number;
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly feature: string;
  readonly amount: string;
  readonly valid_days: number | null;
}

function packOf(row: PackRow): Omit<Pack, 'prices'> {
  return {
    id: row.id,
    key: row.key,
    version: row.version,
    name: row.name,
    feature: row.feature,
    amount: quantityFromDatabase(row.amount),
    validDays: row.valid_days,
  };
}

async function withPrices<T extends { readonly id: number }>(
  executor: Executor,
  packs: readonly T[],
): Promise<(T & { readonly prices: readonly PackPrice[] })[]> {
  if (packs.length === 0) return [];
  const rows = await executor.sql
    .selectFrom('pack_prices')
    .select(['id', 'pack_id', 'currency', 'amount_minor'])
    .where(
      'pack_id',
      'in',
      packs.map(({ id }) => id),
    )
    .orderBy('currency')
    .execute();
  const ofPack = Map.groupBy(rows, (row) => row.pack_id);
  return packs.map((pack) => {
    const prices = (ofPack.get(pack.id) ?? []).map(
      ({ id, currency, amount_minor: amountMinor }) => ({ id, currency, amountMinor }),
    );
    return { ...pack, prices };
  });
}

/** Takes the pack of a key off sale; whoever has bought it keeps it. */
export async function endPack(tx: Tx, key: string, nowMs: number): Promise<void> {
  await tx.sql
    .updateTable('packs')
    .set({ ended_at: formatInstant(nowMs) })
    .where('key', '=', key)
    .where('ended_at', 'is', null)
    .execute();
}

/** Puts a pack on sale as the next version of its key, which it answers. */
export async function insertPack(tx: Tx, pack: PackDefinition, nowMs: number): Promise<number> {
  const { latest } = await tx.sql
    .selectFrom('packs')
    .select((select) => select.fn.max('version').as('latest'))
    .where('key', '=', pack.key)
    .executeTakeFirstOrThrow();
  const version = (latest ?? 0) + 1;
  const createdAt = formatInstant(nowMs);
  const { id } = await tx.sql
    .insertInto('packs')
    .values({
      key: pack.key,
      version,
      name: pack.name,
      feature: pack.feature,
      amount: quantityForDatabase(pack.amount),
      valid_days: pack.validDays,
      created_at: createdAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const prices = pack.prices.map(({ currency, amountMinor }) => ({
    pack_id: id,
    currency,
    amount_minor: amountMinor,
    created_at: createdAt,
  }));
  await tx.sql.insertInto('pack_prices').values(prices).execute();
  return version;
}

/** What an extra seat costs, by the plan version that says so. */
export async function readSeatPrices(executor: Executor): Promise<Map<number, PlanPrice[]>> {
  const rows = await executor.sql
    .selectFrom('plan_seat_prices')
    .select(['id', 'plan_id', 'billing_cycle', 'currency', 'amount_minor'])
    .orderBy('billing_cycle')
    .orderBy('currency')
    .execute();
  const prices = new Map<number, PlanPrice[]>();
  for (const { id, plan_id: planId, billing_cycle, currency, amount_minor } of rows) {
    const billingCycle = billing_cycle as BillingCycle;
    const list = prices.get(planId) ?? [];
    prices.set(planId, [...list, { id, billingCycle, currency, amountMinor: amount_minor }]);
  }
  return prices;
}

export async function findSeatPrices(executor: Executor, planId: number): Promise<Price[]> {
  const rows = await executor.sql
    .selectFrom('plan_seat_prices')
    .select(['billing_cycle', 'currency', 'amount_minor'])
    .where('plan_id', '=', planId)
    .orderBy('billing_cycle')
    .orderBy('currency')
    .execute();
  return rows.map((row) => ({
    billingCycle: row.billing_cycle as BillingCycle,
    currency: row.currency,
    amountMinor: row.amount_minor,
  }));
}

export async function insertSeatPrices(
  tx: Tx,
  planId: number,
  prices: readonly Price[],
  createdAt: string,
): Promise<void> {
  if (prices.length === 0) return;
  const rows = prices.map((price) => ({
    plan_id: planId,
    billing_cycle: price.billingCycle,
    currency: price.currency,
    amount_minor: price.amountMinor,
    created_at: createdAt,
  }));
  await tx.sql.insertInto('plan_seat_prices').values(rows).execute();
}

/** Of a draft that gives way. */
export async function deleteDraftSeatPrices(tx: Tx, slug: string): Promise<void> {
  const draft = tx.sql
    .selectFrom('subscription_plans')
    .select('id')
    .where('slug', '=', slug)
    .where('status', '=', 'draft');
  await tx.sql.deleteFrom('plan_seat_prices').where('plan_id', 'in', draft).execute();
}
