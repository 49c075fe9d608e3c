import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Traffic } from '../../domains/analytics/index.ts';

/** Counts requests, and writes the counts for as long as the process serves. */
export interface KeptTraffic {
  readonly measure: Traffic['measure'];
  begin(): void;
  /** Writes what is left; in bounded time, whatever the database does. */
  end(): Promise<void>;
}

const EVERY_MS = 10_000;
const LAST_WRITE_MS = 2_000;

export function keepTraffic(traffic: Traffic, logger: Logger): KeptTraffic {
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let isReachable = true;
  const write = (): Promise<void> =>
    (writing ??= traffic
      .flush()
      .then(
        () => {
          isReachable = true;
        },
        (err: unknown) => {
          isReachable = false;
          logger.warn({ err }, 'the counts of requests are not written');
        },
      )
      .finally(() => {
        writing = undefined;
      }));
  return {
    measure(request) {
      if (!isFile(request.route)) traffic.measure(request);
    },
    begin() {
      timer = setInterval(() => void write(), EVERY_MS);
      timer.unref();
    },
    async end() {
      if (timer === undefined) return;
      clearInterval(timer);
      if (isReachable)
        await Promise.race([write(), wait(LAST_WRITE_MS, undefined, { ref: false })]);
    },
  };
}

/** Scripts and styles of pages: each build has others, and nobody asks how they are used. */
function isFile(route: string): boolean {
  return route.includes('/assets/');
}
