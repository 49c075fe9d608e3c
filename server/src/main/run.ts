import type { Logger } from 'pino';
import { readConfig, ConfigError, type Config } from './config.ts';
import { createLogger } from './logger.ts';

interface Running {
  close(): Promise<void>;
}

/** Container platforms commonly kill after thirty seconds; better to end by oneself and say so. */
const SHUTDOWN_TIMEOUT_MS = 25_000;
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Runs a process by the environment until it is told to stop. The first signal drains, the second
 * ends at once. A fault that nobody has handled ends the process: its state is not to be trusted.
 */
export async function runUntilSignal(
  start: (config: Config, logger: Logger) => Promise<Running>,
): Promise<void> {
  let logger = createLogger('info');
  try {
    const config = readConfig(process.env);
    logger = createLogger(config.logLevel);
    endOnUnhandledFaults(logger);
    // Listened for before the start, so that a signal during it drains too.
    const stopped = nextSignal();
    const running = await start(config, logger);
    await stopped;
    for (const signal of SIGNALS) process.once(signal, () => process.exit(1));
    setTimeout(() => {
      logger.error('the shutdown takes too long and is cut short');
      process.exit(1);
    }, SHUTDOWN_TIMEOUT_MS).unref();
    await running.close();
    process.exit(0);
  } catch (fault) {
    if (fault instanceof ConfigError) process.stderr.write(`${fault.message}\n`);
    else logger.fatal({ err: fault }, 'cannot run');
    process.exit(1);
  }
}

function nextSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, stop);
    resolve();
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  return promise;
}

function endOnUnhandledFaults(logger: Logger): void {
  const end = (fault: unknown): void => {
    logger.fatal({ err: fault }, 'a fault that nobody has handled');
    process.exit(1);
  };
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}
