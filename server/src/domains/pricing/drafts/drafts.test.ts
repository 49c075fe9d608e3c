import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer();
let client: pg.Client;
let admin: SignedInStaff;
let other: SignedInStaff;

beforeAll(async () => {
  client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
});
afterAll(() => client?.end());

beforeEach(async () => {
  admin = await signInStaff(server, 'admin');
  other = await signInStaff(server, 'owner');
});

interface Draft {
  code?: string;
  id: string;
  plan: string;
  based_on: number | null;
  version: number;
  content: {
    name: string;
    default: boolean;
    monthly_prices: Record<string, string>;
    features: Record<string, unknown>;
  };
  errors?: { field: string; message: string }[];
  on_sale?: number | null;
}

interface Difference {
  code?: string;
  becomes: number | null;
  outdated: boolean;
  differences: { place: string; before: string | null; after: string | null }[];
  prices: { billing_cycle: string; amount: string }[];
}

const path = '/admin/v1/plan-drafts';
const reason = 'prices of the spring';

const ask = <T>(method: string, at: string, body?: unknown, as = admin) =>
  server.request<T>(method, `${path}${at}`, body, as);

async function begin(plan: string, more: object = {}): Promise<Draft> {
  const { status, body } = await ask<Draft>('POST', '', { plan, reason, ...more });
  expect(status).toBe(200);
  return body;
}

async function change(draft: Draft, content: object, as = admin) {
  const { version } = draft;
  return ask<Draft>('PUT', `/${draft.id}`, { version, content, reason }, as);
}

const dearer = (draft: Draft, usd: string) => ({
  ...draft.content,
  monthly_prices: { ...draft.content.monthly_prices, usd },
});

async function publish(draft: Draft, more: object = {}) {
  const { id, version } = draft;
  return ask<Difference>('POST', `/${id}/publish`, { version, reason, ...more });
}

async function discard({ id, version }: Draft): Promise<void> {
  const query = new URLSearchParams({ version: String(version), reason });
  expect((await ask('DELETE', `/${id}?${query}`)).status).toBe(200);
}

async function onSale(slug: string) {
  const { body } = await server.request<{
    data: { slug: string; version: number; prices: { amount: string }[] }[];
  }>('GET', '/v1/plans');
  return body.data.find((plan) => plan.slug === slug);
}

describe('a draft', () => {
  test('begins as what is on sale, and differs from it in nothing', async () => {
    const draft = await begin('pro');
    expect(draft).toMatchObject({ plan: 'pro', based_on: 1, version: 1 });
    expect(draft.content.monthly_prices).toEqual({ usd: '19.00' });
    const { body } = await ask<Difference>('GET', `/${draft.id}/difference`);
    expect(body).toMatchObject({ becomes: null, outdated: false, differences: [] });
    expect((await publish(draft)).body.code).toBe('plan_draft_without_change');
    await discard(draft);
  });

  test('is the only one of its plan until it is thrown away', async () => {
    const draft = await begin('pro');
    const second = await ask<Draft>('POST', '', { plan: 'pro', reason });
    expect([second.status, second.body.code]).toEqual([409, 'plan_draft_exists']);
    await discard(draft);
    expect((await ask<Draft>('GET', `/${draft.id}`)).body.code).toBe('plan_draft_unknown');
    await discard(await begin('pro'));
  });

  test('is refused with all of its faults at once, each placed within it', async () => {
    const draft = await begin('business');
    const { status, body } = await change(draft, {
      ...draft.content,
      name: ' ',
      monthly_prices: { usd: '-1' },
      features: { ...draft.content.features, audio_minutes: { limit: 'many' }, telepathy: true },
    });
    expect([status, body.code]).toEqual([422, 'catalog_invalid']);
    expect(body.errors?.map(({ field }) => field).toSorted()).toEqual([
      '/content/features/audio_minutes/limit',
      '/content/features/telepathy',
      '/content/monthly_prices/usd',
      '/content/name',
    ]);
    expect((await ask<Draft>('GET', `/${draft.id}`)).body).toEqual(draft);
    await discard(draft);
  });

  test('of which another version was looked at is not changed: nothing is lost', async () => {
    const draft = await begin('business');
    const first = await change(draft, dearer(draft, '59.00'));
    expect(first.body.version).toBe(draft.version + 1);
    const second = await change(draft, dearer(draft, '69.00'), other);
    expect([second.status, second.body.code]).toEqual([409, 'stale_version']);
    expect((await publish(draft)).body.code).toBe('stale_version');
    const { body } = await ask<Draft>('GET', `/${draft.id}`);
    expect(body).toEqual(first.body);
    await discard(body);
  });

  test('shows place by place what it changes, the yearly price by the rule', async () => {
    const draft = await begin('pro');
    const { features } = draft.content;
    const content = {
      ...dearer(draft, '20.00'),
      features: { ...features, audio_minutes: { limit: '400' } },
    };
    const changed = (await change(draft, content)).body;
    const { body } = await ask<Difference>('GET', `/${draft.id}/difference`);
    expect(body.becomes).toBe(2);
    expect(body.differences).toEqual([
      { place: 'features/audio_minutes', before: '300', after: '400' },
      { place: 'prices/monthly/usd', before: '19.00', after: '20.00' },
      { place: 'prices/yearly/usd', before: '182.40', after: '192.00' },
    ]);
    await discard(changed);
  });
});

describe('publishing', () => {
  test('only tried changes nothing; done it is on sale once, its reason on record', async () => {
    const draft = await begin('pro');
    const changed = (await change(draft, dearer(draft, '21.00'))).body;
    const tried = await publish(changed, { dry_run: true });
    expect(tried.body).toMatchObject({ dry_run: true, becomes: 2 });
    expect(await onSale('pro')).toMatchObject({ version: 1 });
    const done = await publish(changed);
    expect(done.status).toBe(200);
    expect(done.body.differences).toEqual(tried.body.differences);
    const sold = await onSale('pro');
    expect([sold?.version, sold?.prices.map(({ amount }) => amount)]).toEqual([
      2,
      ['21.00', '201.60'],
    ]);
    expect((await publish(changed)).body.code).toBe('plan_draft_unknown');
    const { rows } = await client.query(
      `SELECT actor_id, reason, address IS NOT NULL AS placed, request_id IS NOT NULL AS named
       FROM billing.audit_entries WHERE action = 'plan.published' AND reason = $1`,
      [reason],
    );
    expect(rows).toEqual([{ actor_id: String(admin.staffId), reason, placed: true, named: true }]);
  });

  test('does not take back what went on sale since the draft was begun', async () => {
    const draft = await begin('business');
    const mine = (await change(draft, dearer(draft, '59.00'))).body;
    await client.query(`UPDATE billing.plan_drafts SET ended_at = now() WHERE id = $1`, [mine.id]);
    const theirs = await begin('business');
    const published = (await change(theirs, dearer(theirs, '54.00'))).body;
    expect((await publish(published)).status).toBe(200);
    await client.query(`UPDATE billing.plan_drafts SET ended_at = null WHERE id = $1`, [mine.id]);
    const refused = await publish(mine);
    expect([refused.status, refused.body.code]).toEqual([409, 'plan_draft_outdated']);
    const compared = await ask<Difference>('GET', `/${mine.id}/difference`);
    expect(compared.body).toMatchObject({ outdated: true, becomes: 3 });
    const body = { version: mine.version, content: mine.content, based_on: 2, reason };
    const rebased = (await ask<Draft>('PUT', `/${mine.id}`, body)).body;
    expect((await publish(rebased)).status).toBe(200);
    expect(await onSale('business')).toMatchObject({ version: 3 });
  });

  test('a new plan begins from another one, and is sold beside it', async () => {
    const draft = await begin('studio', { from: 'free' });
    expect(draft).toMatchObject({ plan: 'studio', based_on: null });
    expect(draft.content.default).toBe(false);
    const content = { ...dearer(draft, '29.00'), name: 'Studio' };
    const changed = (await change(draft, content)).body;
    expect((await publish(changed)).status).toBe(200);
    expect(await onSale('studio')).toMatchObject({ version: 1 });
    expect(await onSale('free')).toMatchObject({ version: 1 });
  });

  test('the plan of those who bought none stays the only one', async () => {
    const draft = await begin('pro');
    const refused = await change(draft, { ...draft.content, default: true });
    expect(refused.status).toBe(422);
    expect(refused.body.code).toBe('catalog_invalid');
    await discard(draft);
  });
});
