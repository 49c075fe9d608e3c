import { beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';

const server = useTestServer();
let admin: SignedInStaff;

const query = async (text: string) => {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query('SET search_path TO billing');
  const { rows } = await client.query<Record<string, unknown>>(text);
  await client.end();
  return rows;
};

beforeAll(async () => {
  await query(
    `INSERT INTO billing_customers (stripe_customer_id) VALUES ('cus_1') ON CONFLICT DO NOTHING;
     INSERT INTO stripe_events
       (id, type, created_at, received_at, stripe_customer_id, payload, state, reason)
     VALUES
       ('evt_failed', 'invoice.paid', '2026-03-10', '2026-03-10', 'cus_1', '{"id":"evt_failed"}',
        'failed', 'no such plan'),
       ('evt_done', 'invoice.paid', '2026-03-09', '2026-03-09', 'cus_2', '{}', 'done', NULL)`,
  );
  admin = await signInStaff(server, 'admin');
});

const get = (path: string, as = admin) =>
  server.request('GET', `/admin/v1/webhooks${path}`, undefined, as);

test('failed events are found with their reason and payload', async () => {
  expect((await get('?state=failed')).body).toMatchObject({
    data: [{ id: 'evt_failed', stripe_customer_id: 'cus_1', reason: 'no such plan' }],
    status: { failed: 1 },
  });
  expect((await get('?customer=cus_2')).body).toMatchObject({ data: [{ id: 'evt_done' }] });
  expect((await get('/evt_failed/payload')).body).toEqual({
    id: 'evt_failed',
    payload: '{"id":"evt_failed"}',
  });
  expect(await get('/evt_none/payload')).toMatchObject({ status: 404 });
});

test('pages hold each event once, also of those that came in at the same instant', async () => {
  await query(
    `INSERT INTO stripe_events
       (id, type, created_at, received_at, stripe_customer_id, payload, state)
     SELECT 'evt_page_' || n, 'invoice.paid', '2026-03-01',
       '2026-03-01T00:00:00Z'::timestamptz + n / 3 * interval '1 ms', 'cus_pages', '{}', 'done'
     FROM generate_series(1, 10) n`,
  );
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const after: string = cursor === null ? '' : `&cursor=${cursor}`;
    const { body } = await get(`?customer=cus_pages&limit=3${after}`);
    const page = body as { data: { id: string }[]; next_cursor: string | null };
    seen.push(...page.data.map(({ id }) => id));
    cursor = page.next_cursor;
  } while (cursor !== null);
  expect(new Set(seen).size).toBe(10);
  expect(seen).toHaveLength(10);
  expect(await get('?cursor=9999999999999999:evt_1')).toMatchObject({ status: 400 });
});

test('events are handled once more on request, with who and why on record', async () => {
  const body = { ids: ['evt_failed', 'evt_none'], reason: 'the plan is there now' };
  const post = (as: SignedInStaff) => server.request('POST', '/admin/v1/webhooks/replay', body, as);
  expect(await post(await signInStaff(server, 'support'))).toMatchObject({ status: 403 });
  const trying = { ...body, dry_run: true };
  const tried = await server.request('POST', '/admin/v1/webhooks/replay', trying, admin);
  expect(tried.body).toEqual({ dry_run: true, replayed: ['evt_failed'] });
  expect((await get('?state=stored')).body).toMatchObject({ data: [] });
  expect(await post(admin)).toMatchObject({ status: 200, body: { replayed: ['evt_failed'] } });
  expect((await get('?state=stored')).body).toMatchObject({ data: [{ id: 'evt_failed' }] });
  const entries = await query(
    `SELECT subject_id, actor_id, reason FROM audit_entries WHERE action = 'webhook.replayed'`,
  );
  expect(entries).toEqual([
    { subject_id: 'evt_failed', actor_id: String(admin.staffId), reason: body.reason },
  ]);
});
