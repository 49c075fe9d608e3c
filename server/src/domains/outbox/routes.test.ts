import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff } from '../../../test/support/staff.ts';
import { createDelivery, publish } from './index.ts';

// Only its routes: what is delivered, this file delivers.
const server = useTestServer({ env: { ROLE: 'api' } });
let database: PostgresDatabase;

beforeAll(() => {
  const url = server.databaseUrl;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

interface Listed {
  readonly data: readonly { readonly id: number; readonly state: string }[];
  readonly next_cursor: string | null;
}

test('a delivery that fails is found with its reason, and tried again on request', async () => {
  const { clock } = server;
  await database.sql.deleteFrom('outbox_events').execute();
  const event = { topic: 'test.told', payload: { n: 1 }, recordedMs: clock.nowMs() };
  await database.transaction((tx) => publish(tx, [event, { ...event, payload: { n: 2 } }]));
  let isBroken = true;
  const consumer = {
    name: 'listener',
    topics: ['test.told'],
    handle: ({ payload }: { payload: unknown }) =>
      isBroken && JSON.stringify(payload) === '{"n":2}'
        ? Promise.reject(new Error('out of order'))
        : Promise.resolve(),
  };
  const delivery = createDelivery({ database, clock, consumers: [consumer] });
  await delivery.deliverBatch(AbortSignal.any([]));

  const admin = await signInStaff(server, 'admin');
  const list = (query: string) =>
    server.request<Listed>('GET', `/admin/v1/outbox${query}`, undefined, admin);
  const failing = await list('?state=failing&topic=test.told');
  expect(failing.body).toMatchObject({
    data: [{ state: 'failing', attempts: 1, last_error: 'listener: out of order' }],
    next_cursor: null,
  });
  const first = await list('?topic=test.told&limit=1');
  expect(first.body.data).toHaveLength(1);
  const rest = await list(`?topic=test.told&limit=1&cursor=${first.body.next_cursor}`);
  expect(rest.body).toMatchObject({ data: [{ state: 'delivered' }], next_cursor: null });

  isBroken = false;
  const [failed] = failing.body.data;
  const [delivered] = rest.body.data;
  const body = { ids: [failed!.id, delivered!.id], reason: 'the listener is mended' };
  const retried = await server.request('POST', '/admin/v1/outbox/retry', body, admin);
  expect(retried).toMatchObject({ status: 200, body: { retried: [failed!.id] } });
  expect(await delivery.deliverBatch(AbortSignal.any([]))).toBe(1);
  expect((await list('?state=failing')).body.data).toEqual([]);
  const entries = await database.sql
    .selectFrom('audit_entries')
    .select(['subject_id', 'actor_id', 'reason'])
    .where('action', '=', 'outbox.retried')
    .execute();
  expect(entries).toEqual([
    {
      subject_id: String(failed!.id),
      actor_id: String(admin.staffId),
      reason: 'the listener is mended',
    },
  ]);
});

test('support looks and changes nothing, and finance does neither', async () => {
  const support = await signInStaff(server, 'support');
  const finance = await signInStaff(server, 'finance');
  const body = { ids: [1], reason: 'to see' };
  const get = (as: typeof support) => server.request('GET', '/admin/v1/outbox', undefined, as);
  expect(await get(support)).toMatchObject({ status: 200 });
  expect(await get(finance)).toMatchObject({ status: 403 });
  const retry = await server.request('POST', '/admin/v1/outbox/retry', body, support);
  expect(retry).toMatchObject({ status: 403 });
});
