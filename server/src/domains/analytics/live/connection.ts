import { newsAnswer, type News } from './news.ts';

/** A listener that keeps so many lines waiting is gone; it comes back and hears what it missed. */
const MOST_LINES = 1_000;
/** Events are told in the order of their ids but for late ones, so few need to be remembered. */
const REMEMBERED = 2_000;

export interface ConnectionOptions {
  readonly staffId: number;
  /** Whether whoever listens may still do so, by rows as they are now. */
  readonly isAllowed: () => Promise<boolean>;
  readonly onClose: (connection: Connection) => void;
}

export interface Connection {
  readonly staffId: number;
  readonly isAllowed: () => Promise<boolean>;
  /** The stream, piece by piece; it ends when the connection is closed from either side. */
  readonly pieces: AsyncIterableIterator<string>;
  /** Tells what was not told yet, and nothing that was there before it began to listen. */
  tell(news: readonly News[]): void;
  /** From which event on it listens. */
  listenAfter(id: number): void;
  send(line: string): void;
  close(): void;
}

/** One open stream of server-sent events. */
export function openConnection({ staffId, isAllowed, onClose }: ConnectionOptions): Connection {
  let lines: string[] = [];
  let isClosed = false;
  let afterId = Infinity;
  let waiting: PromiseWithResolvers<IteratorResult<string>> | undefined;
  const told = new Set<number>();
  const over = { done: true, value: undefined } as const;

  const close = (): void => {
    if (isClosed) return;
    isClosed = true;
    waiting?.resolve(over);
    onClose(connection);
  };
  const send = (line: string): void => {
    if (isClosed) return;
    if (lines.length >= MOST_LINES) return close();
    if (waiting === undefined) return void lines.push(line);
    waiting.resolve({ done: false, value: line });
    waiting = undefined;
  };
  const pieces: AsyncIterableIterator<string> = {
    [Symbol.asyncIterator]: () => pieces,
    next() {
      if (lines.length > 0) {
        const value = lines.join('');
        lines = [];
        return Promise.resolve({ done: false, value });
      }
      if (isClosed) return Promise.resolve(over);
      waiting ??= Promise.withResolvers();
      return waiting.promise;
    },
    // The browser went away, which may be while a piece is awaited.
    return() {
      close();
      return Promise.resolve(over);
    },
  };
  const connection: Connection = {
    staffId,
    isAllowed,
    pieces,
    listenAfter(id) {
      afterId = id;
    },
    tell(news) {
      for (const each of news) {
        if (each.id <= afterId || told.has(each.id)) continue;
        told.add(each.id);
        send(eventOf('news', newsAnswer(each), each.id));
      }
      for (const id of told) {
        if (told.size <= REMEMBERED) break;
        told.delete(id);
      }
    },
    send,
    close,
  };
  return connection;
}

/** One event as the stream carries it. */
export function eventOf(name: string, data: object, id?: number): string {
  const said = id === undefined ? '' : `id: ${id}\n`;
  return `${said}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
