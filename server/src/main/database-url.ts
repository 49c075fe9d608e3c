import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '../adapters/postgres/index.ts';
import { ConfigError, type Config } from './config.ts';

/** The database that a server needs; only `npm start` brings up one by itself. */
export function requireDatabaseUrl(config: Config): string {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  throw new ConfigError([
    'DATABASE_URL is missing: name a Postgres, or use `npm start`, which brings up its own.',
  ]);
}

/** Where `npm start` writes the address of its own Postgres, for as long as that runs. */
export function addressFileOf(dataDir: string): string {
  return join(dataDir, 'database-url');
}

/** The database of an operator's command: the one that is named, or that of `npm start`. */
export async function findDatabaseUrl(config: Config): Promise<string> {
  if (config.databaseUrl !== undefined) return config.databaseUrl;
  const url = readAddress(config.dataDir);
  // One that was killed has left its address behind.
  if (url !== undefined && (await answers(url))) return url;
  throw new ConfigError([
    `DATABASE_URL is missing, and no \`npm start\` runs on ${config.dataDir}: start it, or name ` +
      'a Postgres.',
  ]);
}

function readAddress(dataDir: string): string | undefined {
  const file = addressFileOf(dataDir);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (fault) {
    const reason = fault instanceof Error && 'code' in fault ? String(fault.code) : 'unreadable';
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return undefined;
    throw new ConfigError([`DATABASE_URL is missing, and ${file} cannot be read (${reason}).`]);
  }
}

async function answers(url: string): Promise<boolean> {
  const schema = 'public';
  const database = openDatabase({ url, schema, applicationName: 'whisperforge cli' });
  try {
    await database.ping();
    return true;
  } catch {
    return false;
  } finally {
    await database.close();
  }
}
