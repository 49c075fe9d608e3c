import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase } from '../../../adapters/postgres/index.ts';
import { eventually } from '../../../../test/support/eventually.ts';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { appendAudit, erasePerson, type AuditEntry } from '../index.ts';
import { sampleEntry, TRAIL_STARTS_MS } from '../trail.fixture.ts';
import type { EntryAnswer } from './answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-search-'));
const server = useTestServer({
  env: { ROLE: 'all', DATA_DIR: folder, AUDIT_CHECKPOINTS: join(folder, 'checkpoints.jsonl') },
});
let finance: SignedInStaff;

const personal = { personKind: 'user', personId: 1_005, values: { name: 'Ada' } };
const formula = '=HYPERLINK("http://example.com"), or so';

async function append(entries: readonly AuditEntry[]): Promise<void> {
  const database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  await database.transaction((tx) => appendAudit(tx, entries));
  await database.close();
}

beforeAll(async () => {
  const entries = Array.from({ length: 30 }, (_, n): AuditEntry => sampleEntry(1_000 + n));
  await append([
    ...entries,
    { ...sampleEntry(1_030), personal, subject: { kind: 'user', id: 'with:colons' } },
    { ...sampleEntry(1_031), reason: formula, action: 'note.written' },
  ]);
  finance = await signInStaff(server, 'finance');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Page {
  readonly data: readonly EntryAnswer[];
  readonly next_cursor: string | null;
}

const get = <T>(path: string) =>
  server.request<T>('GET', `/admin/v1/audit${path}`, undefined, finance);
const subjects = async (query: string): Promise<string[]> =>
  (await get<Page>(`?${query}`)).body.data.map(({ subject }) => subject.id);

test('entries are listed newest first, a page at a time, each once', async () => {
  const all: EntryAnswer[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const page: Page = (await get<Page>(`?limit=7${cursor && `&cursor=${cursor}`}`)).body;
    expect(page.data.length).toBeLessThanOrEqual(7);
    all.push(...page.data);
    cursor = page.next_cursor;
  }
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  const sampled = all.filter(({ request_id }) => request_id?.startsWith('req_10'));
  expect(sampled.map(({ request_id }) => request_id)).toEqual(
    Array.from({ length: 32 }, (_, n) => `req_${1_031 - n}`),
  );
  expect(sampled.at(-1)).toMatchObject({
    recorded_at: '2026-03-10T12:00:01.000Z',
    actor: { kind: 'staff', id: '1' },
    action: 'access.boosted',
    subject: { kind: 'user', id: '1000' },
    account_id: 1000,
    reason: 'reason 1000',
    before: { limit: 1000 },
    after: { limit: 1001, note: 'größer' },
    address: '192.0.2.232',
    has_personal: false,
  });
});

test('every filter narrows the list, and all of them together', async () => {
  expect(await subjects('subject=user:1007')).toEqual(['1007']);
  expect(await subjects('subject=user:with:colons')).toEqual(['with:colons']);
  expect(await subjects('account=1009')).toEqual(['1009']);
  expect(await subjects('action=note.written')).toEqual(['1031']);
  expect(await subjects('action=note.*')).toEqual(['1031']);
  expect(await subjects('action=note')).toEqual([]);
  expect(await subjects('actor=staff:2&from=2026-03-10T12:00:01.020Z')).toEqual([
    '1031',
    '1028',
    '1025',
    '1022',
  ]);
  expect(await subjects('to=2026-03-10T12:00:01.002Z&actor=staff')).toEqual(['1001', '1000']);
  expect(await subjects('q=reason 1011')).toEqual(['1011']);
  expect(await subjects('q=HYPERLI')).toEqual(['1031']);
  expect(await subjects(`q=${encodeURIComponent("' & ! | (:* \\")}&account=1001`)).toEqual([
    '1001',
  ]);
  expect(await subjects('actor=staff:1&action=plan.*&q=published&account=1003')).toEqual(['1003']);
  expect(await subjects('actor=nobody')).toEqual([]);
});

test('what is not understood is refused with its field', async () => {
  expect(await get('?cursor=x')).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
  expect(await get('?from=yesterday')).toMatchObject({ status: 400 });
  expect(await get('?unknown=1')).toMatchObject({ status: 400 });
  expect(await get('/999999999')).toMatchObject({
    status: 404,
    body: { code: 'audit_entry_unknown' },
  });
});

test('exports hold exactly what the list shows, and no formula', async () => {
  const query = '?actor=staff&from=2026-03-10T12:00:01.029Z';
  const { data } = (await get<Page>(query)).body;
  const lines = await get<string>(`/export.jsonl${query}`);
  expect(lines.headers.get('content-type')).toContain('application/jsonl');
  const exported = lines.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as EntryAnswer);
  const stable = (entries: readonly EntryAnswer[]) =>
    entries.map((entry) => ({ ...entry, sealed: true }));
  expect(stable(exported)).toEqual(stable(data));
  const csv = await get<string>(`/export.csv${query}`);
  expect(csv.headers.get('content-type')).toContain('text/csv');
  const [header, first, ...rest] = csv.body.trimEnd().split('\r\n');
  expect(header).toMatch(/^id,recorded_at,actor_kind,/);
  expect(first).toContain(`,"'=HYPERLINK(""http://example.com""), or so",`);
  expect(rest).toHaveLength(data.length - 1);

  const taken = (await get<Page>('?action=audit.exported')).body.data;
  const list = { actor: 'staff', from: '2026-03-10T12:00:01.029Z', is_search: false };
  expect(taken).toMatchObject([{ after: list }, { after: list }]);
  expect(taken[0]?.actor).toEqual({ kind: 'staff', id: String(finance.staffId) });
});

test('an entry is shown with its seal, its proof and what it keeps about a person', async () => {
  const [listed] = (await get<Page>('?account=1030')).body.data;
  const path = `/${listed!.id}`;
  const signed = await eventually(async () => {
    const { body } = await get<Record<string, unknown>>(path);
    return body['proof'] === 'signed' ? body : undefined;
  });
  expect(signed).toMatchObject({
    id: listed!.id,
    sealed: true,
    personal: { person: { kind: 'user', id: '1005' }, values: { name: 'Ada' } },
    seal: { number: expect.any(Number) as number, digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
    checkpoint: { key: expect.stringMatching(/^[0-9a-f]{16}$/) },
  });
  expect((await get<string>('/export.jsonl')).body).not.toContain('Ada');

  const database = openDatabase({
    url: server.databaseUrl,
    schema: 'billing',
    applicationName: 'test',
  });
  const actor = { kind: 'system', id: 'test' } as const;
  const erasure = { ...personal, actor, nowMs: TRAIL_STARTS_MS, reason: 'asked to be' };
  await database.transaction((tx) => erasePerson(tx, erasure));
  await database.close();
  expect((await get(path)).body).toMatchObject({ proof: 'signed', personal: { values: null } });
});

test('an entry that was tampered with shows as broken', async () => {
  const [listed] = (await get<Page>('?account=1004')).body.data;
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  await client.query(
    `SET session_replication_role = replica;
     UPDATE billing.audit_entries SET reason = 'another' WHERE id = ${listed!.id}`,
  );
  await client.end();
  expect((await get(`/${listed!.id}`)).body).toMatchObject({ proof: 'broken', checkpoint: null });
});

test('only those who may read the trail do', async () => {
  for (const path of ['', '/1', '/export.csv', '/export.jsonl']) {
    const support = await signInStaff(server, 'support');
    expect(await server.request('GET', `/admin/v1/audit${path}`, undefined, support)).toMatchObject(
      {
        status: 403,
        body: { code: 'permission_missing' },
      },
    );
    expect(await server.request('GET', `/admin/v1/audit${path}`)).toMatchObject({ status: 401 });
  }
});
