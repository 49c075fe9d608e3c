/**
 * The server under test: the product's own, with the routes that it is compared with beside its
 * own. It is configured by the environment, as ever, and ends with the process that started it.
 */
import { systemClock } from '@whisperforge/kernel/clock';
import { openDatabase } from '../../server/src/adapters/postgres/index.ts';
import { compose } from '../../server/src/main/compose.ts';
import { readConfig, type Config } from '../../server/src/main/config.ts';
import { createLogger } from '../../server/src/main/logger.ts';
import { requireDatabaseUrl } from '../../server/src/main/database-url.ts';
import { serve } from '../../server/src/main/serve.ts';
import type { Route } from '../../server/src/platform/routes.ts';
import { FEATURE } from '../load/questions.ts';
import type { FromServer, ToServer } from './messages.ts';
import { oneTransactionRoute } from './one-transaction.ts';
import { createProfiler } from './profiler.ts';
import { emptyTwins, emptyWebhook } from './routes.ts';

// The key that interrupts the benchmark reaches this process too; whoever started it decides.
process.on('SIGINT', () => undefined);
const abandoned = Promise.withResolvers<void>();
process.on('disconnect', abandoned.resolve);
if (!process.connected) abandoned.resolve();

const config = readConfig(process.env);
const logger = createLogger(config.logLevel);
// A pool of the same size for what each compared route does in transactions.
const database = openDatabase({
  url: requireDatabaseUrl(config),
  schema: config.databaseSchema,
  applicationName: 'whisperforge bench',
});
const served = await serve(config, { logger, extraRoutes: comparedRoutes(config) });
const profiler = createProfiler();

process.on('message', (message: ToServer) => void answer(message));
tell({ kind: 'serving', url: served.url });
await abandoned.promise;
await served.close();
await database.close();
process.exit(0);

/** The application's routes are composed once more, for their schemas alone. */
function comparedRoutes(from: Config): Route[] {
  const { routes } = compose({ config: from, database, clock: systemClock, logger });
  const paths = ['/v1/check', '/v1/track', '/v1/track/batch', '/v1/reservations'];
  return [
    ...emptyTwins(routes, paths),
    emptyWebhook(),
    oneTransactionRoute(routes, database, FEATURE),
  ];
}

async function answer(message: ToServer): Promise<void> {
  switch (message.kind) {
    case 'usage': {
      const { user, system } = process.cpuUsage();
      return tell({ kind: 'usage', cpuMs: (user + system) / 1_000 });
    }
    case 'start_profile':
      await profiler.start();
      return tell({ kind: 'profiling' });
    case 'stop_profile':
      await profiler.stop(message.file);
      return tell({ kind: 'profiled' });
  }
}

function tell(message: FromServer): void {
  if (process.connected) process.send?.(message);
}
