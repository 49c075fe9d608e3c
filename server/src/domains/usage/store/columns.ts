import { formatQuantity, quantityForDatabase, type Quantity } from '@whisperforge/kernel/quantity';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Balance, PackBurn } from '../../entitlements/index.ts';
import type {
  AccountAccess,
  AccountRow,
  Reservation,
  UsageEvent,
  UsageKey,
} from '../batch/records.ts';

/** A column of rows to write: its name, the type of its array, and how it is read and sent. */
export interface Column<Row> {
  readonly name: string;
  readonly type: string;
  /** The value in SQL, of the input that is called `i`. */
  readonly value: string;
  /** The array; `null` where every value is, which costs nothing to send and to read. */
  readonly literal: (rows: readonly Row[], nowMs: number) => string | null;
}

type Cell = string | number | null;

function unlessEmpty<Value extends Cell>(
  values: readonly Value[],
  literalOf: (values: readonly Value[]) => string,
): string | null {
  return values.every((value) => value === null) ? null : literalOf(values);
}

function numbers<Row>(name: string, read: (row: Row) => number | null): Column<Row> {
  const literal = (rows: readonly Row[]): string | null => unlessEmpty(rows.map(read), numberArray);
  return { name, type: 'bigint', value: `i.${name}`, literal };
}

function texts<Row>(name: string, read: (row: Row) => string | null): Column<Row> {
  const literal = (rows: readonly Row[]): string | null => unlessEmpty(rows.map(read), textArray);
  return { name, type: 'text', value: `i.${name}`, literal };
}

/** Sent as epoch milliseconds: a date is dear to print and to read, and each row has several. */
function instants<Row>(name: string, read: (row: Row) => number | null): Column<Row> {
  const seconds = `to_timestamp((i.${name} / 1000)::float8)`;
  const value = `${seconds} + (i.${name} % 1000) * interval '1 millisecond'`;
  return { ...numbers(name, read), value };
}

/** The instant of the batch as a parameter of the statement. */
export const NOW_PARAMETER = '$1::timestamptz';

/** Instants most of which are that of the batch itself, which is not sent again for each. */
function instantsAroundNow<Row>(name: string, read: (row: Row) => number): Column<Row> {
  const { type, value } = instants(name, read);
  const literal = (rows: readonly Row[], nowMs: number): string | null => {
    const others = rows.map((row) => (read(row) === nowMs ? null : read(row)));
    return unlessEmpty(others, numberArray);
  };
  return { name, type, value: `coalesce(${value}, ${NOW_PARAMETER})`, literal };
}

function quantities<Row>(name: string, read: (row: Row) => Quantity | null): Column<Row> {
  const format = (row: Row): string | null => {
    const quantity = read(row);
    return quantity === null ? null : quantityForDatabase(quantity);
  };
  const literal = (rows: readonly Row[]): string | null =>
    unlessEmpty(rows.map(format), numberArray);
  return { name, type: 'numeric', value: `i.${name}`, literal };
}

function flags<Row>(name: string, read: (row: Row) => boolean | null): Column<Row> {
  const format = (row: Row): string | null => {
    const flag = read(row);
    return flag === null ? null : flag ? 't' : 'f';
  };
  const literal = (rows: readonly Row[]): string | null =>
    unlessEmpty(rows.map(format), numberArray);
  return { name, type: 'boolean', value: `i.${name}`, literal };
}

function documents<Row>(name: string, read: (row: Row) => string | null): Column<Row> {
  return { ...texts(name, read), type: 'jsonb' };
}

export const RECALLED: readonly Column<AccountRow>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('access_version', (row) => row.accessVersion),
  numbers('catalog_version', (row) => row.catalogVersion),
];

export const BALANCE: readonly Column<Balance>[] = [
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
export const BOOKED: readonly Column<Balance>[] = BALANCE.filter((column) =>
  ['account_id', 'feature', 'period_start', 'used', 'reserved', 'valid_until', 'revision'].includes(
    column.name,
  ),
);

export const EVENT: readonly Column<UsageEvent>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('user_id', (row) => row.userId),
  texts('event_type', (row) => row.eventType),
  instantsAroundNow('occurred_at', (row) => row.occurredMs),
  instantsAroundNow('recorded_at', (row) => row.recordedMs),
  quantities('resource_consumed', (row) => row.amount),
  quantities('cost_cents', (row) => row.costCents ?? null),
  texts('model', (row) => row.model ?? null),
  texts('provider', (row) => row.provider ?? null),
  numbers('tokens_in', (row) => row.tokensIn ?? null),
  numbers('tokens_out', (row) => row.tokensOut ?? null),
  documents('counted', countedJson),
  flags('over_limit', (row) => row.isOverLimit),
  flags('late', (row) => row.isLate),
  texts('reservation_id', (row) => row.reservationId ?? null),
  documents('metadata', metadataJson),
];

export const KEY: readonly Column<UsageKey>[] = [
  numbers('account_id', (row) => row.accountId),
  texts('key', (row) => row.key),
  texts('fingerprint', (row) => row.fingerprint),
  instantsAroundNow('received_at', (row) => row.receivedMs),
  flags('over_limit', (row) => row.isOverLimit),
  texts('reservation_id', (row) => row.reservationId),
];

export const RESERVATION: readonly Column<Reservation>[] = [
  numbers('account_id', (row) => row.accountId),
  texts('id', (row) => row.id),
  numbers('user_id', (row) => row.userId),
  texts('feature', (row) => row.feature),
  instants('period_start', (row) => row.startMs),
  quantities('amount', (row) => row.amount),
  texts('status', (row) => row.status),
  instantsAroundNow('created_at', (row) => row.createdMs),
  instants('expires_at', (row) => row.expiresMs),
  instants('settled_at', (row) => row.settledMs),
  quantities('committed', (row) => row.committed),
  flags('over_limit', (row) => row.isOverLimit),
];

export const BURN: readonly Column<PackBurn & { readonly accountId: number }>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('grant_id', (row) => row.grantId),
  instants('period_start', (row) => row.startMs),
  quantities('amount', (row) => row.amount),
];

export const ACCESS: readonly Column<AccountAccess>[] = [
  numbers('account_id', (row) => row.accountId),
  numbers('plan_id', (row) => row.planId),
  numbers('restricted_from', (row) => row.restrictedFromId),
  texts('restriction', (row) => row.restriction),
  numbers('access_version', (row) => row.accessVersion),
  numbers('catalog_version', (row) => row.catalogVersion),
  instants('computed_at', (row) => row.computedMs),
  instants('valid_until', (row) => row.validUntilMs),
];

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
