import pg from 'pg';
import { expect, test } from 'vitest';
import { eventually } from '../../../../test/support/eventually.ts';
import { useRig } from '../../../../test/scenarios/payments/support/use-rig.ts';
import { createInspection } from './inspection.ts';
import { INBOX_NEWS } from './store.ts';

const rig = useRig('news');

/** What is announced to every process while something is done, in order. */
async function announcedBy(deed: () => Promise<unknown>): Promise<string[]> {
  const client = new pg.Client({ connectionString: rig().databaseUrl });
  const heard: string[] = [];
  client.on('notification', ({ payload }) => void heard.push(payload ?? ''));
  await client.connect();
  try {
    await client.query('LISTEN configuration');
    await deed();
    await client.query(`SELECT pg_notify('configuration', 'that was all')`);
    await eventually(() => heard.includes('that was all') || undefined);
    return heard.slice(0, -1);
  } finally {
    await client.end();
  }
}

function event(id: string, customer: string | null): unknown {
  const object = customer === null ? { id: 'prod_1', object: 'product' } : { id, customer };
  const said = { api_version: null, created: 1_768_000_000, livemode: false };
  return { id, object: 'event', type: 'charge.updated', ...said, data: { object } };
}

test('whoever stores an event wakes the workers of all processes, once a customer', async () => {
  const tell = (id: string, customer: string | null) => () => rig().deliver(event(id, customer));
  expect(await announcedBy(tell('evt_1', 'cus_1'))).toEqual([INBOX_NEWS]);
  // The customer is due already, the event is no news, or nothing is to be done about it.
  expect(await announcedBy(tell('evt_2', 'cus_1'))).toEqual([]);
  expect(await announcedBy(tell('evt_2', 'cus_1'))).toEqual([]);
  expect(await announcedBy(tell('evt_3', null))).toEqual([]);
});

test('events that are replayed wake them, too', async () => {
  await rig().work();
  const { database } = rig();
  const replayed = createInspection({ database }).replay.bind(null, { kind: 'failed' });
  expect(await announcedBy(replayed)).toEqual([INBOX_NEWS]);
});
