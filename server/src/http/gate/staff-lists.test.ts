import pg from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../test/support/staff.ts';

const server = useTestServer({ env: { ROLE: 'all' } });
let owner: SignedInStaff;

const post = async (path: string, body: object): Promise<void> => {
  const { status } = await server.request('POST', `/admin/v1${path}`, body, owner);
  expect({ path, status }).toEqual({ path, status: 200 });
};

/** Three ticks of two jobs that nobody has, so that no worker takes them up; one has failed. */
async function queueTicks(): Promise<void> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    await eventually(async () => {
      const { rows } = await client.query(`SELECT to_regclass('billing_worker.jobs') AS there`);
      return (rows[0] as { there: string | null }).there ?? undefined;
    });
    for (const name of ['gone', 'lost', 'gone']) {
      await client.query(
        `SELECT billing_worker.add_job($1, run_at => '2031-01-01T00:00:00.1234Z')`,
        [name],
      );
    }
    await client.query(`UPDATE billing_worker._private_jobs SET last_error = 'it broke'
      WHERE id = (SELECT max(id) FROM billing_worker._private_jobs)`);
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  owner = await signInStaff(server, 'owner');
  for (const role of ['support', 'analyst'] as const) await signInStaff(server, role);
  for (const [index, name] of ['bcd', 'Abc', 'abc'].entries()) {
    const day = `2026-02-0${index + 1}`;
    await post('/keys', { name, scopes: ['read'], reason: 'a page of them' });
    await post('/tokens', { name, role: 'support', expires_in_days: 7 });
    await post('/invitations', { email: `${name}-${index}@example.com`, role: 'support' });
    await post('/annotations', { day, kind: 'note', title: name });
    await post('/annotations', { day: '2026-02-02', kind: 'note', title: name });
  }
  for (const list of ['users', 'insights']) {
    for (const name of ['bcd', 'Abc', 'äbc']) {
      await post('/views', { list, name, query: {}, shared: false });
    }
  }
  await queueTicks();
});

interface Row {
  readonly id: unknown;
  readonly run_at?: string;
}
interface Listed {
  readonly data: readonly Row[];
  readonly next_cursor: string | null;
}

async function page(path: string, query: Record<string, string>): Promise<Listed> {
  const url = `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams(query).toString()}`;
  const { status, body } = await server.request<Listed>('GET', url, undefined, owner);
  expect(status).toBe(200);
  return body;
}

/** Ticks of jobs that there are come and go meanwhile. */
const lasting = (rows: readonly Row[]) =>
  rows.filter(({ run_at: at }) => at === undefined || at.startsWith('2031'));

/** All of a list, by pages of one each. */
async function walked(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = null;
  do {
    const next: Listed = await page(path, { limit: '1', ...(cursor !== null && { cursor }) });
    expect(next.data.length).toBeLessThanOrEqual(1);
    rows.push(...next.data);
    cursor = next.next_cursor;
  } while (cursor !== null);
  return rows;
}

test.each([
  '/admin/v1/keys',
  '/admin/v1/tokens',
  '/admin/v1/sessions',
  '/admin/v1/invitations',
  '/admin/v1/staff',
  '/admin/v1/staff?role=support',
  '/admin/v1/annotations',
  '/admin/v1/annotations?sort=latest',
  '/admin/v1/annotations?from=2026-02-02&to=2026-02-02',
  '/admin/v1/views',
  '/admin/v1/views?list=users',
  '/admin/v1/jobs',
])(
  '%s is told page by page, each row once, and refuses a cursor it has not given out',
  async (path) => {
    const whole = await page(path, { limit: '200' });
    expect(whole.next_cursor).toBeNull();
    expect(lasting(whole.data).length).toBeGreaterThan(0);
    expect(lasting(await walked(path))).toEqual(lasting(whole.data));
    const url = new URL(path, 'http://127.0.0.1');
    for (const foreign of ['x', 'WyJ4Il0', '-1']) {
      url.searchParams.set('cursor', foreign);
      const refused = await server.request('GET', url.pathname + url.search, undefined, owner);
      expect(refused).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    }
  },
);

test('a list tells 50 where nothing is said, and never more than 200', async () => {
  for (let index = 0; index < 51; index += 1) {
    await post('/tokens', { name: `script ${index}`, role: 'support', expires_in_days: 7 });
  }
  expect((await page('/admin/v1/tokens', {})).data).toHaveLength(50);
  const many = await server.request('GET', '/admin/v1/tokens?limit=201', undefined, owner);
  expect(many.status).toBe(400);
});
