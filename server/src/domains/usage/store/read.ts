import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Executor, PreparedStatement } from '../../../platform/database.ts';
import type { Balance } from '../../entitlements/index.ts';
import type { ReservationKey } from '../batch/operations.ts';
import type { AccountRow, Reservation, ReservationStatus, UsageKey } from '../batch/records.ts';
import {
  instantMsAt,
  instantMsOrNull,
  lineOf,
  linesOf,
  nullable,
  numberAt,
  quantityAt,
  quantityOrNull,
  textOf,
  textOrNull,
  type Cells,
} from './lines.ts';

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

export interface ReservationReading extends Omit<BalanceReading, 'userId'> {
  readonly reservation: Reservation;
}

const ACCOUNT = ['a.id', 'a.quota_anchor', 'a.access_version', 'c.version'];
const BALANCE = [
  'b.feature',
  'b.period_start',
  nullable('b.period_end'),
  'b.used',
  'b.reserved',
  nullable('b.base_limit'),
  'b.pack_amount',
  'b.pack_burned',
  'b.boost_covered',
  nullable('b.beyond'),
  'b.access_version',
  'b.catalog_version',
  'b.computed_at',
  nullable('b.valid_until'),
  'b.revision',
];
const RESERVATION = [
  'r.id',
  'r.user_id',
  'r.feature',
  'r.period_start',
  'r.amount',
  'r.status',
  'r.created_at',
  'r.expires_at',
  nullable('r.settled_at'),
  nullable('r.committed'),
  nullable('r.over_limit'),
];

/** The line of a row that ends with a balance, where there is one. */
const withBalance = (columns: readonly string[]): string =>
  `CASE WHEN b.account_id IS NULL THEN ${lineOf(columns)}
    ELSE ${lineOf([...columns, ...BALANCE])} END`;

export const NEWEST_BALANCE = `LEFT JOIN LATERAL (
    SELECT * FROM balances WHERE account_id = a.id AND feature = i.feature
    ORDER BY period_start DESC LIMIT 1
  ) b ON true`;

const READ_BALANCES: PreparedStatement = {
  name: 'usage_read_balances',
  text: `SELECT ${textOf(withBalance(['i.n', 'u.id', ...ACCOUNT]))}
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i(external_id, feature, n)
    JOIN users u ON u.external_id = i.external_id
    JOIN accounts a ON a.id = u.account_id
    CROSS JOIN catalog c
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
  text: `SELECT ${textOf(withBalance([...RESERVATION, ...ACCOUNT]))}
    FROM unnest($1::bigint[], $2::text[]) AS q(account_id, id)
    CROSS JOIN LATERAL (
      SELECT * FROM reservations WHERE account_id = q.account_id AND id = q.id LIMIT 1
    ) r
    JOIN accounts a ON a.id = r.account_id
    CROSS JOIN catalog c
    LEFT JOIN unnest($3::text[], $4::text[]) AS counted(reserved, feature)
      ON counted.reserved = r.feature
    CROSS JOIN LATERAL (SELECT coalesce(counted.feature, r.feature) AS feature) i
    ${NEWEST_BALANCE}`,
};

/** For every pair the user, the account and the newest balance; `undefined` for an unknown user. */
export async function readBalances(
  executor: Executor,
  pairs: readonly UserFeature[],
): Promise<(BalanceReading | undefined)[]> {
  const rows = await executor.execute(READ_BALANCES, pairColumns(pairs));
  const readings = Array.from<BalanceReading | undefined>({ length: pairs.length });
  for (const cells of linesOf(rows)) readings[numberAt(cells, 0) - 1] = balanceReading(cells);
  return readings;
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
  const known = Array.from<UsageKey | undefined>({ length: pairs.length });
  for (const row of rows) {
    known[(row[0] as number) - 1] = {
      accountId: row[1] as number,
      key: row[2] as string,
      fingerprint: row[3] as string,
      receivedMs: row[4] as number,
      isOverLimit: row[5] as boolean,
      reservationId: row[6] as string | null,
    };
  }
  return known;
}

/** What committing a reservation of a feature adds to: itself, and such as the tokens it took. */
export interface CountedFeature {
  readonly reserved: string;
  readonly counted: string;
}

/**
 * Reservations with their accounts, once for each feature that committing them adds to, with the
 * newest balance of that; once with their own for a feature that is not among the counted ones.
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
  return linesOf(rows).map((cells) => {
    const account = accountAt(cells, RESERVATION.length);
    return {
      reservation: reservationAt(cells, account.accountId),
      account,
      balance: balanceAt(cells, RESERVATION.length + ACCOUNT.length, account.accountId),
    };
  });
}

export function pairColumns(pairs: readonly UserFeature[]): [string, string] {
  return [textArray(pairs.map((pair) => pair.user)), textArray(pairs.map((pair) => pair.feature))];
}

function balanceReading(cells: Cells): BalanceReading {
  const account = accountAt(cells, 2);
  return {
    userId: numberAt(cells, 1),
    account,
    balance: balanceAt(cells, 2 + ACCOUNT.length, account.accountId),
  };
}

function accountAt(cells: Cells, at: number): AccountRow {
  return {
    accountId: numberAt(cells, at),
    anchorMs: instantMsAt(cells, at + 1),
    accessVersion: numberAt(cells, at + 2),
    catalogVersion: numberAt(cells, at + 3),
  };
}

function balanceAt(cells: Cells, at: number, accountId: number): Balance | undefined {
  if (cells.length === at) return undefined;
  return {
    accountId,
    feature: cells[at]!,
    startMs: instantMsAt(cells, at + 1),
    endMs: instantMsOrNull(cells, at + 2),
    used: quantityAt(cells, at + 3),
    reserved: quantityAt(cells, at + 4),
    baseLimit: quantityOrNull(cells, at + 5),
    packAmount: quantityAt(cells, at + 6),
    packBurned: quantityAt(cells, at + 7),
    boostCovered: quantityAt(cells, at + 8),
    beyond: quantityOrNull(cells, at + 9),
    accessVersion: numberAt(cells, at + 10),
    catalogVersion: numberAt(cells, at + 11),
    computedMs: instantMsAt(cells, at + 12),
    validUntilMs: instantMsOrNull(cells, at + 13),
    revision: numberAt(cells, at + 14),
    change: 'none',
  };
}

function reservationAt(cells: Cells, accountId: number): Reservation {
  const overLimit = textOrNull(cells, 10);
  return {
    accountId,
    id: cells[0]!,
    userId: numberAt(cells, 1),
    feature: cells[2]!,
    startMs: instantMsAt(cells, 3),
    amount: quantityAt(cells, 4),
    status: cells[5]! as ReservationStatus,
    createdMs: instantMsAt(cells, 6),
    expiresMs: instantMsAt(cells, 7),
    settledMs: instantMsOrNull(cells, 8),
    committed: quantityOrNull(cells, 9),
    isOverLimit: overLimit === null ? null : overLimit === 'true',
  };
}
