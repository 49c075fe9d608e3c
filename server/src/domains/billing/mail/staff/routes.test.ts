import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import { queueMails } from '../store.ts';

const server = useTestServer();
let database: PostgresDatabase;
let support: SignedInStaff;

beforeAll(async () => {
  const url = server.databaseUrl;
  database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  support = await signInStaff(server, 'support');
  await server.request('PUT', '/v1/users/u-1', { email: 'ada@example.com', name: 'Ada' });
  const { id: accountId } = await database.sql
    .selectFrom('accounts')
    .select('id')
    .executeTakeFirstOrThrow();
  const nowMs = server.clock.nowMs();
  const data = { title: 'a price is of no plan', text: 'See price_1.' };
  const mail = { kind: 'staff_attention', data, accountId, dueMs: nowMs } as const;
  const subscription = { subscriptionId: 'sub_gone' };
  await database.transaction((tx) =>
    queueMails(
      tx,
      [
        { ...mail, key: 'one' },
        { key: 'two', kind: 'subscription_started', data: subscription, accountId, dueMs: nowMs },
      ],
      nowMs,
    ),
  );
});
afterAll(() => database.close());

interface Listed {
  readonly data: readonly { readonly id: number; readonly kind: string }[];
  readonly next_cursor: string | null;
}

const get = <T = Listed>(path: string, as = support) =>
  server.request<T>('GET', `/admin/v1/mails${path}`, undefined, as);

test('mails are listed newest first, a page at a time, and by their state and kind', async () => {
  const first = (await get('?limit=1')).body;
  expect(first.data.map(({ kind }) => kind)).toEqual(['subscription_started']);
  const rest = (await get(`?limit=1&cursor=${first.next_cursor}`)).body;
  expect(rest).toMatchObject({
    data: [{ kind: 'staff_attention', audience: 'staff', state: 'waiting', attempts: 0 }],
    next_cursor: null,
  });
  expect((await get('?kind=staff_attention')).body.data).toHaveLength(1);
  expect((await get('?state=failed')).body.data).toEqual([]);
  expect(await get('', await signInStaff(server, 'analyst'))).toMatchObject({ status: 403 });
});

test('a mail is shown as it would be written now, or with why it would not be', async () => {
  const { data } = (await get('')).body;
  const of = (kind: string) => data.find((each) => each.kind === kind)!.id;
  const written = await get<{ written: { text: string } }>(`/${of('staff_attention')}`);
  expect(written.body.written.text).toContain('See price_1.');
  expect((await get<unknown>(`/${of('subscription_started')}`)).body).toMatchObject({
    written: null,
    stale_because: expect.stringMatching(/./) as string,
  });
  expect(await get<unknown>('/999999')).toMatchObject({ status: 404 });
});
