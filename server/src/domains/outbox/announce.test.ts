import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { announcing } from './announce.ts';
import { publish } from './store.ts';

const created = useTestDatabase();
const heard: string[] = [];
let database: PostgresDatabase;
let listener: pg.Client;

beforeAll(async () => {
  const options = { url: created.url, schema: 'billing', applicationName: 'test' };
  database = announcing(openDatabase(options), (error) => heard.push(String(error)));
  listener = new pg.Client({ connectionString: created.url });
  await listener.connect();
  listener.on('notification', ({ payload = '' }) => heard.push(payload));
  await listener.query('LISTEN configuration');
});
afterAll(async () => {
  await listener.end();
  await database.close();
});

const event = { topic: 'test.happened', payload: {}, recordedMs: 0 };

/** Everything that was announced up to now is heard when this one is. */
async function mark(name: string): Promise<void> {
  await listener.query(`SELECT pg_notify('configuration', '${name}')`);
  await eventually(() => heard.includes(name) || undefined);
}

test('events are announced when they are committed, and what is rolled back is not', async () => {
  const failing = database.transaction(async (tx) => {
    await publish(tx, [event]);
    throw new Error('thought better of it');
  });
  await expect(failing).rejects.toThrow('thought better of it');
  await database.transaction((tx) => publish(tx, []));
  await mark('nothing');
  expect(heard).toEqual(['nothing']);
  await database.transaction((tx) => publish(tx, [event]));
  await eventually(() => heard.includes('news') || undefined);
});
