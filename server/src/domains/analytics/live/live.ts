import { AppError } from '../../../platform/errors.ts';
import type { Database } from '../../../platform/database.ts';
import { OUTBOX_NEWS } from '../../outbox/index.ts';
import { LIVE_FULL } from '../errors.ts';
import { eventOf, openConnection, type Connection } from './connection.ts';
import type { News } from './news.ts';
import { createWatch, newsOf } from './watch.ts';

export interface LiveOptions {
  readonly database: Database;
  /** Told when news cannot be read; they are looked for again at the next announcement. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Listening {
  readonly staffId: number;
  readonly isAllowed: () => Promise<boolean>;
  /** The last event that was heard; the latest ones come first where nothing is said. */
  readonly lastId: number | undefined;
}

export interface Live {
  /** The latest news, and no stream. */
  latest(): Promise<News[]>;
  /** @throws LIVE_FULL where too many listen already */
  listen(listening: Listening): Promise<AsyncIterable<string>>;
  /** To be told what was announced on the channel `configuration`. */
  onAnnouncement(what: string): void;
  /** Ends all streams, and opens no other. */
  close(): Promise<void>;
}

const MOST_OF_ONE = 10;
const MOST_OF_ALL = 400;
const HEARTBEAT_MS = 15_000;

/** What happens, told to open dashboards as soon as it is announced. */
export function createLive({ database, onFailure }: LiveOptions): Live {
  const watch = createWatch(database);
  const listeners = createListeners({
    onFailure: (error) => onFailure?.(error),
    onBeat: () => looking.wanted(),
  });
  const looking = oneAtATime(
    async () => {
      if (listeners.isEmpty()) return;
      const news = await watch.look();
      listeners.each((connection) => connection.tell(news));
    },
    (error) => onFailure?.(error),
  );
  return {
    latest: async () => newsOf(await watch.latest()),

    async listen(listening) {
      const connection = listeners.add(listening);
      try {
        // First the end, then what came before it: whatever commits from here on is announced.
        await watch.begin();
        const first = await watch.first(listening.lastId);
        // What ended it may have been announced before there was anything to end.
        if (!(await listening.isAllowed())) {
          connection.close();
          return connection.pieces;
        }
        connection.send('retry: 2000\n\n');
        connection.listenAfter((first[0]?.id ?? 1) - 1);
        connection.tell(newsOf(first));
        connection.send(eventOf('ready', {}));
        looking.wanted();
      } catch (error) {
        connection.close();
        throw error;
      }
      return connection.pieces;
    },

    onAnnouncement(what) {
      if (listeners.isEmpty()) return;
      const isAll = what === 'all';
      if (isAll || what === OUTBOX_NEWS) looking.wanted();
      if (isAll || what === 'staff') listeners.review();
      if (isAll || what === 'figures') {
        listeners.each((connection) => connection.send(eventOf('figures', {})));
      }
    },

    async close() {
      listeners.close();
      await looking.settled();
    },
  };
}

/** Whoever listens, and whether they still may. */
function createListeners(on: {
  readonly onFailure: (error: unknown) => void;
  readonly onBeat: () => void;
}) {
  const connections = new Set<Connection>();
  let heartbeat: NodeJS.Timeout | undefined;
  let isClosed = false;

  const onClose = (connection: Connection): void => {
    connections.delete(connection);
    if (connections.size > 0) return;
    clearInterval(heartbeat);
    heartbeat = undefined;
  };

  async function reviewOne(connection: Connection): Promise<void> {
    // Who cannot be looked up is not told anything either, and comes back.
    const isAllowed = await connection.isAllowed().catch((error: unknown) => {
      on.onFailure(error);
      return false;
    });
    if (!isAllowed) connection.close();
  }

  async function reviewAll(): Promise<void> {
    for (const connection of connections) await reviewOne(connection);
  }

  const review = (): void => void reviewAll();
  const beat = (): void => {
    for (const connection of connections) connection.send(': heartbeat\n\n');
    review();
    // A process may have died between its commit and the announcement.
    on.onBeat();
  };

  return {
    review,
    isEmpty: () => connections.size === 0,
    each: (work: (connection: Connection) => void) => connections.forEach(work),
    add({ staffId, isAllowed }: Listening): Connection {
      const own = [...connections].filter((connection) => connection.staffId === staffId);
      if (isClosed || own.length >= MOST_OF_ONE || connections.size >= MOST_OF_ALL) {
        const message = `At most ${MOST_OF_ONE} streams of one member of staff are open at once.`;
        throw new AppError(LIVE_FULL, { message, retryAfterSeconds: 10 });
      }
      const connection = openConnection({ staffId, isAllowed, onClose });
      connections.add(connection);
      heartbeat ??= setInterval(beat, HEARTBEAT_MS).unref();
      return connection;
    },
    close(): void {
      isClosed = true;
      connections.forEach((connection) => connection.close());
    },
  };
}

/** Does some work as often as is wanted, and what is wanted meanwhile by one more time after it. */
function oneAtATime(work: () => Promise<void>, onFailure: (error: unknown) => void) {
  let running: Promise<void> | undefined;
  let isWanted = false;
  const run = async (): Promise<void> => {
    while (isWanted) {
      isWanted = false;
      await work();
    }
  };
  const start = (): void => {
    running ??= run()
      .catch(onFailure)
      .finally(() => {
        running = undefined;
        // It may have been wanted between the last look and now.
        if (isWanted) start();
      });
  };
  return {
    wanted(): void {
      isWanted = true;
      start();
    },
    settled: async (): Promise<void> => running,
  };
}
