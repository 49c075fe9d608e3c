import { expect, test } from 'vitest';
import { createLogger } from '../main/logger.ts';
import { useTestDatabase } from '../../test/support/database.ts';
import { openQueuePool } from './queue-pool.ts';

const testDatabase = useTestDatabase();

// graphile-worker 0.18 does so in `listenForChanges` when LISTEN fails during a shutdown.
test('a connection that is given back twice is given back once, and is used again', async () => {
  const pool = openQueuePool({
    databaseUrl: testDatabase.url,
    connections: 1,
    logger: createLogger('silent'),
  });
  try {
    const taken = Promise.withResolvers<() => void>();
    pool.connect((error, _client, release) => {
      if (error === undefined) taken.resolve(release);
      else taken.reject(error);
    });
    const release = await taken.promise;
    release();
    release();
    const again = await pool.query<{ one: number }>('SELECT 1 AS one');
    expect(again.rows).toEqual([{ one: 1 }]);
    expect({ all: pool.totalCount, idle: pool.idleCount }).toEqual({ all: 1, idle: 1 });
  } finally {
    await pool.end();
  }
});
