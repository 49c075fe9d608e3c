import { beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { subscribeByContract } from '../../../../test/support/subscribers.ts';

const server = useTestServer();
const reason = 'more minutes for all';
let admin: SignedInStaff;

beforeAll(async () => {
  admin = await signInStaff(server, 'admin');
});

interface Listed {
  plan: string;
  on_sale: number | null;
  versions: number;
  subscribers: number;
  draft: string | null;
}

interface Version {
  version: number;
  on_sale: boolean;
  subscribers: number;
  says: { place: string; value: string }[];
  changes: { place: string; before: string | null; after: string | null }[];
}

interface Draft {
  id: string;
  version: number;
  content: { features: object };
}

async function ask<T>(method: string, path: string, body?: unknown) {
  return server.request<T>(method, `/admin/v1/${path}`, body, admin);
}

async function listed(plan: string): Promise<Listed | undefined> {
  const { body } = await ask<{ data: Listed[] }>('GET', 'plans');
  return body.data.find((each) => each.plan === plan);
}

test('a plan is told with its versions, what each changed, and its open draft', async () => {
  expect(await listed('pro')).toMatchObject({ on_sale: 1, versions: 1, draft: null });
  const { body: draft } = await ask<Draft>('POST', 'plan-drafts', { plan: 'pro', reason });
  expect(await listed('pro')).toMatchObject({ on_sale: 1, draft: draft.id });
  const features = { ...draft.content.features, audio_minutes: { limit: '400' } };
  const change = { version: draft.version, content: { ...draft.content, features }, reason };
  const path = `plan-drafts/${draft.id}`;
  const { version } = (await ask<Draft>('PUT', path, change)).body;
  expect((await ask('POST', `${path}/publish`, { version, reason })).status).toBe(200);
  expect(await listed('pro')).toMatchObject({ on_sale: 2, versions: 2, draft: null });

  const { body } = await ask<{ data: Version[] }>('GET', 'plans/pro/versions');
  expect(body.data).toMatchObject([
    { version: 2, on_sale: true, subscribers: 0 },
    { version: 1, on_sale: false, changes: [] },
  ]);
  expect(body.data[0]?.changes).toEqual([
    { place: 'features/audio_minutes', before: '300', after: '400' },
  ]);
  expect(body.data[1]?.says).toContainEqual({ place: 'features/audio_minutes', value: '300' });
});

test('plans are told in the order of their sale, and one that is unknown is refused', async () => {
  const { body } = await ask<{ data: Listed[] }>('GET', 'plans');
  expect(body.data.map(({ plan }) => plan)).toEqual(['free', 'pro', 'business', 'enterprise']);
  const refused = await ask<{ code: string; known: string[] }>('GET', 'plans/gold/versions');
  expect([refused.status, refused.body.code]).toEqual([404, 'plan_unknown']);
  expect(refused.body.known).toContain('pro');
});

test('only somebody of the plan is an example of what a draft changes', async () => {
  await server.request('PUT', '/v1/users/anna', { email: 'anna@example.com' });
  const exampleOf = async (plan: string): Promise<{ user: string } | null> => {
    const { body: draft } = await ask<Draft>('POST', 'plan-drafts', { plan, reason });
    const path = `plan-drafts/${draft.id}/effects?user=anna`;
    const { status, body } = await ask<{ example: { user: string } | null }>('GET', path);
    expect(status).toBe(200);
    return body.example;
  };
  expect(await exampleOf('free')).toMatchObject({ user: 'anna', version: 1 });
  expect(await exampleOf('business')).toBeNull();
});

test('a plan that is withdrawn is sold no more, and stays with those who hold it', async () => {
  const onSale = async (): Promise<string[]> => {
    const { body } = await server.request<{ data: { slug: string }[] }>('GET', '/v1/plans');
    return body.data.map(({ slug }) => slug);
  };
  await subscribeByContract(server, 'enterprise', ['firm-1', 'firm-2']);
  const path = 'plans/enterprise/withdraw';
  interface Withdrawn {
    code?: string;
    subscribers: number;
  }
  const tried = await ask<Withdrawn>('POST', path, { version: 1, reason, dry_run: true });
  expect(tried.body).toMatchObject({ dry_run: true, subscribers: 2 });
  expect(await onSale()).toContain('enterprise');
  const stale = await ask<Withdrawn>('POST', path, { version: 2, reason });
  expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);
  expect((await ask('POST', path, { version: 1, reason })).status).toBe(200);
  await expect.poll(onSale).not.toContain('enterprise');
  expect(await listed('enterprise')).toMatchObject({ on_sale: null, subscribers: 2 });
  const { body } = await server.request<{ plan: string }>('GET', '/v1/users/firm-1');
  expect(body.plan).toBe('enterprise');
  expect((await ask<Withdrawn>('POST', path, { version: 1, reason })).body.code).toBe(
    'plan_unknown',
  );
  const kept = await ask<Withdrawn>('POST', 'plans/free/withdraw', { version: 1, reason });
  expect([kept.status, kept.body.code]).toEqual([409, 'default_plan_required']);

  // It comes back by a draft, which begins as what was sold last.
  const { body: draft } = await ask<Draft>('POST', 'plan-drafts', { plan: 'enterprise', reason });
  const publish = { version: draft.version, reason };
  expect((await ask('POST', `plan-drafts/${draft.id}/publish`, publish)).status).toBe(200);
  expect(await listed('enterprise')).toMatchObject({ on_sale: 2, subscribers: 2 });
});
