import { expect, test } from 'vitest';
import { openDatabase } from '../../adapters/postgres/index.ts';
import { eventually } from '../../../test/support/eventually.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff } from '../../../test/support/staff.ts';

const server = useTestServer();

interface Key {
  readonly id: number;
  readonly prefix: string;
  readonly secret: string;
}

interface Token {
  readonly id: number;
  readonly token: string;
}

const made = { name: 'transcription', scopes: ['read'], reason: 'a new service' };

test('a key is made, shown once and revoked for good, with who and why on record', async () => {
  const admin = await signInStaff(server, 'admin');
  const created = await server.request<Key>('POST', '/admin/v1/keys', made, admin);
  expect(created).toMatchObject({ status: 200, body: { name: 'transcription', revoked_at: null } });
  const { id, secret, prefix } = created.body;
  const listed = await server.request('GET', '/admin/v1/keys', undefined, admin);
  expect(JSON.stringify(listed.body)).toContain(prefix);
  expect(JSON.stringify(listed.body)).not.toContain(secret);
  const use = () => server.request('GET', '/v1/users/nobody', undefined, { secret });
  expect(await use()).toMatchObject({ status: 404 });

  const reason = { reason: 'the service is gone' };
  const revoked = await server.request('POST', `/admin/v1/keys/${id}/revoke`, reason, admin);
  expect(revoked).toMatchObject({
    status: 200,
    body: { id, revoked_at: expect.any(String) as string },
  });
  await eventually(async () => ((await use()).status === 401 ? true : undefined));

  const url = server.databaseUrl;
  const database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  const entries = await database.sql
    .selectFrom('audit_entries')
    .select(['action', 'actor_id', 'reason', 'address'])
    .where('subject_id', '=', String(id))
    .where('subject_kind', '=', 'secret_key')
    .orderBy('id')
    .execute();
  await database.close();
  const by = { actor_id: String(admin.staffId), address: '127.0.0.1' };
  expect(entries).toEqual([
    { ...by, action: 'key.created', reason: 'a new service' },
    { ...by, action: 'key.revoked', reason: 'the service is gone' },
  ]);
});

test('without a reason, a scope or the permission nothing is made', async () => {
  const admin = await signInStaff(server, 'admin');
  const post = (body: unknown, as: Awaited<ReturnType<typeof signInStaff>>) =>
    server.request('POST', '/admin/v1/keys', body, as);
  expect(await post({ ...made, reason: undefined }, admin)).toMatchObject({ status: 400 });
  expect(await post({ ...made, scopes: ['everything'] }, admin)).toMatchObject({ status: 400 });
  const support = await signInStaff(server, 'support');
  expect(await post(made, support)).toMatchObject({ status: 403 });
});

test('a sign-in of long ago and a token neither make a key nor revoke one', async () => {
  const admin = await signInStaff(server, 'admin');
  const { body: key } = await server.request<Key>('POST', '/admin/v1/keys', made, admin);
  const script = { name: 'A script', role: 'admin', expires_in_days: 1 };
  const token = await server.request<Token>('POST', '/admin/v1/tokens', script, admin);
  server.clock.advanceBy(15 * 60_000);
  const revoking = { reason: 'nobody uses it' };
  for (const as of [admin, { secret: token.body.token }]) {
    const answers = [
      await server.request('POST', '/admin/v1/keys', made, as),
      await server.request('POST', `/admin/v1/keys/${key.id}/revoke`, revoking, as),
      await server.request('DELETE', `/admin/v1/tokens/${token.body.id}`, undefined, as),
    ];
    const refused = { status: 403, body: { code: 'sign_in_again' } };
    expect(answers).toMatchObject([refused, refused, refused]);
  }
  const listed = await server.request<{ data: object[] }>(
    'GET',
    '/admin/v1/keys?limit=200',
    undefined,
    admin,
  );
  const left = listed.body.data.find((each) => 'id' in each && each.id === key.id);
  expect(left).toMatchObject({ revoked_at: null });
});
