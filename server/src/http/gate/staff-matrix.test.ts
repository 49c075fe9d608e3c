import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../test/support/server.ts';
import { randomFrom } from '../../../test/scenarios/support/random.ts';
import { ROLES, type Role } from '../../platform/permissions.ts';
import type { PostgresDatabase } from '../../adapters/postgres/index.ts';
import {
  createCast,
  KINDS,
  NONSENSE,
  openRows,
  pathOf,
  staffRoutes,
  verdictOf,
  type Asking,
  type Cast,
  type Kind,
  type StaffRoute,
} from './staff-calls.fixture.ts';

/** At full size 20,000, as `npm run soak` has it. */
const CALLS = Number(process.env['STAFF_CALLS'] ?? 1_000);
const SEED = Number(process.env['STAFF_SEED'] ?? 20_260_310);
const CALLS_AT_ONCE = 8;

const server = useTestServer();
let rows: PostgresDatabase;
let routes: StaffRoute[];
let cast: Cast;

beforeAll(async () => {
  rows = openRows(server.databaseUrl);
  routes = staffRoutes(rows, server.databaseUrl);
  await server.request('PUT', '/v1/users/u-1', { email: 'u-1@example.com' });
  const link = await server.request<{ url: string }>('POST', '/v1/account-links', { user: 'u-1' });
  const entered = await fetch(link.body.url, { redirect: 'manual' });
  const cookie = entered.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  cast = createCast(server, rows, cookie);
});
afterAll(async () => {
  await rows.close();
});

/** What the gate refuses with; everything else was said behind it. */
const REFUSALS = new Set([
  'staff_session_missing',
  'permission_missing',
  'csrf_token_missing',
  'origin_foreign',
  'sign_in_again',
]);
const PROBLEM = ['type', 'title', 'status', 'code', 'detail', 'request_id', 'permission'];

interface Call {
  readonly route: StaffRoute;
  readonly kind: Kind;
  readonly role: Role;
  readonly id: string;
}

/** Those who ask like that and whose last call can have changed nothing, as a sign-out does. */
const waiting = new Map<string, Asking[]>();

function readyOf(kind: Kind, role: Role): Asking[] {
  const name = `${kind} ${role}`;
  const ready = waiting.get(name) ?? [];
  waiting.set(name, ready);
  return ready;
}

/** Answers what was wrong with the answer; nothing where it is as the table has it. */
async function faultOf({ route, kind, role, id }: Call): Promise<string | undefined> {
  const path = pathOf(route, () => id);
  const isUnsafe = route.method !== 'GET';
  const expected = verdictOf(route, kind, role);
  const ready = readyOf(kind, role);
  const asking = ready.pop() ?? (await cast.as(kind, role));
  const answer = await server.request(
    route.method,
    path,
    isUnsafe ? NONSENSE : undefined,
    asking.options,
  );
  if (!isUnsafe || expected !== undefined) ready.push(asking);
  const told = (typeof answer.body === 'object' ? answer.body : {}) as Record<string, unknown>;
  const code = typeof told['code'] === 'string' ? told['code'] : undefined;
  const refused = code !== undefined && REFUSALS.has(code) ? code : undefined;
  const who = `${kind} ${role}: ${route.method} ${path} (${route.permission})`;
  if (refused !== expected) return `${who} got ${refused ?? answer.status} for ${expected ?? 'in'}`;
  if (answer.status >= 500 && answer.status !== 503) return `${who} broke the server`;
  const extra = expected === undefined ? [] : Object.keys(told).filter((key) => !isTold(key));
  return extra.length === 0 ? undefined : `${who} was told of ${extra.join(', ')}`;
}

const isTold = (key: string): boolean => PROBLEM.includes(key);

async function faultsOf(calls: readonly Call[]): Promise<string[]> {
  const faults: string[] = [];
  const left = calls.values();
  const work = async (): Promise<void> => {
    for (const call of left) {
      const fault = await faultOf(call);
      if (fault !== undefined) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, work));
  return faults;
}

test('every route of staff admits by the table of permissions, and nobody else', async () => {
  expect(routes.length).toBeGreaterThan(20);
  const calls = routes.flatMap((route) =>
    KINDS.flatMap((kind) => {
      const roles = kind === 'member' || kind === 'token' ? ROLES : ['owner' as const];
      return roles.map((role) => ({ route, kind, role, id: '1' }));
    }),
  );
  expect(await faultsOf(calls)).toEqual([]);
}, 300_000);

test('calls at random, by anybody and about anything, find no leak', async () => {
  const random = randomFrom(SEED);
  const ids = ['1', '2', '7', '999999', '0', '-1', 'u-1', "' OR 1=1", '../staff', '%00', 'ü'];
  const calls = Array.from({ length: CALLS }, () => ({
    route: random.pick(routes),
    kind: random.pick(KINDS),
    role: random.pick(ROLES),
    id: random.pick(ids),
  }));
  expect(await faultsOf(calls), `with STAFF_SEED=${SEED}`).toEqual([]);
}, 1_800_000);

test('nobody sees or ends what belongs to another member', async () => {
  const mine = await cast.as('member', 'owner');
  const theirs = await cast.as('member', 'owner');
  const list = async (path: string) => {
    const { body } = await server.request<{ data: { id: number }[] }>(
      'GET',
      path,
      undefined,
      theirs.options,
    );
    return body.data;
  };
  const token = { name: 'A script', role: 'owner', expires_in_days: 1 };
  await server.request('POST', '/admin/v1/tokens', token, theirs.options);
  for (const path of ['/admin/v1/sessions', '/admin/v1/tokens']) {
    const [own] = await list(path);
    const seen = await server.request<{ data: { id: number }[] }>(
      'GET',
      path,
      undefined,
      mine.options,
    );
    expect(seen.body.data.map(({ id }) => id)).not.toContain(own?.id);
    const ended = await server.request(
      'DELETE',
      `${path}/${own?.id ?? ''}`,
      undefined,
      mine.options,
    );
    expect(ended.status).toBe(404);
    expect(await list(path)).toHaveLength(1);
  }
});
