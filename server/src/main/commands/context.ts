import { userInfo } from 'node:os';
import { InvalidArgumentError } from 'commander';
import { systemClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../../adapters/postgres/index.ts';
import type { Database } from '../../platform/database.ts';
import { compose, type Application } from '../compose.ts';
import { readConfig, type Config, type Variables } from '../config.ts';
import { findDatabaseUrl } from '../database-url.ts';
import { createLogger } from '../logger.ts';

/** What is typed before a command; without the dashes npm would take options for its own. */
export const CLI = 'npm run cli --';

/** What a command is given; nothing else of the process is its business. */
export interface CommandContext {
  readonly env: Variables;
  /** Results, for people and programs. */
  print(line: string): void;
  /** Faults and help; the process's standard error where nothing is said. */
  complain?(line: string): void;
  /** Asks whoever sits there before something is done for good; scripts are not asked. */
  confirm?(question: string): Promise<boolean>;
  /** Shows whoever sits there how far something long has come; scripts are shown nothing. */
  progress?(title: string): Progress;
}

export interface Progress {
  tell(text: string): void;
  stop(text: string): void;
}

/** Builds the application on the configured database for one command, and closes it again. */
export async function withApplication<T>(
  context: CommandContext,
  work: (application: Application, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig(context.env);
  const database = openDatabase({
    url: await findDatabaseUrl(config),
    schema: config.databaseSchema,
    applicationName: 'whisperforge cli',
    maxConnections: 2,
  });
  try {
    const logger = createLogger('silent');
    const application = compose({ config, database, clock: systemClock, logger });
    return await work(application, config);
  } finally {
    await database.close();
  }
}

/**
 * For commands that ask nothing of other domains, so that what is sold can be mended when the rest
 * cannot run.
 */
export async function withDatabase<T>(
  context: CommandContext,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const config = readConfig(context.env);
  const database = openDatabase({
    url: await findDatabaseUrl(config),
    schema: config.databaseSchema,
    applicationName: 'whisperforge cli',
    maxConnections: 2,
  });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

export function parseReason(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('A reason says something.');
  return text;
}

/** For the audit: who typed it, as far as the machine knows. */
export function operator(): { readonly kind: 'cli'; readonly id: string } {
  return { kind: 'cli', id: userInfo().username };
}

/** Such as `1 customer`, `2 customers`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Rows in columns that line up. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
