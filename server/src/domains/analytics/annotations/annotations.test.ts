import { beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { decidePublications } from './decide-publications.ts';

const server = useTestServer();
let analyst: SignedInStaff;
let owner: SignedInStaff;

beforeAll(async () => {
  analyst = await signInStaff(server, 'analyst');
  owner = await signInStaff(server, 'owner');
});

interface Listed {
  readonly data: readonly {
    readonly id: string | null;
    readonly title: string;
    readonly version: number | null;
  }[];
}

const path = '/admin/v1/annotations';
const campaign = { day: '2026-02-03', until_day: '2026-02-09', kind: 'campaign', title: 'Radio' };

const list = (query: string) => server.request<Listed>('GET', path + query, undefined, analyst);

test('an annotation is listed in each span it touches, changed, removed, audited', async () => {
  type Saved = { id: string; version: number };
  const { body: made } = await server.request<Saved>('POST', path, campaign, analyst);
  expect((await list('?from=2026-02-09&to=2026-02-28')).body.data).toMatchObject([
    { ...campaign, id: made.id, staff: 'The analyst', detail: '', version: 1 },
  ]);
  expect((await list('?from=2026-02-10&to=2026-02-28')).body.data).toEqual([]);
  const renamed = { ...campaign, title: 'Radio and posters', version: 1 };
  const changed = await server.request<Saved>('PUT', `${path}/${made.id}`, renamed, analyst);
  expect(changed.body.version).toBe(2);
  const late = await server.request('PUT', `${path}/${made.id}`, renamed, analyst);
  expect(late).toMatchObject({ status: 409, body: { code: 'stale_version' } });
  const removing = `${path}/${made.id}?version=2`;
  expect((await server.request('DELETE', removing, undefined, analyst)).status).toBe(200);
  expect((await list('?from=2026-02-01&to=2026-02-28')).body.data).toEqual([]);
  const trail = '/admin/v1/audit?subject=annotation';
  const { body } = await server.request<{ data: { action: string }[] }>(
    'GET',
    trail,
    undefined,
    owner,
  );
  expect(body.data.map(({ action }) => action).toReversed()).toEqual([
    'annotation.added',
    'annotation.changed',
    'annotation.removed',
  ]);
});

test('what is no span, no annotation or not allowed is refused', async () => {
  const backwards = { ...campaign, until_day: '2026-02-01' };
  const refused = await server.request('POST', path, backwards, analyst);
  expect(refused).toMatchObject({ status: 422, body: { code: 'span_invalid' } });
  const unknown = await server.request('DELETE', `${path}/999?version=1`, undefined, analyst);
  expect(unknown).toMatchObject({ status: 404, body: { code: 'annotation_unknown' } });
  const support = await signInStaff(server, 'support');
  expect((await server.request('POST', path, campaign, support)).status).toBe(403);
});

test('the plans that were published mark the day on which they were', async () => {
  const { body } = await list('?from=2026-03-10&to=2026-03-10');
  expect(body.data.map(({ title }) => title)).toContain('Published: Pro, version 1');
  expect(body.data.every(({ id, version }) => id === null && version === null)).toBe(true);
});

test('a version with other prices than the one before says which they are', () => {
  const price = (amountMinor: number) => ({ cycle: 'monthly', currency: 'usd', amountMinor });
  const version = { slug: 'pro', name: 'Pro', id: 7, publishedMs: Date.UTC(2026, 2, 1, 23, 30) };
  const marks = decidePublications(
    [
      { ...version, version: 2, prices: [price(2_400)] },
      { ...version, version: 1, prices: [price(1_900)] },
    ],
    'Europe/Berlin',
  );
  expect(marks).toMatchObject([
    { kind: 'publication', title: 'Published: Pro, version 1', day: '2026-03-02' },
    { kind: 'price', title: 'New prices: Pro, version 2', detail: 'monthly: 19.00 to 24.00 USD' },
  ]);
});
