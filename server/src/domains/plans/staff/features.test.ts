import { beforeEach, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer();
let admin: SignedInStaff;
let finance: SignedInStaff;

beforeEach(async () => {
  admin = await signInStaff(server, 'admin');
  finance = await signInStaff(server, 'finance');
});

interface Listed {
  feature: string;
  version: number;
  name: string;
  plans: { plan: string; terms: unknown }[];
}

interface Defined {
  code?: string;
  before: Listed | null;
  after: Listed;
}

const ask = <T>(method: string, path: string, body?: unknown, as = admin) =>
  server.request<T>(method, `/admin/v1/features${path}`, body, as);

const list = async (): Promise<Listed[]> => (await ask<{ data: Listed[] }>('GET', '')).body.data;

const translation = {
  kind: 'metered',
  name: 'Translation',
  unit: 'page',
  when_missing: 'deny',
  on_unavailable: 'deny',
  reason: 'a product that comes',
};

test('a feature says what each plan on sale gives of it', async () => {
  const minutes = (await list()).find(({ feature }) => feature === 'audio_minutes');
  expect(minutes?.plans.map(({ plan }) => plan)).toEqual(['free', 'pro', 'business', 'enterprise']);
  expect(minutes?.plans[1]?.terms).toMatchObject({ limit: '300' });
});

test('a feature is tried, added, and changed by the version that was looked at', async () => {
  const body = { feature: 'translations', ...translation };
  expect((await ask('POST', '', { ...body, dry_run: true })).status).toBe(200);
  expect((await list()).map(({ feature }) => feature)).not.toContain('translations');
  const added = await ask<Defined>('POST', '', body);
  expect(added.body).toMatchObject({ before: null, after: { feature: 'translations' } });
  expect((await ask<Defined>('POST', '', body)).body.code).toBe('feature_exists');

  const listed = (await list()).find(({ feature }) => feature === 'translations');
  expect(listed?.version).toBe(added.body.after.version);
  const change = { ...translation, name: 'Translations', version: listed?.version };
  const changed = await ask<Defined>('PUT', '/translations', change);
  expect(changed.body).toMatchObject({
    before: { name: 'Translation' },
    after: { name: 'Translations' },
  });
  const stale = await ask<Defined>('PUT', '/translations', change);
  expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);
});

test('the kind of a feature never changes, and its event counts it', async () => {
  const minutes = (await list()).find(({ feature }) => feature === 'audio_minutes');
  const { version } = minutes!;
  const other = { ...translation, kind: 'boolean', version };
  const { status, body } = await ask<Defined>('PUT', '/audio_minutes', other);
  expect([status, body.code]).toEqual([409, 'feature_kind_fixed']);
  const event = { ...translation, version, commit_event: 'nobody_knows_it' };
  expect((await ask<Defined>('PUT', '/audio_minutes', event)).body.code).toBe('catalog_invalid');
});

test('who may not write plans may read them', async () => {
  expect((await ask('GET', '', undefined, finance)).status).toBe(200);
  const body = { feature: 'translations_2', ...translation };
  expect((await ask<Defined>('POST', '', body, finance)).body.code).toBe('permission_missing');
});
