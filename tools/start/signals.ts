const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm hands on the Ctrl-C that the terminal has sent to us already. */
const ONE_KEY_PRESS_MS = 500;

export interface StopSignals {
  readonly first: Promise<void>;
  /** Somebody does not want to wait any longer. */
  readonly second: Promise<void>;
  readonly received: boolean;
}

export function watchStopSignals(): StopSignals {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  let firstMs: number | undefined;
  const receive = (): void => {
    const elapsedMs = performance.now();
    if (firstMs === undefined) {
      firstMs = elapsedMs;
      first.resolve();
    } else if (elapsedMs - firstMs > ONE_KEY_PRESS_MS) {
      second.resolve();
    }
  };
  for (const signal of SIGNALS) process.on(signal, receive);
  return {
    first: first.promise,
    second: second.promise,
    get received() {
      return firstMs !== undefined;
    },
  };
}
