import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../../test/support/database.ts';
import { startTestServer, type StartedTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';

const database = useTestDatabase();
let server: StartedTestServer;
let other: StartedTestServer;
let rows: PostgresDatabase;

beforeAll(async () => {
  server = await startTestServer(database.url);
  other = await startTestServer(database.url, { clock: server.clock });
  rows = openDatabase({ url: database.url, schema: 'billing', applicationName: 'test' });
});
afterAll(async () => {
  await rows.close();
  await other.close();
  await server.close();
});

const change = (by: SignedInStaff, who: SignedInStaff, body: Record<string, unknown>) =>
  server.request<Record<string, unknown>>(
    'PATCH',
    `/admin/v1/staff/${who.staffId}`,
    { reason: 'As agreed', ...body },
    by,
  );
const leaving = (id: number, version = 1): string =>
  `/admin/v1/staff/${id}?version=${version}&reason=Has left us`;
const shutOut = (by: SignedInStaff, who: SignedInStaff) =>
  server.request('DELETE', leaving(who.staffId), undefined, by);

const memberOf = (id: number) =>
  rows.sql
    .selectFrom('staff')
    .select(['version', 'role', 'name'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

test('another role and being shut out count at once in every process', async () => {
  const owner = await signInStaff(server, 'owner');
  const admin = await signInStaff(server, 'admin');
  const looks = () => other.request('GET', '/admin/v1/staff', undefined, admin);
  expect(await looks()).toMatchObject({ status: 200 });
  expect(await change(owner, admin, { role: 'support', version: 1 })).toMatchObject({
    status: 200,
    body: { role: 'support', version: 2 },
  });
  expect(await looks()).toMatchObject({ status: 401 });

  const finance = await signInStaff(server, 'finance');
  const roles = () => other.request('GET', '/admin/v1/roles', undefined, finance);
  expect(await roles()).toMatchObject({ status: 200 });
  expect(await shutOut(owner, finance)).toMatchObject({ status: 200 });
  expect(await roles()).toMatchObject({ status: 401, body: { code: 'staff_session_missing' } });
});

test('what was done to whom, by whom, from where and why is on record', async () => {
  const owner = await signInStaff(server, 'owner');
  const analyst = await signInStaff(server, 'analyst');
  const reason = 'Joins the finance team';
  const answer = await change(owner, analyst, { role: 'finance', version: 1, reason });
  const entry = await rows.sql
    .selectFrom('audit_entries')
    .select(['actor_kind', 'actor_id', 'action', 'before', 'after', 'reason', 'request_id'])
    .where('subject_kind', '=', 'staff')
    .where('subject_id', '=', String(analyst.staffId))
    .executeTakeFirstOrThrow();
  expect(entry).toEqual({
    actor_kind: 'staff',
    actor_id: String(owner.staffId),
    action: 'staff.changed',
    before: { role: 'analyst' },
    after: { role: 'finance', sessions_ended: 1, tokens_revoked: 0 },
    reason,
    request_id: answer.headers.get('x-request-id'),
  });
});

test('a change is tried before it is done, and its undo takes it back', async () => {
  const owner = await signInStaff(server, 'owner');
  const support = await signInStaff(server, 'support');
  const wanted = { role: 'admin', name: 'Sam', version: 1 };
  const { name } = await memberOf(support.staffId);
  const tried = await change(owner, support, { ...wanted, dry_run: true });
  const told = {
    before: { role: 'support', name },
    after: { role: 'admin', name: 'Sam', sessions_ended: 1, tokens_revoked: 0 },
  };
  expect(tried.body).toMatchObject({ ...told, dry_run: true, undo: null });
  expect(await memberOf(support.staffId)).toEqual({ version: 1, role: 'support', name });
  const looks = () => server.request('GET', '/admin/v1/roles', undefined, support);
  expect(await looks()).toMatchObject({ status: 200 });
  const done = await change(owner, support, wanted);
  const path = `/admin/v1/staff/${support.staffId}`;
  const undo = { method: 'PATCH', path, body: { role: 'support', name, version: 2 } };
  expect(done.body).toMatchObject({ ...told, dry_run: false, version: 2, undo });
  expect(await change(owner, support, undo.body)).toMatchObject({ status: 200 });
  expect(await memberOf(support.staffId)).toEqual({ version: 3, role: 'support', name });
  const gone = await server.request<object>(
    'DELETE',
    leaving(support.staffId, 3),
    undefined,
    owner,
  );
  expect(gone.body).toMatchObject({ after: { is_active: false }, undo: null });
});

test('what an owner has invited to is over when they are owner no more', async () => {
  const owner = await signInStaff(server, 'owner');
  const leaver = await signInStaff(server, 'owner');
  const invite = (by: SignedInStaff, email: string) =>
    server.request('POST', '/admin/v1/invitations', { email, role: 'owner' }, by);
  expect(await invite(leaver, 'their-other-self@example.com')).toMatchObject({ status: 200 });
  expect(await invite(owner, 'somebody-else@example.com')).toMatchObject({ status: 200 });
  const demoted = await change(owner, leaver, { role: 'admin', version: 1 });
  expect(demoted.body).toMatchObject({ after: { invitations_revoked: 1 } });
  const open = await server.request('GET', '/admin/v1/invitations', undefined, owner);
  expect(open.body).toMatchObject({ data: [{ email: 'somebody-else@example.com' }] });
});

test('who changes a member says why, and which version of them was looked at', async () => {
  const owner = await signInStaff(server, 'owner');
  const { staffId } = await signInStaff(server, 'support');
  const path = `/admin/v1/staff/${staffId}`;
  const patch = (body: object) => server.request('PATCH', path, body, owner);
  expect(await patch({ role: 'admin', version: 1 })).toMatchObject({ status: 400 });
  expect(await patch({ role: 'admin', reason: 'As agreed' })).toMatchObject({ status: 400 });
  for (const query of ['', '?version=1', '?reason=Has left us']) {
    const answer = await server.request('DELETE', path + query, undefined, owner);
    expect([query, answer.status]).toEqual([query, 400]);
  }
  const stale = await server.request('DELETE', leaving(staffId, 7), undefined, owner);
  expect(stale).toMatchObject({ status: 409, body: { code: 'stale_version', version: 1 } });
});

test('of two who change one member, the second is told, and nothing is lost', async () => {
  const [one, two] = [await signInStaff(server, 'owner'), await signInStaff(server, 'owner')];
  const member = await signInStaff(server, 'support');
  const answers = await Promise.all([
    change(one, member, { name: 'By one', version: 1 }),
    change(two, member, { role: 'admin', version: 1 }),
  ]);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
    code: 'stale_version',
    version: 2,
  });
});

test('two owners who demote each other at once leave one', async () => {
  const owners = await rows.sql
    .selectFrom('staff')
    .select('id')
    .where('role', '=', 'owner')
    .where('deactivated_at', 'is', null)
    .execute();
  const [one, two] = [await signInStaff(server, 'owner'), await signInStaff(server, 'owner')];
  for (const { id } of owners) {
    const { version } = await memberOf(id);
    const path = leaving(id, version);
    expect(await server.request('DELETE', path, undefined, one)).toMatchObject({ status: 200 });
  }
  const answers = await Promise.all([
    change(one, two, { role: 'admin', version: 1 }),
    other.request('DELETE', leaving(one.staffId), undefined, two),
  ]);
  expect(answers.map(({ status }) => status)).toContain(200);
  const left = await rows.sql
    .selectFrom('staff')
    .select((at) => at.fn.countAll<number>().as('owners'))
    .where('role', '=', 'owner')
    .where('deactivated_at', 'is', null)
    .executeTakeFirstOrThrow();
  expect(left.owners).toBe(1);
});

test('the last owner stays', async () => {
  const { id } = await rows.sql
    .selectFrom('staff')
    .select('id')
    .where('role', '=', 'owner')
    .where('deactivated_at', 'is', null)
    .executeTakeFirstOrThrow();
  const helper = await signInStaff(server, 'owner');
  const { version } = await memberOf(id);
  await server.request('DELETE', leaving(id, version), undefined, helper);
  expect(await shutOut(helper, helper)).toMatchObject({
    status: 409,
    body: { code: 'last_owner' },
  });
});
