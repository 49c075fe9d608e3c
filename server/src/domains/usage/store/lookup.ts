import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, PreparedStatement } from '../../../platform/database.ts';
import type { CountedBalance } from '../../entitlements/index.ts';
import type { AccountAccess } from '../batch/records.ts';
import { lineOf, linesOf, nullable, textOf, type Cells } from './lines.ts';
import { NEWEST_BALANCE, pairColumns, type UserFeature } from './read.ts';

/** What is in force for a user's feature at an instant. */
export interface AccessReading {
  readonly catalogVersion: number;
  /** `null` where it was computed too long ago, or never. */
  readonly access: Pick<
    AccountAccess,
    'accountId' | 'planId' | 'restriction' | 'restrictedFromId'
  > | null;
  /** `null` for a feature that is not counted. */
  readonly balance: CountedBalance | null;
}

/** As `isFresh` says it of a row that was read. */
const isFresh = (row: string): string => `${row}.access_version = a.access_version
  AND ${row}.catalog_version = c.version
  AND (${row}.valid_until IS NULL OR $3 < ${row}.valid_until)`;

const OUTDATED = ['i.n', 'c.version'];
const WITHOUT_BALANCE = [
  ...OUTDATED,
  's.account_id',
  's.plan_id',
  nullable('s.restriction'),
  nullable('s.restricted_from'),
];
const WITH_BALANCE = [
  ...WITHOUT_BALANCE,
  'b.used',
  'b.reserved',
  nullable('b.base_limit'),
  'b.pack_amount',
  nullable('b.beyond'),
  nullable('b.period_end'),
];

const LINE = `CASE
  WHEN s.account_id IS NULL THEN ${lineOf(OUTDATED)}
  WHEN i.feature = '' THEN ${lineOf(WITHOUT_BALANCE)}
  WHEN b.account_id IS NULL THEN ${lineOf(OUTDATED)}
  ELSE ${lineOf(WITH_BALANCE)} END`;

const READ_ACCESS: PreparedStatement = {
  name: 'usage_read_access',
  text: `SELECT ${textOf(LINE)}
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS i(external_id, feature, n)
    JOIN users u ON u.external_id = i.external_id
    JOIN accounts a ON a.id = u.account_id
    CROSS JOIN catalog c
    LEFT JOIN account_access s ON s.account_id = a.id AND ${isFresh('s')}
    ${NEWEST_BALANCE} AND ${isFresh('b')}`,
};

/** For every pair what is in force at `nowMs`; `undefined` for an unknown user. */
export async function readAccess(
  executor: Executor,
  pairs: readonly UserFeature[],
  nowMs: number,
): Promise<(AccessReading | undefined)[]> {
  const values = [...pairColumns(pairs), formatInstant(nowMs)];
  const rows = await executor.execute(READ_ACCESS, values);
  const readings = Array.from<AccessReading | undefined>({ length: pairs.length });
  for (const cells of linesOf(rows)) readings[cells.number(0) - 1] = readingOf(cells);
  return readings;
}

function readingOf(cells: Cells): AccessReading {
  const catalogVersion = cells.number(1);
  if (cells.count === OUTDATED.length) return { catalogVersion, access: null, balance: null };
  const access = {
    accountId: cells.number(2),
    planId: cells.number(3),
    restriction: cells.textOrNull(4) as AccountAccess['restriction'],
    restrictedFromId: cells.numberOrNull(5),
  };
  if (cells.count === WITHOUT_BALANCE.length) return { catalogVersion, access, balance: null };
  const balance = {
    used: cells.quantity(6),
    reserved: cells.quantity(7),
    baseLimit: cells.quantityOrNull(8),
    packAmount: cells.quantity(9),
    beyond: cells.quantityOrNull(10),
    endMs: cells.instantMsOrNull(11),
  };
  return { catalogVersion, access, balance };
}
