import { formatInstant } from '@whisperforge/kernel/clock';
import { formatQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { numberArray, textArray } from '../../platform/array-literal.ts';
import type { Executor, PreparedStatement } from '../../platform/database.ts';
import type { Balance } from '../entitlements/index.ts';
import type { PackBurn } from '../entitlements/index.ts';
import type { AccountAccess, Reservation, UsageEvent, UsageKey } from './batch/records.ts';

/** All that a batch changes. */
export interface BatchWrites {
  /** Changed balances, in memory as they shall be; `revision` is what was read. */
  readonly balances: readonly Balance[];
  readonly events: readonly UsageEvent[];
  readonly keys: readonly UsageKey[];
  readonly opened: readonly Reservation[];
  readonly settled: readonly Reservation[];
  readonly burns: readonly (PackBurn & { readonly accountId: number })[];
  readonly access: readonly AccountAccess[];
}

/** A column of rows to write: its name, its type and the array literal of its values. */
interface Column<Row> {
  readonly name: string;
  readonly type: string;
  readonly literal: (rows: readonly Row[]) => string;
}

function numbers<Row>(name: string, read: (row: Row) => number | null): Column<Row> {
  return { name, type: 'bigint', literal: (rows) => numberArray(rows.map(read)) };
}
function texts<Row>(name: string, read: (row: Row) => string | null): Column<Row> {
  return { name, type: 'text', literal: (rows) => textArray(rows.map(read)) };
}
function instants<Row>(name: string, read: (row: Row) => number | null): Column<Row> {
  const format = (row: Row): string | null => {
    const ms = read(row);
    return ms === null ? null : formatInstant(ms);
  };
  return { name, type: 'timestamptz', literal: (rows) => textArray(rows.map(format)) };
}
function quantities<Row>(name: string, read: (row: Row) => Quantity | null): Column<Row> {
  const format = (row: Row): string | null => {
    const quantity = read(row);
    return quantity === null ? null : formatQuantity(quantity);
  };
  return { name, type: 'numeric', literal: (rows) => textArray(rows.map(format)) };
}
function flags<Row>(name: string, read: (row: Row) => boolean | null): Column<Row> {
  const format = (row: Row): string | null => {
    const flag = read(row);
    return flag === null ? null : flag ? 't' : 'f';
  };
  return { name, type: 'boolean', literal: (rows) => textArray(rows.map(format)) };
}

const BALANCE: readonly Column<Balance>[] = [
  numbers('account_id', (row) => row.accountId),
  texts('feature', (row) => row.feature),
  instants('period_start', (row) => row.startMs),
  instants('period_end', (row) => row.endMs),
  quantities('used', (row) => row.used),
  quantities('reserved', (row) => row.reserved),
  quantities('base_limit', (row) => row.baseLimit),
  quantities('pack_amount', (row) => row.packAmount),
  quantities('pack_burned', (row) => row.packBurned),
  quantities('boost_covered', (row) => row.boostCovered),
  quantities('beyond', (row) => row.beyond),
  numbers('access_version', (row) => row.accessVersion),
  numbers('catalog_version', (row) => row.catalogVersion),
  instants('computed_at', (row) => row.computedMs),
  instants('valid_until', (row) => row.validUntilMs),
  numbers('revision', (row) => row.revision),
];

/** What a booking changes; it is no more than a third of a balance. */
const BOOKED: readonly Column<Balance>[] = BALANCE.filter((column) =>
  ['account_id', 'feature', 'period_start', 'used', 'reserved', 'valid_until', 'revision'].includes(
    column.name,
  ),
);

const EVENT: readonly Column<UsageEvent & { readonly recordedMs: number }>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('user_id', (row) => row.userId),
  texts('event_type', (row) => row.eventType),
  instants('occurred_at', (row) => row.occurredMs),
  instants('recorded_at', (row) => row.recordedMs),
  quantities('resource_consumed', (row) => row.amount),
  quantities('cost_cents', (row) => row.costCents ?? null),
  texts('model', (row) => row.model ?? null),
  texts('provider', (row) => row.provider ?? null),
  numbers('tokens_in', (row) => row.tokensIn ?? null),
  numbers('tokens_out', (row) => row.tokensOut ?? null),
  { name: 'counted', type: 'jsonb', literal: (rows) => textArray(rows.map(countedJson)) },
  flags('over_limit', (row) => row.isOverLimit),
  flags('late', (row) => row.isLate),
  texts('reservation_id', (row) => row.reservationId ?? null),
  { name: 'metadata', type: 'jsonb', literal: (rows) => textArray(rows.map(metadataJson)) },
];

const KEY: readonly Column<UsageKey>[] = [
  numbers('account_id', (row) => row.accountId),
  texts('key', (row) => row.key),
  texts('fingerprint', (row) => row.fingerprint),
  instants('received_at', (row) => row.receivedMs),
  flags('over_limit', (row) => row.isOverLimit),
  texts('reservation_id', (row) => row.reservationId),
];

const RESERVATION: readonly Column<Reservation>[] = [
  numbers('account_id', (row) => row.accountId),
  texts('id', (row) => row.id),
  numbers('user_id', (row) => row.userId),
  texts('feature', (row) => row.feature),
  instants('period_start', (row) => row.startMs),
  quantities('amount', (row) => row.amount),
  texts('status', (row) => row.status),
  instants('created_at', (row) => row.createdMs),
  instants('expires_at', (row) => row.expiresMs),
  instants('settled_at', (row) => row.settledMs),
  quantities('committed', (row) => row.committed),
  flags('over_limit', (row) => row.isOverLimit),
];

const BURN: readonly Column<PackBurn & { readonly accountId: number }>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('grant_id', (row) => row.grantId),
  instants('period_start', (row) => row.startMs),
  quantities('amount', (row) => row.amount),
];

const ACCESS: readonly Column<AccountAccess>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('plan_id', (row) => row.planId),
  numbers('restricted_from', (row) => row.restrictedFromId),
  texts('restriction', (row) => row.restriction),
  numbers('access_version', (row) => row.accessVersion),
  numbers('catalog_version', (row) => row.catalogVersion),
  instants('computed_at', (row) => row.computedMs),
  instants('valid_until', (row) => row.validUntilMs),
];

/** The parts of the statement that a batch may need, in the order in which they take locks. */
const PARTS = [
  'booked',
  'changed',
  'opened',
  'keys',
  'events',
  'reserved',
  'settled',
  'burned',
  'access',
] as const;
type Part = (typeof PARTS)[number];

/**
 * Writes a batch in one statement, if every balance is still as it was read: the balances are
 * locked in the order of their keys and their revisions compared, and all else depends on the
 * result. Answers whether it wrote. A key or a period that another process has just inserted is
 * a unique violation, upon which nothing is written either.
 */
export async function writeBatch(
  executor: Executor,
  writes: BatchWrites,
  nowMs: number,
): Promise<boolean> {
  const byKey = writes.balances.toSorted(compareBalances);
  const changed = byKey.filter((row) => row.revision > 0 && row.change === 'computed');
  const booked = byKey.filter((row) => row.revision > 0 && row.change === 'booked');
  const opened = byKey.filter((balance) => balance.revision === 0);
  const events = writes.events.map((event) => ({ ...event, recordedMs: nowMs }));
  const keys = writes.keys.toSorted(compareKeys);
  const values: Record<Part, string[]> = {
    booked: literals(BOOKED, booked),
    changed: literals(BALANCE, changed),
    opened: literals(BALANCE, opened),
    keys: literals(KEY, keys),
    events: literals(EVENT, events),
    reserved: literals(RESERVATION, writes.opened),
    settled: literals(RESERVATION, writes.settled),
    burned: literals(BURN, writes.burns),
    access: literals(ACCESS, writes.access),
  };
  const parts = PARTS.filter((part) => values[part].length > 0);
  if (parts.length === 0) return true;
  const rows = await executor.execute(
    statementOf(parts),
    parts.flatMap((part) => values[part]),
  );
  return rows[0]?.[0] === true;
}

function literals<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  return rows.length === 0 ? [] : columns.map((column) => column.literal(rows));
}

const statements = new Map<string, PreparedStatement>();

function statementOf(parts: readonly Part[]): PreparedStatement {
  const name = `usage_write_${parts.join('_')}`;
  let statement = statements.get(name);
  if (statement === undefined) {
    statement = { name: shortName(parts), text: composeStatement(parts) };
    statements.set(name, statement);
  }
  return statement;
}

/** Postgres cuts names at 63 bytes, so each part stands for itself by one letter or two. */
function shortName(parts: readonly Part[]): string {
  return `usage_write_${parts.map((part) => part.slice(0, 2)).join('')}`;
}

function composeStatement(parts: readonly Part[]): string {
  const has = new Set(parts);
  let parameter = 0;
  const input = <Row>(part: Part, columns: readonly Column<Row>[]): string => {
    if (!has.has(part)) return '';
    const arrays = columns.map((column) => `$${(parameter += 1)}::${column.type}[]`);
    const names = columns.map((column) => column.name);
    return `${part}_input AS MATERIALIZED (
      SELECT * FROM unnest(${arrays.join(', ')}) AS i(${names.join(', ')})),`;
  };
  const inputs = [
    input('booked', BOOKED),
    input('changed', BALANCE),
    input('opened', BALANCE),
    input('keys', KEY),
    input('events', EVENT),
    input('reserved', RESERVATION),
    input('settled', RESERVATION),
    input('burned', BURN),
    input('access', ACCESS),
  ];
  const deeds = parts.map((part) => `${part} AS (${DEEDS[part]})`);
  return `WITH ${inputs.join('')} ${guardOf(has)}, ${deeds.join(', ')}
    SELECT ok FROM verdict`;
}

/** Locks the balances that were read, and compares their revisions. */
function guardOf(has: ReadonlySet<Part>): string {
  const sources = (['booked', 'changed'] as const).filter((part) => has.has(part));
  if (sources.length === 0) return 'verdict AS MATERIALIZED (SELECT true AS ok)';
  const keys = sources.map(
    (part) => `SELECT account_id, feature, period_start, revision FROM ${part}_input`,
  );
  return `read AS MATERIALIZED (${keys.join(' UNION ALL ')}),
    guard AS MATERIALIZED (
      SELECT b.revision FROM read i
      JOIN balances b ON b.account_id = i.account_id AND b.feature = i.feature
        AND b.period_start = i.period_start
      WHERE b.revision = i.revision
      ORDER BY b.account_id, b.feature, b.period_start
      FOR UPDATE OF b
    ), verdict AS MATERIALIZED (
      SELECT (SELECT count(*) FROM guard) = (SELECT count(*) FROM read) AS ok
    )`;
}

const IF_OK = 'WHERE (SELECT ok FROM verdict)';

function insert<Row>(table: string, part: Part, columns: readonly Column<Row>[]): string {
  const names = columns.map((column) => column.name).join(', ');
  return `INSERT INTO ${table} (${names}) SELECT ${names} FROM ${part}_input ${IF_OK}`;
}

function assignments(names: readonly string[]): string {
  return names.map((name) => `${name} = i.${name}`).join(', ');
}

const BALANCE_KEY = new Set(['account_id', 'feature', 'period_start', 'revision']);
const BALANCE_NAMES = BALANCE.map((column) => column.name).join(', ');

function updateBalances(part: Part, columns: readonly Column<Balance>[]): string {
  const names = columns.map((column) => column.name).filter((name) => !BALANCE_KEY.has(name));
  return `UPDATE balances b SET ${assignments(names)}, revision = i.revision + 1
    FROM ${part}_input i ${IF_OK} AND b.account_id = i.account_id AND b.feature = i.feature
      AND b.period_start = i.period_start`;
}

const DEEDS: Record<Part, string> = {
  booked: updateBalances('booked', BOOKED),
  changed: updateBalances('changed', BALANCE),
  opened: `INSERT INTO balances (${BALANCE_NAMES})
    SELECT ${BALANCE_NAMES.replace('revision', '1')} FROM opened_input ${IF_OK}`,
  keys: insert('usage_keys', 'keys', KEY),
  events: insert('usage_events', 'events', EVENT),
  reserved: insert('reservations', 'reserved', RESERVATION),
  settled: `UPDATE reservations r SET status = i.status, expires_at = i.expires_at,
      settled_at = i.settled_at, committed = i.committed, over_limit = i.over_limit
    FROM settled_input i ${IF_OK} AND r.account_id = i.account_id AND r.id = i.id`,
  burned: `${insert('pack_burns', 'burned', BURN)}
    ON CONFLICT (account_id, grant_id, period_start) DO UPDATE SET amount = EXCLUDED.amount`,
  access: `${insert('account_access', 'access', ACCESS)}
    ON CONFLICT (account_id) DO UPDATE SET plan_id = EXCLUDED.plan_id,
      restricted_from = EXCLUDED.restricted_from, restriction = EXCLUDED.restriction,
      access_version = EXCLUDED.access_version, catalog_version = EXCLUDED.catalog_version,
      computed_at = EXCLUDED.computed_at, valid_until = EXCLUDED.valid_until
    WHERE account_access.access_version <= EXCLUDED.access_version`,
};

function compareBalances(a: Balance, b: Balance): number {
  return a.accountId - b.accountId || compareText(a.feature, b.feature) || a.startMs - b.startMs;
}

function compareKeys(a: UsageKey, b: UsageKey): number {
  return a.accountId - b.accountId || compareText(a.key, b.key);
}

/** By code unit, which for what stands in keys is the order of the collation "C". */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function countedJson(event: UsageEvent): string {
  let json = '{';
  for (const [feature, amount] of event.counted) {
    json += `${json.length > 1 ? ',' : ''}"${feature}":${formatQuantity(amount)}`;
  }
  return `${json}}`;
}

function metadataJson(event: UsageEvent): string | null {
  return event.metadata === undefined ? null : JSON.stringify(event.metadata);
}
