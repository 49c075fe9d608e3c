import { sql, type Selectable } from 'kysely';
import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityForDatabase, quantityFromDatabase } from '@whisperforge/kernel/quantity';
import { textArray } from '../../../platform/array-literal.ts';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Schema } from '../../../platform/schema.ts';
import { takeStalledIds } from '../stalled/store.ts';
import type {
  Bought,
  Checkout,
  CheckoutEnd,
  CheckoutState,
  NewCheckoutRow,
  SessionTerms,
} from './checkout.ts';

const COLUMNS = [
  'id',
  'account_id',
  'state',
  'fingerprint',
  'session',
  'plan_id',
  'pack_id',
  'feature',
  'amount',
  'valid_days',
  'currency',
  'stripe_session_id',
  'url',
  'expires_at',
] as const;

type CheckoutRow = Pick<Selectable<Schema['checkouts']>, (typeof COLUMNS)[number]>;

export async function insertCheckout(tx: Tx, row: NewCheckoutRow): Promise<Checkout> {
  const { bought, session } = row;
  const inserted = await tx.sql
    .insertInto('checkouts')
    .values({
      id: row.id,
      account_id: row.accountId,
      state: 'opening',
      fingerprint: row.fingerprint,
      session: JSON.stringify(session),
      plan_id: bought.kind === 'plan' ? bought.planId : null,
      pack_id: bought.kind === 'pack' ? bought.packId : null,
      feature: bought.kind === 'pack' ? bought.feature : null,
      amount: bought.kind === 'pack' ? quantityForDatabase(bought.amount) : null,
      valid_days: bought.kind === 'pack' ? bought.validDays : null,
      currency: row.currency,
      stripe_customer_id: session.customerId,
      created_at: formatInstant(row.nowMs),
      expires_at: formatInstant(session.expiresMs),
    })
    .returning(COLUMNS)
    .executeTakeFirstOrThrow();
  return checkoutOf(inserted);
}

/** The one purchase of an account that is under way. */
export async function findOpenCheckout(
  executor: Executor,
  accountId: number,
): Promise<Checkout | undefined> {
  const row = await executor.sql
    .selectFrom('checkouts')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    .where('state', 'in', ['opening', 'open'])
    .executeTakeFirst();
  return row && checkoutOf(row);
}

export async function findCheckouts(
  executor: Executor,
  of: { readonly accountId: number; readonly ids: readonly string[] },
): Promise<Checkout[]> {
  if (of.ids.length === 0) return [];
  const rows = await executor.sql
    .selectFrom('checkouts')
    .select(COLUMNS)
    .where('account_id', '=', of.accountId)
    .where(sql<boolean>`id = ANY(${textArray(of.ids)}::text[])`)
    .orderBy('created_at')
    .execute();
  return rows.map(checkoutOf);
}

/** Whether anything was ever bought by a checkout, be it a pack. */
export async function hasCompleted(executor: Executor, accountId: number): Promise<boolean> {
  const row = await executor.sql
    .selectFrom('checkouts')
    .select('id')
    .where('account_id', '=', accountId)
    .where('state', '=', 'complete')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Notes the session that Stripe has opened; answers whether the checkout still waits for it. */
export async function noteSession(
  executor: Executor,
  of: { readonly id: string; readonly sessionId: string; readonly url: string | null },
): Promise<boolean> {
  const result = await executor.sql
    .updateTable('checkouts')
    .set({ state: 'open', stripe_session_id: of.sessionId, url: of.url, touched_at: NOW })
    .where('id', '=', of.id)
    .where('state', 'in', ['opening', 'open'])
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Answers whether that was news: what is complete stays so. */
export async function settleCheckout(tx: Tx, end: CheckoutEnd): Promise<boolean> {
  const result = await tx.sql
    .updateTable('checkouts')
    .set({
      state: end.state,
      error: end.error,
      settled_at: formatInstant(end.nowMs),
      stripe_session_id: sql<string>`COALESCE(stripe_session_id, ${end.sessionId})`,
      touched_at: NOW,
    })
    .where('id', '=', end.id)
    .where('state', '<>', 'complete')
    .where('state', '<>', end.state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Takes a checkout that was begun a while ago and that nobody is at. */
export async function takeStalled(tx: Tx, most: number): Promise<Checkout[]> {
  const ids = await takeStalledIds(tx, { table: 'checkouts', states: ['opening'], most });
  if (ids.length === 0) return [];
  const rows = await tx.sql
    .selectFrom('checkouts')
    .select(COLUMNS)
    .where('id', 'in', ids)
    .execute();
  return rows.map(checkoutOf);
}

const NOW = sql<string>`clock_timestamp()`;

function checkoutOf(row: CheckoutRow): Checkout {
  return {
    id: row.id,
    accountId: row.account_id,
    state: row.state as CheckoutState,
    fingerprint: row.fingerprint,
    session: row.session as SessionTerms,
    bought: boughtOf(row),
    currency: row.currency,
    sessionId: row.stripe_session_id,
    url: row.url,
    expiresMs: row.expires_at,
  };
}

function boughtOf(row: CheckoutRow): Bought {
  if (row.plan_id !== null) return { kind: 'plan', planId: row.plan_id };
  const { pack_id: packId, feature, amount, valid_days: validDays } = row;
  assert(packId !== null && feature !== null && amount !== null, 'a checkout buys something');
  return { kind: 'pack', packId, feature, amount: quantityFromDatabase(amount), validDays };
}
