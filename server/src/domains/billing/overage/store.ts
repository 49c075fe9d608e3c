import { sql, type Selectable } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import {
  quantityForDatabase,
  quantityFromDatabase,
  type Quantity,
} from '@whisperforge/kernel/quantity';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import type { OverageTerms } from './decide-overage.ts';

/** How far use had come when terms took over. */
export interface TermsMark {
  /** The quota period it was of, by its start. */
  readonly startMs: number;
  readonly used: Quantity;
  /** Under the terms before; `null` is unlimited. */
  readonly limit: Quantity | null;
}

export interface DatedTerms extends OverageTerms {
  readonly id: number;
  readonly sinceMs: number;
  /** `null` where nothing was counted yet. */
  readonly mark: TermsMark | null;
  /** The limit as it was known last while the terms held; `null` where it is not known. */
  readonly knownLimit: Quantity | null;
}

/** All that was ever noted of an account, oldest first. */
export async function findTerms(executor: Executor, accountId: number): Promise<DatedTerms[]> {
  const rows = await executor.sql
    .selectFrom('overage_terms')
    .select(TERMS)
    .where('account_id', '=', accountId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    feature: row.feature,
    sinceMs: row.since,
    price:
      row.unit_price_minor === null || row.currency === null
        ? null
        : { unitPriceMinor: row.unit_price_minor, currency: row.currency },
    spendingCapMinor: row.spending_cap_minor,
    mark: markOf(row),
    knownLimit: quantityOrNull(row.known_limit),
  }));
}

const TERMS = [
  'id',
  'feature',
  'since',
  'unit_price_minor',
  'currency',
  'spending_cap_minor',
  'period_start',
  'used_before',
  'limit_before',
  'known_limit',
] as const;

function markOf(
  row: Pick<Selectable<Schema['overage_terms']>, (typeof TERMS)[number]>,
): TermsMark | null {
  const { period_start: startMs, used_before: used } = row;
  if (startMs === null || used === null) return null;
  return { startMs, used: quantityFromDatabase(used), limit: quantityOrNull(row.limit_before) };
}

function quantityOrNull(text: string | null): Quantity | null {
  return text === null ? null : quantityFromDatabase(text);
}

export interface NewTerms extends OverageTerms {
  readonly accountId: number;
  readonly mark: TermsMark | null;
}

export async function insertTerms(tx: Tx, terms: NewTerms, nowMs: number): Promise<void> {
  const { mark } = terms;
  const limit = mark?.limit ?? null;
  await tx.sql
    .insertInto('overage_terms')
    .values({
      account_id: terms.accountId,
      feature: terms.feature,
      since: formatInstant(nowMs),
      unit_price_minor: terms.price?.unitPriceMinor ?? null,
      currency: terms.price?.currency ?? null,
      spending_cap_minor: terms.spendingCapMinor,
      period_start: mark === null ? null : formatInstant(mark.startMs),
      used_before: mark === null ? null : quantityForDatabase(mark.used),
      limit_before: limit === null ? null : quantityForDatabase(limit),
    })
    .execute();
}

/** Notes the limit under terms while they hold. */
export async function keepLimit(
  tx: Tx,
  { id, limit }: { readonly id: number; readonly limit: Quantity | null },
): Promise<void> {
  await tx.sql
    .updateTable('overage_terms')
    .set({ known_limit: limit === null ? null : quantityForDatabase(limit) })
    .where('id', '=', id)
    .execute();
}

/** Accounts after one of them that may have something to be charged. */
export async function findAccounts(
  executor: Executor,
  of: { readonly afterId: number; readonly most: number },
): Promise<number[]> {
  const rows = await executor.sql
    .selectFrom('overage_terms')
    .select('account_id')
    .distinct()
    .where('account_id', '>', of.afterId)
    .orderBy('account_id')
    .limit(of.most)
    .execute();
  return rows.map((row) => row.account_id);
}

export interface Charge {
  readonly id: string;
  readonly accountId: number;
  readonly feature: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly ordinal: number;
  readonly over: Quantity;
  readonly unitPriceMinor: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly customerId: string;
  readonly subscriptionId: string | null;
}

/** What was charged for a period in each currency, and how often in all. */
export async function sumCharges(
  tx: Tx,
  of: { readonly accountId: number; readonly feature: string; readonly startMs: number },
): Promise<{ readonly amountsMinor: ReadonlyMap<string, number>; readonly count: number }> {
  const { rows } = await sql<{ currency: string; amount: number; count: number }>`
    SELECT currency, sum(amount_minor)::bigint AS amount, count(*) AS count
    FROM overage_charges
    WHERE account_id = ${of.accountId} AND feature = ${of.feature}
      AND period_start = ${formatInstant(of.startMs)}
    GROUP BY currency`.execute(tx.sql);
  return {
    amountsMinor: new Map(rows.map(({ currency, amount }) => [currency, amount])),
    count: rows.reduce((sum, { count }) => sum + count, 0),
  };
}

export async function insertCharge(tx: Tx, charge: Charge, nowMs: number): Promise<void> {
  await tx.sql
    .insertInto('overage_charges')
    .values({
      id: charge.id,
      account_id: charge.accountId,
      feature: charge.feature,
      period_start: formatInstant(charge.startMs),
      period_end: formatInstant(charge.endMs),
      ordinal: charge.ordinal,
      units: quantityForDatabase(charge.over),
      unit_price_minor: charge.unitPriceMinor,
      amount_minor: charge.amountMinor,
      currency: charge.currency,
      stripe_customer_id: charge.customerId,
      stripe_subscription_id: charge.subscriptionId,
      state: 'begun',
      created_at: formatInstant(nowMs),
    })
    .execute();
}

const COLUMNS = [
  'id',
  'account_id',
  'feature',
  'period_start',
  'period_end',
  'ordinal',
  'units',
  'unit_price_minor',
  'amount_minor',
  'currency',
  'stripe_customer_id',
  'stripe_subscription_id',
] as const;

/** Those that Stripe has not been told of for sure. */
export async function findBegun(executor: Executor, most: number): Promise<Charge[]> {
  const rows = await executor.sql
    .selectFrom('overage_charges')
    .select(COLUMNS)
    .where('state', '=', 'begun')
    .orderBy('created_at')
    .orderBy('id')
    .limit(most)
    .execute();
  return rows.map(chargeOf);
}

export async function markCharged(
  executor: Executor,
  of: { readonly id: string; readonly itemId: string; readonly nowMs: number },
): Promise<void> {
  await executor.sql
    .updateTable('overage_charges')
    .set({
      state: 'charged',
      stripe_invoice_item_id: of.itemId,
      charged_at: formatInstant(of.nowMs),
    })
    .where('id', '=', of.id)
    .where('state', '=', 'begun')
    .execute();
}

type ChargeRow = Pick<Selectable<Schema['overage_charges']>, (typeof COLUMNS)[number]>;

function chargeOf(row: ChargeRow): Charge {
  return {
    id: row.id,
    accountId: row.account_id,
    feature: row.feature,
    startMs: row.period_start,
    endMs: row.period_end,
    ordinal: row.ordinal,
    over: quantityFromDatabase(row.units),
    unitPriceMinor: row.unit_price_minor,
    amountMinor: row.amount_minor,
    currency: row.currency,
    customerId: row.stripe_customer_id,
    subscriptionId: row.stripe_subscription_id,
  };
}
