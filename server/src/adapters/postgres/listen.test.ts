import pg from 'pg';
import { expect, test, vi } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { listen } from './listen.ts';

const database = useTestDatabase();

async function operate(statement: string): Promise<void> {
  const operator = new pg.Client({ connectionString: database.url });
  await operator.connect();
  await operator.query(statement);
  await operator.end();
}

test('tells what is announced, a lost connection, and nothing once it is closed', async () => {
  const told: string[] = [];
  const listener = listen(database.url, (what) => told.push(what));
  const toldOf = (count: number) => vi.waitUntil(() => told.length === count, { interval: 5 });
  await toldOf(1);
  await operate(`NOTIFY configuration, 'catalog'`);
  await toldOf(2);
  await operate(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'whisperforge listen' AND datname = current_database()`,
  );
  // At its loss, and when it is there again.
  await toldOf(4);
  await listener.close();
  expect(told).toEqual(['all', 'catalog', 'all', 'all']);
});
