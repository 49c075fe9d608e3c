import type { Logger } from 'pino';

/** One answered request: the route as declared, never its address, which names people. */
export interface Answered {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly durationMs: number;
  readonly keyId?: number | undefined;
}

const SLOW_MS = 1_000;

export interface RequestLog {
  /** Whether an answer of this duration gets a line; asked first, as most get none. */
  wants(durationMs: number): boolean;
  succeeded(answered: Answered): void;
  failed(answered: Answered, code: string, error: unknown): void;
}

/** Failures and slow answers are worth a line; the others only when someone asks for `debug`. */
export function requestLog(logger: Logger): RequestLog {
  const logsAll = logger.isLevelEnabled('debug');
  return {
    wants: (durationMs) => logsAll || durationMs > SLOW_MS,
    succeeded(answered) {
      if (answered.durationMs > SLOW_MS) logger.warn(answered, 'slow request');
      else logger.debug(answered, 'request');
    },
    failed(answered, code, error) {
      if (answered.status >= 500) logger.error({ ...answered, code, err: error }, 'request failed');
      else logger.info({ ...answered, code }, 'request refused');
    },
  };
}
