import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer();
const reason = 'more to choose from';
let admin: SignedInStaff;
let support: SignedInStaff;
let client: pg.Client;

beforeAll(async () => {
  admin = await signInStaff(server, 'admin');
  support = await signInStaff(server, 'support');
  client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
});

afterAll(() => client?.end());

interface Listed {
  readonly key: string;
  readonly version: number;
  readonly name: string;
  readonly withdrawn_at?: string | null;
  readonly counts?: readonly object[];
}

interface Put {
  readonly code?: string;
  readonly errors?: readonly { readonly field: string }[];
  readonly before: Listed | null;
  readonly after: Listed;
  readonly undo: { readonly method: string; readonly path: string; readonly body: object } | null;
}

const ask = <T = Put>(method: string, path: string, body?: object, as = admin) =>
  server.request<T>(method, `/admin/v1/${path}`, body, as);

async function find(list: 'packs' | 'event-types', key: string): Promise<Listed | undefined> {
  const { body } = await ask<{ data: Listed[] }>('GET', list);
  return body.data.find((each) => each.key === key);
}

async function takeBack({ undo }: Put): Promise<number> {
  if (undo === null) throw new Error('nothing takes it back');
  return (await ask(undo.method, undo.path.replace('/admin/v1/', ''), { ...undo.body, reason }))
    .status;
}

async function reasonsOf(action: string): Promise<unknown[]> {
  const { rows } = await client.query<{ reason: string | null }>(
    `SELECT reason, actor_kind, address IS NOT NULL AS placed FROM billing.audit_entries
     WHERE action = $1 ORDER BY id`,
    [action],
  );
  return rows.filter((row) => row.reason === reason);
}

const pack = {
  name: '250 minutes',
  feature: 'audio_minutes',
  amount: '250',
  valid_days: 365,
  prices: { usd: '12.00' },
};

test('a pack is tried, sold, changed, withdrawn and sold again, each by its version', async () => {
  const body = { key: 'minutes_250', pack, reason };
  expect((await ask('POST', 'packs', { ...body, dry_run: true })).body.undo).toBeNull();
  expect(await find('packs', 'minutes_250')).toBeUndefined();
  const sold = await ask('POST', 'packs', body);
  expect(sold.body).toMatchObject({ before: null, after: { version: 1, amount: '250' } });
  expect((await ask('POST', 'packs', body)).body.code).toBe('pack_exists');

  const dearer = { version: 1, pack: { ...pack, prices: { usd: '14.00', eur: '13.00' } }, reason };
  const changed = await ask('PUT', 'packs/minutes_250', dearer);
  expect(changed.body.after).toMatchObject({ version: 2, prices: [{ amount: '13.00' }, {}] });
  const stale = await ask('PUT', 'packs/minutes_250', dearer);
  expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);
  expect(await takeBack(changed.body)).toBe(200);
  expect(await find('packs', 'minutes_250')).toMatchObject({
    version: 3,
    prices: [{ amount: '12.00' }],
  });

  const path = 'packs/minutes_250/withdraw';
  expect((await ask('POST', path, { version: 2, reason })).body.code).toBe('stale_version');
  const withdrawn = await ask('POST', path, { version: 3, reason });
  expect((await find('packs', 'minutes_250'))?.withdrawn_at).not.toBeNull();
  expect(await takeBack(withdrawn.body)).toBe(200);
  expect(await find('packs', 'minutes_250')).toMatchObject({ version: 4, withdrawn_at: null });
  const staff = { reason, actor_kind: 'staff', placed: true };
  expect(await reasonsOf('pack.published')).toEqual([staff, staff, staff, staff]);
  expect(await reasonsOf('pack.withdrawn')).toEqual([staff]);
});

test('a pack is refused with all of its faults at once, each placed within it', async () => {
  const faulty = { ...pack, feature: 'custom_prompts', valid_days: 0, prices: { usd: 'dear' } };
  const { status, body } = await ask('POST', 'packs', { key: 'faulty', pack: faulty, reason });
  expect([status, body.code]).toEqual([422, 'catalog_invalid']);
  expect(body.errors?.map(({ field }) => field).toSorted()).toEqual([
    '/pack/feature',
    '/pack/prices',
    '/pack/prices/usd',
    '/pack/valid_days',
  ]);
});

test('what an event counts to is changed from then on, and taken back', async () => {
  const before = await find('event-types', 'audio_minutes');
  expect(before?.counts).toEqual([{ feature: 'audio_minutes', dimension: 'amount', factor: '1' }]);
  const said = {
    name: 'Audio minutes',
    counts: [
      { feature: 'audio_minutes', dimension: 'amount', factor: '2' },
      { feature: 'ai_tokens', dimension: 'tokens_in', factor: '1' },
    ],
  };
  const change = { version: before?.version, event_type: said, reason };
  const changed = await ask('PUT', 'event-types/audio_minutes', change);
  expect(changed.body.after.counts).toEqual(said.counts);
  const stale = await ask('PUT', 'event-types/audio_minutes', change);
  expect([stale.status, stale.body.code]).toEqual([409, 'stale_version']);

  await server.request('PUT', '/v1/users/ada', { email: 'ada@example.com' });
  const used = { user: 'ada', event: 'audio_minutes', amount: 10, tokens_in: 70 };
  const { body } = await server.request<{ balances: { feature: string; used: number }[] }>(
    'POST',
    '/v1/track',
    used,
  );
  const usedOf = Object.fromEntries(body.balances.map((each) => [each.feature, each.used]));
  expect(usedOf).toEqual({ audio_minutes: 20, ai_tokens: 70 });
  expect(await takeBack(changed.body)).toBe(200);
  expect(await find('event-types', 'audio_minutes')).toEqual(before);
});

test('an event type is added once, and counts only what can be counted', async () => {
  const counts = [{ feature: 'kb_files', dimension: 'amount', factor: '0' }];
  const event = { name: 'Pages read', counts };
  const refused = await ask('POST', 'event-types', { key: 'pages', event_type: event, reason });
  expect(refused.body.errors?.map(({ field }) => field)).toEqual([
    '/event_type/counts/0/feature',
    '/event_type/counts/0/factor',
  ]);
  const body = { key: 'pages', event_type: { ...event, counts: [] }, reason };
  expect((await ask('POST', 'event-types', body)).status).toBe(200);
  expect((await ask('POST', 'event-types', body)).body.code).toBe('event_type_exists');
  const unknown = await ask('PUT', 'event-types/nothing', { ...body, key: undefined, version: 1 });
  expect([unknown.status, unknown.body.code]).toEqual([404, 'event_type_unknown']);
});

test('who may read plans sees packs and events, and changes none of them', async () => {
  for (const list of ['packs', 'event-types']) {
    expect((await ask('GET', list, undefined, support)).status).toBe(200);
  }
  const { body } = await ask('POST', 'packs', { key: 'another', pack, reason }, support);
  expect(body.code).toBe('permission_missing');
});
