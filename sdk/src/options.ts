import type { BatchOptions } from './booking/buffer.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { BufferedEvent } from './booking/delivery.ts';
import { WhisperForgeError } from './errors.ts';
import type { Fetch } from './transport/transport.ts';
import type { OnUnavailable, Usage } from './types.ts';

/** What the SDK was doing by itself when something went wrong that no caller was waiting for. */
export type ErrorContext =
  /** A batch was not delivered. Its events are kept and sent again. */
  | { readonly during: 'flush' }
  /** The service refused this event for good; it is no longer in the buffer. */
  | { readonly during: 'event'; readonly event: BufferedEvent }
  /** The features' rules could not be loaded; they are asked for again later. */
  | { readonly during: 'features' }
  | { readonly during: 'extend' | 'release'; readonly reservationId: string }
  /** The `accountUrl` option of a gate threw; the refusal went out without the address. */
  | { readonly during: 'account_url'; readonly user: string; readonly feature: string }
  /** The `usage` option of a meter threw; what it held is released. */
  | { readonly during: 'usage'; readonly reservationId: string }
  /** Metered work was answered, but not booked; `client.commit` may be called again. */
  | { readonly during: 'commit'; readonly reservationId: string; readonly usage: Usage };

export type OnError = (error: unknown, context: ErrorContext) => void;

export interface LastKnownOptions {
  /** Answers kept for the case that the service is away. Default 10,000. */
  readonly maxAnswers: number;
  /** How old an answer may be, in milliseconds. Default 24 hours. */
  readonly maxAgeMs: number;
}

export interface WhisperForgeOptions {
  /** Where the service is, such as `https://billing.example.com`. */
  readonly url: string;
  /** A secret key of the service. It must never reach a browser. */
  readonly secretKey: string;
  /** For one try, in milliseconds; for a check, with its retry. Default 2,000. */
  readonly timeoutMs?: number | undefined;
  /** For a whole call, waits and retries included, in milliseconds. Default 15,000. */
  readonly totalTimeoutMs?: number | undefined;
  /** Further tries after the first. Default 3; a check has at most one. */
  readonly retries?: number | undefined;
  /** What `check` answers per feature while the service is away; wins over the service's rules. */
  readonly onUnavailable?: Readonly<Record<string, OnUnavailable>> | undefined;
  readonly lastKnown?: Partial<LastKnownOptions> | undefined;
  readonly batch?: Partial<BatchOptions> | undefined;
  /** Told of what goes wrong in the background. By default a process warning. */
  readonly onError?: OnError | undefined;
  readonly fetch?: Fetch | undefined;
  /** For tests: time and chance as the SDK sees them. */
  readonly clock?: Clock | undefined;
  readonly random?: (() => number) | undefined;
}

export interface Settings {
  readonly url: string;
  readonly secretKey: string;
  readonly timeoutMs: number;
  readonly totalTimeoutMs: number;
  readonly retries: number;
  readonly onUnavailable: Readonly<Record<string, OnUnavailable>>;
  readonly lastKnown: LastKnownOptions;
  readonly batch: BatchOptions;
  readonly onError: OnError;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

const LAST_KNOWN: LastKnownOptions = { maxAnswers: 10_000, maxAgeMs: 86_400_000 };

const BATCH: BatchOptions = {
  maxEvents: 10_000,
  flushAtEvents: 100,
  flushIntervalMs: 1_000,
  maxBatchEvents: 1_000,
  whenFull: 'wait',
};

interface WarningRuntime {
  readonly process?: { readonly emitWarning?: (warning: Error) => void };
}

/** Surfaces as an uncaught error of the runtime, without interrupting what runs now. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

// Silence would hide lost usage from those who did not ask to be told. Node, Deno and Bun print
// warnings and go on; edge runtimes log uncaught errors.
const warn: OnError = (error, context) => {
  const reason = error instanceof Error ? error.message : String(error);
  const warning = new WhisperForgeError(`During ${context.during}: ${reason}`, {
    code: 'background',
    cause: error,
  });
  const runtime = (globalThis as WarningRuntime).process;
  if (runtime?.emitWarning === undefined) throwLater(warning);
  else runtime.emitWarning(warning);
};

/** An `onError` that throws is a bug of the app: it surfaces as uncaught, and the SDK goes on. */
function guarded(onError: OnError): OnError {
  return (error, context) => {
    try {
      onError(error, context);
    } catch (bug) {
      throwLater(bug);
    }
  };
}

export function withDefaults(options: WhisperForgeOptions): Settings {
  const { timeoutMs = 2_000, totalTimeoutMs = 15_000, retries = 3 } = options;
  return {
    url: options.url,
    secretKey: options.secretKey,
    timeoutMs,
    totalTimeoutMs,
    retries,
    onUnavailable: options.onUnavailable ?? {},
    lastKnown: { ...LAST_KNOWN, ...options.lastKnown },
    batch: { ...BATCH, ...options.batch },
    onError: guarded(options.onError ?? warn),
    // Looked up at each call: frameworks replace the global, and some runtimes check its `this`.
    fetch: options.fetch ?? ((url, init) => globalThis.fetch(url, init)),
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  };
}
