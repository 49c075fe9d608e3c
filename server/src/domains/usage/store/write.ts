import { formatInstant } from '@whisperforge/kernel/clock';
import {
  StatementRefused,
  type Executor,
  type PreparedStatement,
} from '../../../platform/database.ts';
import type { Balance, PackBurn } from '../../entitlements/index.ts';
import type {
  AccountAccess,
  AccountRow,
  Reservation,
  UsageEvent,
  UsageKey,
} from '../batch/records.ts';
import {
  ACCESS,
  BALANCE,
  BOOKED,
  BURN,
  EVENT,
  KEY,
  NOW_PARAMETER,
  RECALLED,
  RESERVATION,
  type Column,
} from './columns.ts';

/** All that a batch changes. */
export interface BatchWrites {
  readonly nowMs: number;
  /** Accounts that must still be as they are remembered. */
  readonly recalled: readonly AccountRow[];
  /** Changed balances, in memory as they shall be; `revision` is what was read. */
  readonly balances: readonly Balance[];
  readonly events: readonly UsageEvent[];
  readonly keys: readonly UsageKey[];
  readonly opened: readonly Reservation[];
  readonly settled: readonly Reservation[];
  readonly burns: readonly (PackBurn & { readonly accountId: number })[];
  readonly access: readonly AccountAccess[];
}

/** The parts of the statement that a batch may need, in the order in which they take locks. */
const PARTS = [
  'unchanged',
  'booked',
  'computed',
  'opened',
  'keys',
  'events',
  'reserved',
  'settled',
  'burned',
  'access',
] as const;
type Part = (typeof PARTS)[number];

/** What must find all of its rows, or nothing is written. */
const CONDITIONS: ReadonlySet<Part> = new Set(['unchanged', 'booked', 'computed']);

type Literals = readonly (string | null)[];

/** What `refuse_outrun_batch()` raises. */
const OUTRUN = 'WF001';

/**
 * Writes a batch in one statement, if every balance is still as it was read, and every account and
 * the catalogue as they are remembered: the balances are updated in the order of their keys where
 * their revisions are the same, and the statement fails where one is not. Answers whether it
 * wrote. A key or a period that another process has just inserted is a unique violation, upon
 * which nothing is written either.
 */
export async function writeBatch(executor: Executor, writes: BatchWrites): Promise<boolean> {
  const byKey = writes.balances.toSorted(compareBalances);
  const known = byKey.filter((balance) => balance.revision > 0);
  // All in one update, so that all are locked in one order.
  const isAnyComputed = known.some((balance) => balance.change === 'computed');
  const literals = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Literals =>
    rows.length === 0 ? [] : columns.map((column) => column.literal(rows, writes.nowMs));
  const values: Record<Part, Literals> = {
    unchanged: literals(RECALLED, writes.recalled),
    booked: literals(BOOKED, isAnyComputed ? [] : known),
    computed: literals(BALANCE, isAnyComputed ? known : []),
    opened: literals(
      BALANCE,
      byKey.filter((balance) => balance.revision === 0),
    ),
    keys: literals(KEY, writes.keys.toSorted(compareKeys)),
    events: literals(EVENT, writes.events),
    reserved: literals(RESERVATION, writes.opened),
    settled: literals(SETTLED, writes.settled),
    burned: literals(BURN, writes.burns),
    access: literals(ACCESS, writes.access),
  };
  const parts = PARTS.filter((part) => values[part].length > 0);
  if (parts.length === 0) return true;
  try {
    const parameters = parts.flatMap((part) => values[part]);
    const now = formatInstant(writes.nowMs);
    await executor.execute(statementOf(parts), [
      now,
      known.length + writes.recalled.length,
      ...parameters,
    ]);
    return true;
  } catch (error) {
    if (error instanceof StatementRefused && error.sqlState === OUTRUN) return false;
    throw error;
  }
}

const statements = new Map<string, PreparedStatement>();

function statementOf(parts: readonly Part[]): PreparedStatement {
  // Postgres cuts names at 63 bytes, so two letters stand for each part.
  const name = `usage_write_${parts.map((part) => part.slice(0, 2)).join('')}`;
  let statement = statements.get(name);
  if (statement === undefined) {
    statement = { name, text: composeStatement(parts) };
    statements.set(name, statement);
  }
  return statement;
}

function composeStatement(parts: readonly Part[]): string {
  // After the instant of the batch and how many rows the conditions must find.
  let parameter = 2;
  const deeds = parts.map((part) => {
    const { columns } = DEEDS[part];
    const arrays = columns.map((column) => `$${(parameter += 1)}::${column.type}[]`);
    const names = columns.map((column) => column.name);
    const input = `unnest(${arrays.join(', ')}) AS i(${names.join(', ')})`;
    return `${part} AS (${DEEDS[part].compose(input)})`;
  });
  const conditions = parts.filter((part) => CONDITIONS.has(part));
  const counts = conditions.map((part) => `(SELECT count(*) FROM ${part})`);
  // Both are named in every statement, because Postgres must know the type of each parameter.
  const verdict = `verdict AS MATERIALIZED (
    SELECT ${NOW_PARAMETER}, CASE WHEN ${counts.join(' + ') || '0'} = $2::bigint THEN true
      ELSE refuse_outrun_batch() END AS ok)`;
  // What is inserted waits for the verdict, and so for the conditions.
  const [checked, rest] = [deeds.slice(0, conditions.length), deeds.slice(conditions.length)];
  return `WITH ${[...checked, verdict, ...rest].join(',\n')} SELECT ok FROM verdict`;
}

/** What a part does with its columns, given as the rows of an input that is called `i`. */
interface Deed {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  compose(input: string): string;
}

const IF_OK = 'WHERE (SELECT ok FROM verdict)';

function inserting<Row>(table: string, columns: readonly Column<Row>[], onConflict = ''): Deed {
  const names = columns.map((column) => column.name).join(', ');
  const values = columns.map((column) => column.value).join(', ');
  return {
    columns,
    compose: (input) =>
      `INSERT INTO ${table} (${names}) SELECT ${values} FROM ${input} ${IF_OK} ${onConflict}`,
  };
}

const BALANCE_KEY = ['account_id', 'feature', 'period_start'];

function updatingBalances(columns: readonly Column<Balance>[]): Deed {
  const assigned = columns
    .filter((column) => ![...BALANCE_KEY, 'revision'].includes(column.name))
    .map((column) => `${column.name} = ${column.value}`);
  const matched = columns
    .filter((column) => [...BALANCE_KEY, 'revision'].includes(column.name))
    .map((column) => `b.${column.name} = ${column.value}`);
  return {
    columns,
    compose: (input) => `UPDATE balances b SET ${assigned.join(', ')}, revision = b.revision + 1
      FROM ${input} WHERE ${matched.join(' AND ')} RETURNING 1`,
  };
}

/** A period's first row has revision 1. */
const OPENED = BALANCE.map((column) =>
  column.name === 'revision' ? { ...column, value: 'i.revision + 1' } : column,
);

const SETTLED = RESERVATION.filter((column) =>
  ['account_id', 'id', 'status', 'expires_at', 'settled_at', 'committed', 'over_limit'].includes(
    column.name,
  ),
);

const DEEDS: Record<Part, Deed> = {
  unchanged: {
    columns: RECALLED,
    compose: (input) => `SELECT 1 FROM ${input}
      JOIN accounts a ON a.id = i.account_id AND a.access_version = i.access_version
      JOIN catalog c ON c.version = i.catalog_version`,
  },
  booked: updatingBalances(BOOKED),
  computed: updatingBalances(BALANCE),
  opened: inserting('balances', OPENED),
  keys: inserting('usage_keys', KEY),
  events: inserting('usage_events', EVENT),
  reserved: inserting('reservations', RESERVATION),
  settled: {
    columns: SETTLED,
    compose: (input) => {
      const assigned = SETTLED.slice(2).map((column) => `${column.name} = ${column.value}`);
      // Found by the whole key, as where they are read; the balance that was updated guards them.
      return `UPDATE reservations r SET ${assigned.join(', ')}
        FROM ${input} CROSS JOIN LATERAL (
          SELECT ctid FROM reservations WHERE account_id = i.account_id AND id = i.id LIMIT 1
        ) AS found(place)
        ${IF_OK} AND r.ctid = found.place`;
    },
  },
  burned: inserting(
    'pack_burns',
    BURN,
    'ON CONFLICT (account_id, grant_id, period_start) DO UPDATE SET amount = EXCLUDED.amount',
  ),
  access: inserting(
    'account_access',
    ACCESS,
    `ON CONFLICT (account_id) DO UPDATE SET plan_id = EXCLUDED.plan_id,
      restricted_from = EXCLUDED.restricted_from, restriction = EXCLUDED.restriction,
      access_version = EXCLUDED.access_version, catalog_version = EXCLUDED.catalog_version,
      computed_at = EXCLUDED.computed_at, valid_until = EXCLUDED.valid_until
    WHERE account_access.access_version <= EXCLUDED.access_version`,
  ),
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
