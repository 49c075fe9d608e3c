import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestDatabase } from '../../../test/support/database.ts';
import { startTestServer, type StartedTestServer } from '../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../test/support/staff.ts';
import type { PostgresDatabase } from '../../adapters/postgres/index.ts';
import { may, type Role } from '../../platform/permissions.ts';
import { NONSENSE, openRows, pathOf, staffRoutes, type StaffRoute } from './staff-calls.fixture.ts';

const database = useTestDatabase();
/** Two processes on one database, which tell each other nothing but what is in it. */
let here: StartedTestServer;
let there: StartedTestServer;
let rows: PostgresDatabase;
let routes: StaffRoute[];

beforeAll(async () => {
  here = await startTestServer(database.url);
  there = await startTestServer(database.url, { clock: here.clock });
  rows = openRows(database.url);
  routes = staffRoutes(rows, database.url).filter(({ permission }) => permission !== 'anyone');
});
afterAll(async () => {
  await here?.close();
  await there?.close();
  await rows?.close();
});

/** What each route says over there; nothing of it is done, since nobody understands the body. */
async function codesThere(
  options: object,
  asked: readonly StaffRoute[] = routes,
): Promise<Map<string, string | undefined>> {
  const codes = new Map<string, string | undefined>();
  for (const route of asked) {
    const body = route.method === 'GET' ? undefined : NONSENSE;
    const path = pathOf(route, () => '999999');
    const answer = await there.request<{ code?: string }>(route.method, path, body, options);
    codes.set(`${route.method} ${route.path}`, answer.body.code);
  }
  return codes;
}

async function isLetIn(server: StartedTestServer, options: object): Promise<boolean> {
  return (await server.request('GET', '/admin/v1/users', undefined, options)).status === 200;
}

async function signIn(role: Role): Promise<SignedInStaff> {
  const member = await signInStaff(here, role);
  // Known in both processes before anything is taken away.
  expect([await isLetIn(here, member), await isLetIn(there, member)]).toEqual([true, true]);
  return member;
}

async function deactivate({ staffId }: SignedInStaff): Promise<void> {
  const owner = await signInStaff(here, 'owner');
  // A member who has just come has the first version.
  const path = `/admin/v1/staff/${staffId}?version=1&reason=left`;
  expect((await here.request('DELETE', path, undefined, owner)).status).toBe(200);
}

/** Done in one process, and refused by the very next request that the other one gets. */
const ENDINGS: readonly (readonly [string, (member: SignedInStaff) => Promise<unknown>])[] = [
  ['a sign-out', (member) => here.request('DELETE', '/admin/v1/session', undefined, member)],
  ['a deactivation', deactivate],
];

test.each(ENDINGS)(
  'after %s in one process every route of another refuses',
  async (_, end) => {
    const member = await signIn('admin');
    await end(member);
    expect(new Set((await codesThere(member)).values())).toEqual(
      new Set(['staff_session_missing']),
    );
  },
  60_000,
);

test('a token that is revoked in one process is refused by every route of another', async () => {
  const member = await signIn('admin');
  const script = { name: 'A script', role: 'admin', expires_in_days: 1 };
  const made = await here.request<{ id: number; token: string }>(
    'POST',
    '/admin/v1/tokens',
    script,
    member,
  );
  const options = { secret: made.body.token };
  expect(await isLetIn(there, options)).toBe(true);
  const path = `/admin/v1/tokens/${made.body.id}`;
  expect((await here.request('DELETE', path, undefined, member)).status).toBe(200);
  expect(new Set((await codesThere(options)).values())).toEqual(new Set(['staff_session_missing']));
}, 60_000);

test('a lesser role given in one process holds for the next request to another', async () => {
  const member = await signIn('admin');
  await rows.sql
    .updateTable('staff')
    .set({ role: 'analyst' })
    .where('id', '=', member.staffId)
    .execute();
  const lost = routes.filter(
    ({ permission }) =>
      permission !== 'anyone' &&
      permission !== 'self' &&
      may('admin', permission) &&
      !may('analyst', permission),
  );
  expect(lost.length).toBeGreaterThan(20);
  expect(new Set((await codesThere(member, lost)).values())).toEqual(
    new Set(['permission_missing']),
  );
  expect(await isLetIn(there, member)).toBe(true);
});
