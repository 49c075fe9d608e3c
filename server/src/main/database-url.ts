import { ConfigError, type Config } from './config.ts';

/** The database that a command needs; only `npm start` brings up one by itself. */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  throw new ConfigError([
    'DATABASE_URL is missing: name a Postgres, or use `npm start`, which brings up its own.',
  ]);
}
