import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { systemClock } from '@whisperforge/kernel/clock';
import type { Config } from '../../server/src/main/config.ts';
import { addressFileOf } from '../../server/src/main/database-url.ts';
import { serve, type ServeOptions } from '../../server/src/main/serve.ts';
import { lockDirectory } from '../postgres/lock.ts';
import { replaceFile } from '../postgres/private-file.ts';
import { startPostgres } from '../postgres/start.ts';
import { describeDatabase, refuseUnusableDatabase } from './database.ts';
import { ensurePages } from '../web/pages.ts';
import type { Demo, Portal } from '../demo/index.ts';
import type { Parts } from './parts.ts';
import { ensureEncryptionKey, ensureOwnerPassword, ensureSecretKey } from './secret-key.ts';
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
  await ensurePages(say);
  around.goOn();
  const database = await bringUpDatabase(config, around);
  around.goOn();
  const stripe = await bringUpStripe(config, parts);
  around.goOn();

  const apiSecretKey = config.apiSecretKey ?? ensureSecretKey(config.dataDir);
  const owner = config.staff.firstOwner ?? {
    email: FIRST_OWNER,
    password: ensureOwnerPassword(config.dataDir),
  };
  const encryptionKey = config.staff.encryptionKey ?? ensureEncryptionKey(config.dataDir);
  const staff = { ...config.staff, firstOwner: owner, encryptionKey };
  const demo = await prepareDemo({ ...config, ...stripe.config }, { database, stripe, around });
  const heard = stripe.listen();
  const started: { demo?: Demo | undefined } = {};
  around.goOn();
  const server = await serve(
    { ...config, ...stripe.config, ...heard, databaseUrl: database.url, apiSecretKey, staff },
    // Whoever moves the sandbox's clock stays signed in, and their codes are those of today.
    {
      ...stripe.options,
      staffClock: systemClock,
      readDemo: () => started.demo?.company(),
    },
  );
  parts.add({ name: 'the server', stop: () => server.close() });
  around.goOn();
  say(
    renderSummary({
      url: server.url,
      stripe: stripe.description,
      sandboxUrl: stripe.sandboxUrl,
      secretKey: apiSecretKey,
      owner,
      database: database.description,
      databaseUrl: database.clientUrl,
      dataDir: config.dataDir,
      isKeyKept: config.apiSecretKey === undefined,
      elapsedMs: performance.now() - sinceMs,
    }),
  );
  started.demo = demo?.({ url: server.url, owner });
}

interface Preparing {
  readonly database: BroughtUp;
  readonly stripe: BroughtUpStripe;
  readonly around: Surroundings;
}

/** Before the server is, because it decides with which catalogue a new database begins. */
async function prepareDemo(
  config: Config,
  { database, stripe, around }: Preparing,
): Promise<((portal: Portal) => Demo) | undefined> {
  if (!config.wantsDemo) return undefined;
  const { parts, say, goOn } = around;
  const { foundCards, foundCompany, startDemo } = await import('../demo/index.ts');
  const { url, description } = database;
  const clock = stripe.options.clock ?? systemClock;
  let founded = await foundCompany({ config, url, database: description, clock });
  if (founded === undefined) return undefined;
  const { apiBase, secretKey } = config.stripe;
  const hasSandbox = stripe.sandboxUrl !== undefined && apiBase !== undefined;
  if (hasSandbox && !founded.journal.isComplete) {
    say('Letting the first customers of the demo company pay by card …');
    founded = await foundCards({ config, url, founded, goOn });
  }
  const journey = { config, url, clock, founded, say };
  return (portal) => {
    const demo = startDemo({
      ...journey,
      portal,
      stripe: hasSandbox ? { apiBase, secretKey } : undefined,
    });
    parts.add({ name: 'the demo company', stop: () => demo.stop() });
    return demo;
  };
}

/** No address of anybody's: letters to it are shown on the mailbox page. */
const FIRST_OWNER = 'admin@localhost.localdomain';

interface BroughtUpStripe {
  /** What the server has to know of it; it listens where events are sent to. */
  readonly config: Partial<Config>;
  readonly options: ServeOptions;
  readonly description: string;
  readonly sandboxUrl: string | undefined;
  /** Has events told to the server from now on; answers what it has to know of that. */
  readonly listen: () => Partial<Config>;
}

/**
 * The sandbox, unless a key says that Stripe itself is meant. The server lives by the sandbox's
 * clock, so that moving it moves both.
 */
async function bringUpStripe(config: Config, parts: Parts): Promise<BroughtUpStripe> {
  if (!config.stripe.wantsSandbox) {
    const description = config.stripe.apiBase ?? 'Stripe itself, by the key in the environment';
    const nothing = { config: {}, options: {}, listen: () => ({}) };
    return { ...nothing, description, sandboxUrl: undefined };
  }
  const { bringUpSandbox } = await import('./sandbox.ts');
  const sandbox = await bringUpSandbox(config, parts);
  const port = config.port === 0 ? await findFreePort(config.host) : config.port;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const stripe = { ...config.stripe, apiBase: sandbox.url };
  return {
    config: { port, stripe },
    listen() {
      const secret = sandbox.forwardTo(`http://${host}:${port}/webhooks/stripe`);
      return { stripe: { ...stripe, webhookSecrets: [secret] } };
    },
    options: { clock: { nowMs: () => sandbox.nowMs() } },
    description: `${sandbox.url} (sandbox: any key sk_test_…)`,
    sandboxUrl: sandbox.url,
  };
}

/** One that was free a moment ago. */
async function findFreePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
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
