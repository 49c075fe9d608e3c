import type { Command } from 'commander';
import { migrate, pendingMigrations } from '../../adapters/postgres/index.ts';
import { readConfig } from '../config.ts';
import { findDatabaseUrl } from '../database-url.ts';
import type { CommandContext } from './context.ts';

/** `migrate`, for those who migrate before they start the new version. */
export function addMigrateCommand(program: Command, context: CommandContext): void {
  program
    .command('migrate')
    .description('bring the database up to date; the server does the same at its start')
    .option('--dry-run', 'only name what would run')
    .action(async (options: { dryRun?: boolean }) => {
      const config = readConfig(context.env);
      const databaseUrl = await findDatabaseUrl(config);
      const target = { databaseUrl, schema: config.databaseSchema };
      const dryRun = options.dryRun === true;
      const names = dryRun ? await pendingMigrations(target) : await migrate(target);
      for (const name of names) context.print(dryRun ? `would run ${name}` : `ran ${name}`);
      if (names.length === 0) context.print('The database is up to date.');
    });
}
