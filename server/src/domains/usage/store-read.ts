import { numberArray, textArray } from '../../platform/array-literal.ts';
import type { Executor, PositionalRow, PreparedStatement } from '../../platform/database.ts';
import { quantityFromDatabase, type Quantity } from '@whisperforge/kernel/quantity';
import type { Balance } from '../entitlements/index.ts';
import type { ReservationKey } from './batch/operations.ts';
import type {
  AccountAccess,
  AccountRow,
  Reservation,
  ReservationStatus,
  UsageKey,
} from './batch/records.ts';

/** A user's feature, by the app's own id of the user. */
export interface UserFeature {
  readonly user: string;
  readonly feature: string;
}

export interface BalanceReading {
  readonly userId: number;
  readonly account: AccountRow;
  /** The newest row there is for the feature, which may be outdated. */
  readonly balance: Balance | undefined;
}

export interface AccessReading extends BalanceReading {
  readonly access: AccountAccess | undefined;
}

export interface ReservationReading extends Omit<BalanceReading, 'userId'> {
  readonly reservation: Reservation;
}

const ACCOUNT_COLUMNS =
  'a.id, a.quota_anchor, a.access_version, (SELECT version FROM catalog) AS catalog_version';
const BALANCE_COLUMNS = `b.feature, b.period_start, b.period_end, b.used, b.reserved, b.base_limit,
  b.pack_amount, b.pack_burned, b.boost_covered, b.beyond, b.access_version, b.catalog_version,
  b.computed_at, b.valid_until, b.revision`;
const ACCESS_COLUMNS = `s.plan_id, s.restricted_from, s.restriction, s.access_version,
  s.catalog_version, s.computed_at, s.valid_until`;
const BALANCE_COLUMN_COUNT = 15;

const NEWEST_BALANCE = `LEFT JOIN LATERAL (
    SELECT * FROM balances WHERE account_id = a.id AND feature = i.feature
    ORDER BY period_start DESC LIMIT 1
  ) b ON true`;

const READ_BALANCES: PreparedStatement = {
  name: 'usage_read_balances',
  text: `SELECT i.n, u.id, ${ACCOUNT_COLUMNS}, ${BALANCE_COLUMNS}
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i(external_id, feature, n)
    JOIN users u ON u.external_id = i.external_id
    JOIN accounts a ON a.id = u.account_id
    ${NEWEST_BALANCE}`,
};

const READ_ACCESS: PreparedStatement = {
  name: 'usage_read_access',
  text: `SELECT i.n, u.id, ${ACCOUNT_COLUMNS}, ${BALANCE_COLUMNS}, ${ACCESS_COLUMNS}
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i(external_id, feature, n)
    JOIN users u ON u.external_id = i.external_id
    JOIN accounts a ON a.id = u.account_id
    LEFT JOIN account_access s ON s.account_id = a.id
    ${NEWEST_BALANCE}`,
};

// The limits keep the planner from looking an account's keys or reservations through one by one,
// which is as cheap while there are few of them, and its plan is kept.
const READ_KEYS: PreparedStatement = {
  name: 'usage_read_keys',
  text: `SELECT i.n, k.account_id, k.key, k.fingerprint, k.received_at, k.over_limit,
      k.reservation_id
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i(external_id, key, n)
    JOIN users u ON u.external_id = i.external_id
    CROSS JOIN LATERAL (
      SELECT * FROM usage_keys WHERE account_id = u.account_id AND key = i.key LIMIT 1
    ) k`,
};

const READ_RESERVATIONS: PreparedStatement = {
  name: 'usage_read_reservations',
  text: `SELECT r.account_id, r.id, r.user_id, r.feature, r.period_start, r.amount, r.status,
      r.created_at, r.expires_at, r.settled_at, r.committed, r.over_limit, ${ACCOUNT_COLUMNS},
      ${BALANCE_COLUMNS}
    FROM unnest($1::bigint[], $2::text[]) AS q(account_id, id)
    CROSS JOIN LATERAL (
      SELECT * FROM reservations WHERE account_id = q.account_id AND id = q.id LIMIT 1
    ) r
    JOIN accounts a ON a.id = r.account_id
    JOIN unnest($3::text[], $4::text[]) AS i(reserved, feature) ON i.reserved = r.feature
    ${NEWEST_BALANCE}`,
};

/** For every pair the user, the account and the newest balance; `undefined` for an unknown user. */
export async function readBalances(
  executor: Executor,
  pairs: readonly UserFeature[],
): Promise<(BalanceReading | undefined)[]> {
  const rows = await executor.execute(READ_BALANCES, pairColumns(pairs));
  return inOrder(pairs.length, rows, balanceReading);
}

/** As `readBalances`, with the plan in force. */
export async function readAccess(
  executor: Executor,
  pairs: readonly UserFeature[],
): Promise<(AccessReading | undefined)[]> {
  const rows = await executor.execute(READ_ACCESS, pairColumns(pairs));
  return inOrder(pairs.length, rows, (row) => ({
    ...balanceReading(row),
    access: accessAt(row, 6 + BALANCE_COLUMN_COUNT),
  }));
}

/** What the keys stand for that have been used before; `undefined` for a new one. */
export async function readKeys(
  executor: Executor,
  pairs: readonly { readonly user: string; readonly key: string }[],
): Promise<(UsageKey | undefined)[]> {
  const rows = await executor.execute(READ_KEYS, [
    textArray(pairs.map((pair) => pair.user)),
    textArray(pairs.map((pair) => pair.key)),
  ]);
  return inOrder(pairs.length, rows, (row) => ({
    accountId: row[1] as number,
    key: row[2] as string,
    fingerprint: row[3] as string,
    receivedMs: row[4] as number,
    isOverLimit: row[5] as boolean,
    reservationId: row[6] as string | null,
  }));
}

/** What committing a reservation of a feature adds to: itself, and such as the tokens it took. */
export interface CountedFeature {
  readonly reserved: string;
  readonly counted: string;
}

/**
 * Reservations with their accounts, once for each feature that committing them adds to, with the
 * newest balance of that.
 */
export async function readReservations(
  executor: Executor,
  keys: readonly ReservationKey[],
  counted: readonly CountedFeature[],
): Promise<ReservationReading[]> {
  const rows = await executor.execute(READ_RESERVATIONS, [
    numberArray(keys.map((key) => key.accountId)),
    textArray(keys.map((key) => key.reservationId)),
    textArray(counted.map((pair) => pair.reserved)),
    textArray(counted.map((pair) => pair.counted)),
  ]);
  return rows.map((row) => {
    const account = accountAt(row, 12);
    return {
      reservation: reservationAt(row, account.accountId),
      account,
      balance: balanceAt(row, 16, account.accountId),
    };
  });
}

function pairColumns(pairs: readonly UserFeature[]): [string, string] {
  return [textArray(pairs.map((pair) => pair.user)), textArray(pairs.map((pair) => pair.feature))];
}

function inOrder<T>(
  count: number,
  rows: readonly PositionalRow[],
  read: (row: PositionalRow) => T,
): (T | undefined)[] {
  const ordered = Array.from<T | undefined>({ length: count });
  for (const row of rows) ordered[(row[0] as number) - 1] = read(row);
  return ordered;
}

function balanceReading(row: PositionalRow): BalanceReading {
  const account = accountAt(row, 2);
  return {
    userId: row[1] as number,
    account,
    balance: balanceAt(row, 6, account.accountId),
  };
}

function accountAt(row: PositionalRow, at: number): AccountRow {
  return {
    accountId: row[at] as number,
    anchorMs: row[at + 1] as number,
    accessVersion: row[at + 2] as number,
    catalogVersion: row[at + 3] as number,
  };
}

function balanceAt(row: PositionalRow, at: number, accountId: number): Balance | undefined {
  if (row[at] === null) return undefined;
  return {
    accountId,
    feature: row[at] as string,
    startMs: row[at + 1] as number,
    endMs: row[at + 2] as number | null,
    used: quantityAt(row, at + 3),
    reserved: quantityAt(row, at + 4),
    baseLimit: row[at + 5] === null ? null : quantityAt(row, at + 5),
    packAmount: quantityAt(row, at + 6),
    packBurned: quantityAt(row, at + 7),
    boostCovered: quantityAt(row, at + 8),
    beyond: row[at + 9] === null ? null : quantityAt(row, at + 9),
    accessVersion: row[at + 10] as number,
    catalogVersion: row[at + 11] as number,
    computedMs: row[at + 12] as number,
    validUntilMs: row[at + 13] as number | null,
    revision: row[at + 14] as number,
    change: 'none',
  };
}

function accessAt(row: PositionalRow, at: number): AccountAccess | undefined {
  if (row[at] === null) return undefined;
  return {
    accountId: row[2] as number,
    planId: row[at] as number,
    restrictedFromId: row[at + 1] as number | null,
    restriction: row[at + 2] as AccountAccess['restriction'],
    accessVersion: row[at + 3] as number,
    catalogVersion: row[at + 4] as number,
    computedMs: row[at + 5] as number,
    validUntilMs: row[at + 6] as number | null,
  };
}

function reservationAt(row: PositionalRow, accountId: number): Reservation {
  return {
    accountId,
    id: row[1] as string,
    userId: row[2] as number,
    feature: row[3] as string,
    startMs: row[4] as number,
    amount: quantityAt(row, 5),
    status: row[6] as ReservationStatus,
    createdMs: row[7] as number,
    expiresMs: row[8] as number,
    settledMs: row[9] as number | null,
    committed: row[10] === null ? null : quantityAt(row, 10),
    isOverLimit: row[11] as boolean | null,
  };
}

function quantityAt(row: PositionalRow, at: number): Quantity {
  return quantityFromDatabase(row[at] as string);
}
