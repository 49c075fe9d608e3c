import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** One JSON object a line. Nothing that names a person, and no secret, is ever put into it. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: (error: unknown) => describeError(error, MOST_CAUSES) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const MOST_CAUSES = 5;

interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string | undefined;
  readonly cause?: DescribedError;
}

/**
 * The chosen members only: an error of the database carries the row's values in `detail` and
 * `where`, and one of class 22 (data exception) quotes the value in its message.
 */
function describeError(error: unknown, causesLeft: number): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const { code } = error as { code?: unknown };
  const quotesValue = typeof code === 'string' && /^22[0-9A-Z]{3}$/.test(code);
  return {
    type: error.name,
    message: quotesValue ? 'a value that the database refuses' : error.message,
    ...(typeof code === 'string' && { code }),
    stack: quotesValue ? undefined : error.stack,
    ...(error.cause !== undefined &&
      causesLeft > 0 && { cause: describeError(error.cause, causesLeft - 1) }),
  };
}
