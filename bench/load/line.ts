import { Connection } from './connection.ts';
import type { Exchange } from './exchange.ts';

export interface LineOptions {
  readonly at: { readonly host: string; readonly port: number };
  readonly exchange: Exchange;
  /** Asked before each question: whether there are to be more. */
  readonly mayBegin: () => boolean;
  readonly onAnswer: (durationMs: number, units: number) => void;
}

/** A connection with what it asks. */
export interface Line {
  opened(): Promise<void>;
  /** Asks one request after the other; resolves when the last one is answered. */
  run(): Promise<void>;
  close(): void;
}

export function createLine({ at, exchange, mayBegin, onAnswer }: LineOptions): Line {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // A fault before anybody waits is told when somebody does.
  promise.catch(() => undefined);
  let sentMs = 0;
  const ask = (): void => {
    const request = exchange.next(mayBegin);
    if (request === undefined) return resolve();
    sentMs = performance.now();
    connection.send(request);
  };
  const connection = new Connection(at, {
    onFault: reject,
    onAnswer(answer) {
      const durationMs = performance.now() - sentMs;
      try {
        onAnswer(durationMs, exchange.accept(answer));
        ask();
      } catch (fault) {
        reject(fault instanceof Error ? fault : new Error(String(fault)));
      }
    },
  });
  return {
    opened: () => connection.opened(),
    run() {
      ask();
      return promise;
    },
    close: () => connection.close(),
  };
}
