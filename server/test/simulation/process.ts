import type { ManualClock } from '@whisperforge/kernel/clock';
import {
  createAccess,
  type Access,
  type CommandDependencies,
} from '../../src/domains/access/index.ts';
import { createAccounts, loadAnchors, type Accounts } from '../../src/domains/accounts/index.ts';
import { createCatalogCache, type CatalogCache } from '../../src/domains/plans/index.ts';
import { loadFacts } from '../../src/domains/subscriptions/index.ts';
import {
  createLookup,
  createUsage,
  type Lookup,
  type Usage,
} from '../../src/domains/usage/index.ts';
import type { Database, Tx } from '../../src/platform/database.ts';
import { AppError, DATABASE_UNAVAILABLE } from '../../src/platform/errors.ts';
import { GRACE_DAYS } from './model/limits.ts';

/** What one server process has in memory. */
export interface Process {
  readonly database: Database;
  readonly catalog: CatalogCache;
  readonly accounts: Accounts;
  readonly usage: Usage;
  readonly lookup: Lookup;
  readonly access: Access;
  readonly commands: CommandDependencies;
}

export function createProcess(
  database: Database,
  clock: ManualClock,
  shared?: Pick<Process, 'catalog' | 'lookup'>,
): Process {
  const catalog = shared?.catalog ?? createCatalogCache({ database });
  const sources = { graceDays: GRACE_DAYS, loadFacts, loadAnchors };
  const usage = createUsage({ database, clock, catalog, sources });
  const refresh: Usage['refresh'] = (wanted) => usage.refresh(wanted);
  const lookup = shared?.lookup ?? createLookup({ database, clock, catalog, refresh });
  const accounts = createAccounts({ database });
  const commands = { database, catalog, usage };
  const access = createAccess({ ...commands, clock, accounts, lookup });
  return { database, catalog, accounts, usage, lookup, access, commands };
}

/** What happens to a process in the middle of its next work. */
export interface Mishap {
  /** Before each of its first attempts to write. */
  beforeWrite?(attempt: number): Promise<void>;
  /** After it has written, before it hears of it. */
  afterWrite?(): void;
  /** When all of a transaction is done but its commit. */
  beforeCommit?(): void;
}

/** A process whose bookings meet with a mishap; it shares what another one knows and looks up. */
export function unluckyProcess(process: Process, clock: ManualClock, mishap: Mishap): Process {
  return createProcess(unluckyDatabase(process.database, mishap), clock, process);
}

function unluckyDatabase(database: Database, mishap: Mishap): Database {
  let attempts = 0;
  const execute: Database['execute'] = async (statement, values) => {
    const isWrite = statement.name.startsWith('usage_write');
    if (isWrite) await mishap.beforeWrite?.((attempts += 1));
    const rows = await database.execute(statement, values);
    if (isWrite) mishap.afterWrite?.();
    return rows;
  };
  return {
    sql: database.sql,
    execute,
    transaction: (work) =>
      database.transaction(async (tx: Tx) => {
        const result = await work(tx);
        mishap.beforeCommit?.();
        return result;
      }),
  };
}

export function connectionLost(): AppError {
  return new AppError(DATABASE_UNAVAILABLE, { message: 'The connection was cut.' });
}
