import type { Logger } from 'pino';
import { systemClock, type Clock } from '@whisperforge/kernel/clock';
import {
  listen,
  migrate,
  openDatabase,
  pendingMigrations,
  type PostgresDatabase,
} from '../adapters/postgres/index.ts';
import {
  createHttpServer,
  createMetrics,
  type HttpServer,
  type ReadinessCheck,
} from '../http/index.ts';
import { startWorker, type Worker } from '../jobs/index.ts';
import { announcing } from '../domains/outbox/index.ts';
import type { Route } from '../platform/routes.ts';
import { inboxGauges } from './compose/operations.ts';
import { compose, type Application } from './compose.ts';
import type { Parts } from './compose/domains.ts';
import { ConfigError, type Config, type Variables } from './config.ts';
import { requireDatabaseUrl } from './database-url.ts';
import { createLogger } from './logger.ts';
import { runUntilSignal } from './run.ts';

export interface ServeOptions {
  /** The business clock; the machine's where nothing is said. */
  readonly clock?: Clock;
  /** By which members of staff are signed in; the business clock where nothing is said. */
  readonly staffClock?: Clock;
  readonly logger?: Logger;
  /** What the process was started with, which `config` was read from; its own if not given. */
  readonly variables?: Variables;
  /** How far a demo company is that is made beside it. */
  readonly readDemo?: Parts['readDemo'];
  /** Routes beside the application's own, such as the empty one that a benchmark compares with. */
  readonly extraRoutes?: readonly Route[];
}

export interface Served {
  /** Such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Answers what is under way, then stops everything that was started; in bounded time. */
  close(): Promise<void>;
}

/** Migrates, builds the application and runs the parts that `config.role` asks for. */
export async function serve(config: Config, options: ServeOptions = {}): Promise<Served> {
  const databaseUrl = requireDatabaseUrl(config);
  const clock = options.clock ?? systemClock;
  const { staffClock, readDemo, variables = process.env } = options;
  const logger = options.logger ?? createLogger(config.logLevel);
  await using opening = new AsyncDisposableStack();

  const target = { databaseUrl, schema: config.databaseSchema };
  const ran = await migrate(target);
  if (ran.length > 0) logger.info({ migrations: ran }, 'migrated');
  const database = openDatabase({
    url: databaseUrl,
    schema: config.databaseSchema,
    applicationName: 'whisperforge server',
  });
  opening.defer(() => database.close());

  const address: { url: string | undefined } = { url: config.appUrl };
  const publicUrl = (): string => address.url ?? `http://${config.host}:${config.port}`;
  const application = compose({
    config,
    variables,
    database: announcing(database, (err) => logger.warn({ err }, 'news are not told of')),
    clock,
    staffClock,
    readDemo,
    logger,
    publicUrl,
  });
  opening.defer(() => application.close());
  await application.start();
  if (config.apiSecretKey !== undefined) await ensureKey(application, config.apiSecretKey, logger);
  await ensureOwner(application, { config, nowMs: clock.nowMs() });
  const announcements = listen(databaseUrl, (what) => application.onAnnouncement(what));
  opening.defer(() => announcements.close());

  const worker =
    config.role === 'api'
      ? undefined
      : await startWorker({ ...target, ...application, database, clock, logger });
  if (worker !== undefined) opening.defer(() => worker.stop());

  const server = await buildServer({
    config,
    options,
    application,
    database,
    worker,
    target,
    clock,
    logger,
  });
  opening.defer(() => server.close());
  opening.defer(() => application.endStreams());
  const url = await server.listen({ host: config.host, port: config.port });
  address.url ??= url;
  logger.info({ url, role: config.role, environment: config.environment }, 'serving');

  const running = opening.move();
  const stop = async (): Promise<void> => {
    logger.info('shutting down');
    await running.disposeAsync();
    logger.info('stopped');
  };
  let stopping: Promise<void> | undefined;
  return { url, close: () => (stopping ??= stop()) };
}

async function ensureKey(application: Application, secret: string, logger: Logger): Promise<void> {
  const key = await application.keys.ensure(secret);
  if (key.revokedMs !== null) {
    logger.warn({ keyId: key.id }, 'API_SECRET_KEY is a key that has been revoked');
  }
}

/** Without one, nobody could sign in to the portal, nor let anybody else. */
async function ensureOwner(
  { staff }: Application,
  { config, nowMs }: { readonly config: Config; readonly nowMs: number },
): Promise<void> {
  const outcome = await staff.ensureFirstOwner(config.staff.firstOwner, nowMs);
  if (outcome !== 'missing' || config.environment !== 'production') return;
  throw new ConfigError([
    'ADMIN_EMAIL and ADMIN_PASSWORD are missing: no owner could sign in to the portal.',
  ]);
}

interface ServerParts {
  readonly config: Config;
  readonly options: ServeOptions;
  readonly application: Application;
  readonly database: PostgresDatabase;
  readonly worker: Worker | undefined;
  readonly target: { readonly databaseUrl: string; readonly schema: string };
  readonly clock: Clock;
  readonly logger: Logger;
}

/** A worker listens too, with nothing but its health and its metrics. */
function buildServer(parts: ServerParts): Promise<HttpServer> {
  const { config, options, application, database, clock, logger } = parts;
  const routes = config.role === 'worker' ? [] : application.routes;
  return createHttpServer({
    routes: [...routes, ...(options.extraRoutes ?? [])],
    rawRoutes: config.role === 'worker' ? [] : application.rawRoutes,
    keys: application.keys,
    sessions: { find: (secret) => application.sessions.find(secret, clock.nowMs()) },
    staff: application.staff,
    answers: application.answers,
    trustedProxies: config.trustedProxies,
    requestsPerSecond: config.apiRateLimit,
    readiness: readinessChecks(parts),
    metrics: createMetrics({
      measure: application.measure,
      databaseWaits: () => database.waiting(),
      gauges: inboxGauges(application.stripe, () => clock.nowMs()),
    }),
    clock,
    logger,
  });
}

function readinessChecks({ database, worker, target }: ServerParts): ReadinessCheck[] {
  let isMigrated = false;
  const checks: ReadinessCheck[] = [
    {
      name: 'database',
      async fault() {
        await database.ping();
        return undefined;
      },
    },
    {
      name: 'migrations',
      async fault() {
        // What has run stays run, so one good answer is enough for the life of the process.
        if (isMigrated) return undefined;
        const pending = await pendingMigrations(target);
        isMigrated = pending.length === 0;
        return isMigrated ? undefined : `pending: ${pending.join(', ')}`;
      },
    },
  ];
  if (worker === undefined) return checks;
  return [...checks, { name: 'worker', fault: () => Promise.resolve(worker.fault()) }];
}

if (import.meta.main) await runUntilSignal((config, logger) => serve(config, { logger }));
