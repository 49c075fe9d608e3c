import { formatInstant } from '@whisperforge/kernel/clock';
import { numberArray, textArray } from '../../../platform/array-literal.ts';
import type { Executor, PreparedStatement } from '../../../platform/database.ts';
import type { CountedBalance } from '../../entitlements/index.ts';
import type { AccountAccess } from '../batch/records.ts';
import {
  instantMsAt,
  instantMsOrNull,
  lineOf,
  linesOf,
  nullable,
  numberAt,
  numberOrNull,
  quantityAt,
  quantityOrNull,
  textOf,
  textOrNull,
  type Cells,
} from './lines.ts';
import { NEWEST_BALANCE, type UserFeature } from './read.ts';

/** What is in force for a user's feature at an instant. */
export interface AccessReading {
  readonly catalogVersion: number;
  /** `null` where it was computed too long ago, or never. */
  readonly access: Pick<
    AccountAccess,
    'accountId' | 'planId' | 'restriction' | 'restrictedFromId' | 'accessVersion' | 'validUntilMs'
  > | null;
  /** `null` for a feature that is not counted. */
  readonly balance: VersionedBalance | null;
}

/** A balance, and by what it is told whether it is still the same. */
export interface VersionedBalance extends CountedBalance {
  readonly startMs: number;
  readonly revision: number;
  readonly validUntilMs: number | null;
}

/** A user's feature, and what was read of it before, which is not read again if it is the same. */
export interface AccessQuestion extends UserFeature {
  readonly known: AccessReading | null;
}

/** Nothing has changed since. */
export const UNCHANGED = 'unchanged';

/** As `isFresh` says it of a row that was read. */
const isFresh = (row: string): string => `${row}.access_version = a.access_version
  AND ${row}.catalog_version = c.version
  AND (${row}.valid_until IS NULL OR $1 < ${row}.valid_until)`;

const OUTDATED = ['i.n', 'c.version'];
const WITHOUT_BALANCE = [
  ...OUTDATED,
  's.account_id',
  's.plan_id',
  nullable('s.restriction'),
  nullable('s.restricted_from'),
  's.access_version',
  nullable('s.valid_until'),
];
const WITH_BALANCE = [
  ...WITHOUT_BALANCE,
  'b.used',
  'b.reserved',
  nullable('b.base_limit'),
  'b.pack_amount',
  nullable('b.beyond'),
  nullable('b.period_end'),
  'b.period_start',
  'b.revision',
  nullable('b.valid_until'),
];

const LINE = `CASE
  WHEN s.account_id IS NULL THEN ${lineOf(OUTDATED)}
  WHEN i.feature = '' THEN ${lineOf(WITHOUT_BALANCE)}
  WHEN b.account_id IS NULL THEN ${lineOf(OUTDATED)}
  ELSE ${lineOf(WITH_BALANCE)} END`;

/** The whole reading; of an unknown user no more than the number of the question. */
const READING = `coalesce((
  SELECT ${LINE} FROM users u
  JOIN accounts a ON a.id = u.account_id
  LEFT JOIN account_access s ON s.account_id = a.id AND ${isFresh('s')}
  ${NEWEST_BALANCE} AND ${isFresh('b')}
  WHERE u.external_id = i.external_id), i.n::text)`;

const READ_ACCESS: PreparedStatement = {
  name: 'usage_read_access',
  text: `SELECT ${textOf(`CASE
      WHEN account.access_version = i.access_version AND c.version = $2
        AND (i.feature = '' OR balance.revision = i.revision) THEN NULL
      ELSE ${READING} END`)}
    FROM unnest($3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
      WITH ORDINALITY
      AS i(external_id, feature, account_id, access_version, period_start, revision, n)
    CROSS JOIN catalog c
    LEFT JOIN accounts account ON account.id = i.account_id
    LEFT JOIN balances balance ON balance.account_id = i.account_id
      AND balance.feature = i.feature
      AND balance.period_start = to_timestamp((i.period_start / 1000)::float8)
        + (i.period_start % 1000) * interval '1 millisecond'`,
};

/**
 * For every pair what is in force at `nowMs`; `undefined` for an unknown user. What is known must
 * have been read by the catalogue of `catalogVersion` and be valid at `nowMs`; it is compared with
 * the rows that it came from, and is still in force where they are the same.
 */
export async function readAccess(
  executor: Executor,
  questions: readonly AccessQuestion[],
  at: { readonly nowMs: number; readonly catalogVersion: number },
): Promise<(AccessReading | typeof UNCHANGED | undefined)[]> {
  const known = questions.map((question) => question.known);
  const rows = await executor.execute(READ_ACCESS, [
    formatInstant(at.nowMs),
    at.catalogVersion,
    textArray(questions.map((question) => question.user)),
    textArray(questions.map((question) => question.feature)),
    numberArray(known.map((reading) => reading?.access?.accountId ?? null)),
    numberArray(known.map((reading) => reading?.access?.accessVersion ?? null)),
    numberArray(known.map((reading) => reading?.balance?.startMs ?? null)),
    numberArray(known.map((reading) => reading?.balance?.revision ?? null)),
  ]);
  const readings = Array.from<AccessReading | typeof UNCHANGED | undefined>({
    length: questions.length,
  }).fill(UNCHANGED);
  for (const cells of linesOf(rows)) readings[numberAt(cells, 0) - 1] = readingOf(cells);
  return readings;
}

function readingOf(cells: Cells): AccessReading | undefined {
  if (cells.length === 1) return undefined;
  const catalogVersion = numberAt(cells, 1);
  if (cells.length === OUTDATED.length) return { catalogVersion, access: null, balance: null };
  const access = {
    accountId: numberAt(cells, 2),
    planId: numberAt(cells, 3),
    restriction: textOrNull(cells, 4) as AccountAccess['restriction'],
    restrictedFromId: numberOrNull(cells, 5),
    accessVersion: numberAt(cells, 6),
    validUntilMs: instantMsOrNull(cells, 7),
  };
  if (cells.length === WITHOUT_BALANCE.length) return { catalogVersion, access, balance: null };
  const balance = {
    used: quantityAt(cells, 8),
    reserved: quantityAt(cells, 9),
    baseLimit: quantityOrNull(cells, 10),
    packAmount: quantityAt(cells, 11),
    beyond: quantityOrNull(cells, 12),
    endMs: instantMsOrNull(cells, 13),
    startMs: instantMsAt(cells, 14),
    revision: numberAt(cells, 15),
    validUntilMs: instantMsOrNull(cells, 16),
  };
  return { catalogVersion, access, balance };
}
