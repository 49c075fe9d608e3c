import { beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { subscribeByContract } from '../../../../test/support/subscribers.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { runCli } from '../../../main/cli.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const server = useTestServer({ env: { ROLE: 'all' } });
let analyst: SignedInStaff;

const HISTORY = `customer_id,subscription_id,plan,started_on,ended_on,amount,currency,country
Acorn,s-1,pro,2026-01-05,2026-02-05,19.00,usd,us
Acorn,s-2,business,2026-02-05,2026-03-01,49.00,usd,us
Birch,s-3,pro,2026-01-20,,19.00,eur,de
`;

interface Rows {
  readonly data?: readonly { readonly key: string; readonly label: string }[];
}

async function importHistory(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'history-'));
  const file = join(folder, 'history.csv');
  await writeFile(file, HISTORY);
  const lines: string[] = [];
  const env = { DATABASE_URL: server.databaseUrl, NODE_ENV: 'test' };
  const told = { env, print: (line: string) => lines.push(line) };
  const code = await runCli(['import', 'subscriptions', file, '--origin', 'old'], told);
  await rm(folder, { recursive: true });
  if (code !== 0) throw new Error(lines.join('\n'));
}

const leavers = async () => {
  const path = '/admin/v1/metrics/movements/rows?from=2026-03-01&column=churn';
  const { body } = await server.request<Rows>('GET', path, undefined, analyst);
  return body.data?.length === 1 ? body.data : undefined;
};

beforeAll(async () => {
  analyst = await signInStaff(server, 'analyst');
  await importHistory();
});

test('the story of a customer tells what moved its MRR, the latest first', async () => {
  const [row] = await eventually(leavers);
  const story = `/admin/v1/customers/${row!.key}`;
  const { status, body } = await server.request('GET', story, undefined, analyst);
  expect(status).toBe(200);
  const move = (day: string, kind: string, plan: string, amount: number) => ({
    day,
    kind,
    plan,
    amount_minor: amount,
    currency: 'usd',
    is_correction: false,
  });
  expect(body).toMatchObject({
    key: 'Acorn',
    origin: 'old',
    country: 'us',
    cohort: '2026-01-01',
    users: [],
    profile: 'stripe',
    movements: [
      move('2026-03-01', 'churn', 'business', -4_900),
      move('2026-02-05', 'expansion', 'business', 3_000),
      move('2026-02-05', 'transfer', 'business', 1_900),
      move('2026-02-05', 'transfer', 'pro', -1_900),
      move('2026-01-05', 'new', 'pro', 1_900),
    ],
  });
  const unknown = await server.request('GET', '/admin/v1/customers/999', undefined, analyst);
  expect(unknown).toMatchObject({ status: 404, body: { code: 'customer_unknown' } });
});

test('the segments that there are can be chosen from', async () => {
  await eventually(leavers);
  interface Segments {
    readonly data: readonly { readonly dimension: string; readonly values: readonly string[] }[];
  }
  const path = '/admin/v1/segments';
  const { body } = await server.request<Segments>('GET', path, undefined, analyst);
  const of = (name: string) => body.data.find(({ dimension }) => dimension === name)?.values;
  expect(of('plan')).toEqual(['business', 'pro']);
  expect(of('country')).toEqual(['de', 'us']);
  expect(of('cohort')).toEqual(['2026-01-01']);
});

test('the story of an account says where it is from, as its segments do', async () => {
  const details = { email: 'ada@example.com', country: 'GB' };
  await server.request('PUT', '/v1/users/ada', details);
  await subscribeByContract(server, 'business', ['ada']);
  const path = '/admin/v1/metrics/mrr/rows?country=GB';
  const rows = async () => {
    const { body } = await server.request<Rows>('GET', path, undefined, analyst);
    return body.data?.length === 1 ? body.data : undefined;
  };
  const [row] = await eventually(rows);
  const story = `/admin/v1/customers/${row!.key}`;
  const { body } = await server.request('GET', story, undefined, analyst);
  expect(body).toMatchObject({ origin: 'accounts', country: 'GB', users: [{ user: 'ada' }] });
});
