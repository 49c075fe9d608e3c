import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../server/src/main/config.ts';
import { addressFileOf } from '../../server/src/main/database-url.ts';
import { serve } from '../../server/src/main/serve.ts';
import { lockDirectory } from '../postgres/lock.ts';
import { replaceFile } from '../postgres/private-file.ts';
import { startPostgres } from '../postgres/start.ts';
import { describeDatabase, refuseUnusableDatabase } from './database.ts';
import type { Parts } from './parts.ts';
import { bringUpSandbox } from './sandbox.ts';
import { ensureSecretKey } from './secret-key.ts';
import { describeFolder, renderSummary } from './summary.ts';

export interface Surroundings {
  readonly parts: Parts;
  readonly say: (line: string) => void;
  /** Throws when somebody has asked to stop; called between one part and the next. */
  readonly goOn: () => void;
}

/** In production everything was brought up by others and named in the configuration. */
export async function startProduction(config: Config, { parts }: Surroundings): Promise<void> {
  if (config.databaseUrl !== undefined) await refuseUnusableDatabase(config.databaseUrl);
  const server = await serve(config);
  parts.add({ name: 'the server', stop: () => server.close() });
}

/** Brings up everything that a developer would else have to install and to configure. */
export async function startDevelopment(config: Config, around: Surroundings): Promise<void> {
  const { parts, say } = around;
  const sinceMs = performance.now();
  mkdirSync(config.dataDir, { recursive: true });
  const lock = lockDirectory(config.dataDir);
  parts.add({ stop: () => Promise.resolve(lock.release()) });
  const database = await bringUpDatabase(config, around);
  around.goOn();
  const stripeUrl = await bringUpSandbox(config, parts);
  around.goOn();

  const apiSecretKey = config.apiSecretKey ?? ensureSecretKey(config.dataDir);
  const server = await serve({ ...config, databaseUrl: database.url, apiSecretKey });
  parts.add({ name: 'the server', stop: () => server.close() });
  around.goOn();
  say(
    renderSummary({
      url: server.url,
      stripeUrl,
      secretKey: apiSecretKey,
      database: database.description,
      databaseUrl: database.clientUrl,
      dataDir: config.dataDir,
      isKeyKept: config.apiSecretKey === undefined,
      elapsedMs: performance.now() - sinceMs,
    }),
  );
}

interface BroughtUp {
  readonly url: string;
  readonly description: string;
  /** For a database client, where the database is ours. */
  readonly clientUrl: string | undefined;
}

async function bringUpDatabase(config: Config, { parts, say }: Surroundings): Promise<BroughtUp> {
  if (config.databaseUrl !== undefined) {
    await refuseUnusableDatabase(config.databaseUrl);
    const description = describeDatabase(config.databaseUrl);
    return { url: config.databaseUrl, description, clientUrl: undefined };
  }
  const dataDir = join(config.dataDir, 'postgres');
  say(`Starting Postgres in ${describeFolder(dataDir)} …`);
  const postgres = await startPostgres({ dataDir, database: 'whisperforge', log: say });
  parts.add({
    name: 'Postgres',
    stop: () => postgres.stop(),
    hasten: () => postgres.stop('immediate'),
  });
  const addressFile = addressFileOf(config.dataDir);
  replaceFile(addressFile, `${postgres.url}\n`);
  parts.add({ stop: () => rm(addressFile, { force: true }) });
  const description = `embedded Postgres in ${describeFolder(dataDir)}`;
  return { url: postgres.url, description, clientUrl: postgres.tcpUrl };
}
