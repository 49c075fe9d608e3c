import pg from 'pg';

export interface Listener {
  close(): Promise<void>;
}

const RECONNECT_MS = 500;
const CHANNEL = 'configuration';

/**
 * Calls `onChange` with what was announced on the channel `configuration`, and with `all` at every
 * (re)connection, because what was announced meanwhile is not told again.
 */
export function listen(url: string, onChange: (what: string) => void): Listener {
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const reconnectLater = (): void => {
    if (closed || timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void connect();
    }, RECONNECT_MS);
    timer.unref();
  };

  const connect = async (): Promise<void> => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'whisperforge listen',
      connectionTimeoutMillis: 2_000,
      keepAlive: true,
    });
    const lose = (): void => {
      // Who closes has no use for news, and may have closed already what would act on it.
      if (closed) return;
      if (client === fresh) {
        client = undefined;
        onChange('all');
      }
      reconnectLater();
    };
    fresh.on('error', lose);
    fresh.on('end', lose);
    fresh.on('notification', (message) => onChange(message.payload ?? 'all'));
    try {
      await fresh.connect();
      await fresh.query(`LISTEN ${CHANNEL}`);
      if (closed) {
        await fresh.end();
        return;
      }
      client = fresh;
      onChange('all');
    } catch {
      // Not reached now: the timer tries again until it is.
      await fresh.end().catch(() => undefined);
      reconnectLater();
    }
  };

  void connect();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}
