import pg from 'pg';
import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../../../test/support/eventually.ts';
import { useTestServer } from '../../../test/support/server.ts';
import { subscribeByContract } from '../../../test/support/subscribers.ts';
import { signInStaff, type SignedInStaff } from '../../../test/support/staff.ts';

const server = useTestServer({ env: { ROLE: 'all' } });
const staff: { support: SignedInStaff; other: SignedInStaff; analyst: SignedInStaff } = {} as never;
let client: pg.Client;

/** Anew for each test, because sessions end while the clock goes on. */
async function signIn(): Promise<void> {
  staff.support = await signInStaff(server, 'support');
  staff.other = await signInStaff(server, 'admin');
  staff.analyst = await signInStaff(server, 'analyst');
}

beforeEach(signIn);

beforeAll(async () => {
  client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
});

afterAll(() => client?.end());

interface Profile {
  account: string;
  version: number;
  plan: string;
  plan_source: string;
  email: string;
  name: string | null;
  restricted_by_staff: string | null;
  entitlements: { feature: string; limit?: number | null }[];
  overrides: {
    id: string;
    kind: string;
    in_force: boolean;
    expires_at: string | null;
    staff: { name: string } | null;
  }[];
  notes: { id: string; text: string }[];
}

interface Deed {
  code?: string;
  version: number;
  override: string | null;
  before: { plan: string };
  after: { plan: string };
  lines: { feature: string; before: number; after: number }[];
  undo: { method: string; path: string; body: { version: number } } | null;
}

async function newUser(user: string, said: object = {}): Promise<Profile> {
  await server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com`, ...said });
  return profileOf(user);
}

async function profileOf(user: string, as = staff.support): Promise<Profile> {
  const path = `/admin/v1/users/${user}`;
  const { status, body } = await server.request<Profile>('GET', path, undefined, as);
  expect(status).toBe(200);
  return body;
}

async function act(path: string, body: object, as = staff.support) {
  return server.request<Deed>('POST', `/admin/v1/users/${path}`, body, as);
}

/** As the portal does it where somebody says that it was by mistake. */
async function takeBack({ undo: takesBack }: Deed): Promise<Deed> {
  const { method, path, body } = takesBack!;
  const said = { ...body, reason: 'by mistake' };
  const { status, body: answer } = await server.request<Deed>(method, path, said, staff.support);
  expect(status).toBe(200);
  return answer;
}

async function mayUse(user: string, minutes: number): Promise<boolean> {
  const asked = { user, feature: 'audio_minutes', amount: minutes };
  return (await server.request<{ allowed: boolean }>('POST', '/v1/check', asked)).body.allowed;
}

async function auditOf({ account }: Profile): Promise<Record<string, unknown>[]> {
  const { rows } = await client.query<Record<string, unknown>>(
    `SELECT actor_kind, actor_id, action, reason, before, after, request_id IS NOT NULL AS named
     FROM billing.audit_entries WHERE account_id = $1 ORDER BY id`,
    [account],
  );
  return rows;
}

describe('a boost', () => {
  const boost = { feature: 'audio_minutes', amount: 100, reason: 'asked for it' };

  test('of 100 minutes is allowed by the next check, and its undo takes it back', async () => {
    const { version } = await newUser('boosted');
    expect(await mayUse('boosted', 150)).toBe(false);
    const tried = await act('boosted/boosts', { ...boost, version, dry_run: true });
    expect(tried.body).toMatchObject({
      override: null,
      lines: [{ feature: 'audio_minutes', before: 60, after: 160 }],
      version,
    });
    expect(await mayUse('boosted', 150)).toBe(false);
    const done = await act('boosted/boosts', { ...boost, version });
    expect(done.status).toBe(200);
    expect(done.body.lines).toEqual(tried.body.lines);
    expect(await mayUse('boosted', 150)).toBe(true);
    const { path, body } = done.body.undo!;
    const undone = await server.request(
      'POST',
      path,
      { ...body, reason: 'by mistake' },
      staff.other,
    );
    expect(undone.status).toBe(200);
    server.clock.advanceBy(1_000);
    expect(await mayUse('boosted', 150)).toBe(false);
  });

  test('is on record with who, why, before, after and the request', async () => {
    const profile = await newUser('recorded');
    await act('recorded/boosts', { ...boost, version: profile.version });
    expect(await auditOf(profile)).toEqual([
      {
        actor_kind: 'staff',
        actor_id: String(staff.support.staffId),
        action: 'access.quota_boosted',
        reason: boost.reason,
        before: { feature: 'audio_minutes', boosts: '0' },
        after: expect.objectContaining({ boosts: '100', amount: '100' }) as unknown,
        named: true,
      },
    ]);
    expect((await profileOf('recorded')).overrides).toMatchObject([
      { kind: 'quota_boost', in_force: true, staff: { name: 'The support' } },
    ]);
  });

  test('by two at once who looked at the same profile is done by one of them', async () => {
    const profile = await newUser('contested');
    const { version } = profile;
    const answers = await Promise.all([
      act('contested/boosts', { ...boost, version }, staff.support),
      act('contested/boosts', { ...boost, version }, staff.other),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const refused = answers.find(({ status }) => status === 409)!;
    expect(refused.body).toMatchObject({ code: 'stale_version', version: version + 1 });
    expect((await profileOf('contested')).overrides).toHaveLength(1);
    expect(await auditOf(profile)).toHaveLength(1);
  });

  test('needs a reason and the right to it', async () => {
    const { version } = await newUser('guarded');
    const short = await act('guarded/boosts', { ...boost, reason: 'ok', version });
    expect(short.status).toBe(400);
    const foreign = await act('guarded/boosts', { ...boost, version }, staff.analyst);
    expect([foreign.status, foreign.body.code]).toEqual([403, 'permission_missing']);
    expect((await profileOf('guarded')).overrides).toEqual([]);
  });
});

describe('a plan', () => {
  test('is given as a gift, foreseen as it then is, one at a time', async () => {
    const { version } = await newUser('gifted');
    const gift = { plan: 'pro', reason: 'sorry for the outage' };
    const tried = await act('gifted/gifts', { ...gift, version, dry_run: true });
    const done = await act('gifted/gifts', { ...gift, version });
    expect(done.body).toMatchObject({ before: { plan: 'free' }, after: { plan: 'pro' } });
    expect(tried.body.after).toEqual(done.body.after);
    expect(tried.body.lines).toEqual(done.body.lines);
    expect(await mayUse('gifted', 250)).toBe(true);
    const again = await act('gifted/gifts', { ...gift, version: done.body.version });
    expect([again.status, again.body.code]).toEqual([409, 'plan_change_in_force']);
  });

  test('is restricted to what those have who bought nothing, and lifted', async () => {
    const { version } = await newUser('restricted');
    const done = await act('restricted/restriction', { reason: 'abuse', version });
    expect(done.status).toBe(200);
    const restricted = await profileOf('restricted');
    expect(restricted.restricted_by_staff).toBe(done.body.override);
    const lifting = { reason: 'cleared up', version: restricted.version };
    const lifted = await act('restricted/restriction/lift', lifting);
    expect(lifted.status).toBe(200);
    expect((await profileOf('restricted')).restricted_by_staff).toBeNull();
    const again = await takeBack(lifted.body);
    expect((await profileOf('restricted')).restricted_by_staff).toBe(again.override);
    const said = { reason: 'cleared up', version: again.version };
    const relifted = await act('restricted/restriction/lift', said);
    const none = await act('restricted/restriction/lift', {
      reason: 'once more',
      version: relifted.body.version,
    });
    expect(none.body.code).toBe('not_restricted');
  });
});

describe('the end of an override before its time', () => {
  test('is foreseen with the plan and the limits that it leaves', async () => {
    const { version } = await newUser('foreseen');
    const boosted = await act('foreseen/boosts', {
      feature: 'audio_minutes',
      amount: 100,
      reason: 'asked for it',
      version,
    });
    const event = { user: 'foreseen', event: 'audio_processed', amount: 75, idempotency_key: 'k' };
    await server.request('POST', '/v1/track', event);
    const gift = { plan: 'pro', reason: 'sorry', version: boosted.body.version };
    const given = await act('foreseen/gifts', gift);
    const said = { reason: 'too early', version: given.body.version, dry_run: true };
    const path = `foreseen/overrides/${given.body.override}/end`;
    const { body: tried } = await act(path, said);
    expect(tried).toMatchObject({ before: { plan: 'pro' }, after: { plan: 'free' } });
    const { body: done } = await act(path, { ...said, dry_run: false });
    expect([tried.after, tried.lines]).toEqual([done.after, done.lines]);
    expect(done.lines).toContainEqual({ feature: 'audio_minutes', before: 400, after: 160 });

    // Of the boost 15 minutes are used, which stay covered.
    const end = { ...said, version: done.version };
    const boost = await act(`foreseen/overrides/${boosted.body.override}/end`, end);
    expect(boost.body.lines).toEqual([{ feature: 'audio_minutes', before: 160, after: 75 }]);
    await act(`foreseen/overrides/${boosted.body.override}/end`, { ...end, dry_run: false });
    server.clock.advanceBy(1_000);
    const [audio] = (await profileOf('foreseen')).entitlements.filter(
      ({ feature }) => feature === 'audio_minutes',
    );
    expect(audio?.limit).toBe(75);
  });

  test('of a restriction is foreseen with what it gives back', async () => {
    await subscribeByContract(server, 'pro', ['lifted']);
    const { version } = await profileOf('lifted');
    const restricted = await act('lifted/restriction', { reason: 'abuse', version });
    const said = { reason: 'cleared up', version: restricted.body.version };
    const { body: tried } = await act('lifted/restriction/lift', { ...said, dry_run: true });
    expect(tried.after).toEqual(restricted.body.before);
    expect(tried.lines).toContainEqual({ feature: 'audio_minutes', before: 60, after: 300 });
    const { body: done } = await act('lifted/restriction/lift', said);
    expect([tried.after, tried.lines]).toEqual([done.after, done.lines]);
  });

  test('is undone by giving once more what it gave, as long', async () => {
    const { version } = await newUser('ended');
    const expires_at = formatInstant(server.clock.nowMs() + 30 * DAY_MS);
    const boost = { feature: 'audio_minutes', amount: 100, expires_at };
    const gift = { plan: 'pro', expires_at };
    const given = await act('ended/boosts', { ...boost, reason: 'asked for it', version });
    const made = await act('ended/gifts', {
      ...gift,
      reason: 'a trial',
      version: given.body.version,
    });
    let present = made.body.version;
    for (const [deed, body] of [
      [given, boost],
      [made, gift],
    ] as const) {
      const path = `ended/overrides/${deed.body.override}/end`;
      const tried = await act(path, { reason: 'too early', version: present, dry_run: true });
      expect(tried.body.undo).toBeNull();
      const ended = await act(path, { reason: 'too early', version: present });
      expect(ended.body.undo?.body).toMatchObject(body);
      present = (await takeBack(ended.body)).version;
    }
    // What a boost has covered until the instant of its end stays covered.
    server.clock.advanceBy(1_000);
    const held = (await profileOf('ended')).overrides.filter((each) => each.in_force);
    expect(held).toHaveLength(2);
    expect(new Set(held.map((each) => each.expires_at))).toEqual(new Set([expires_at]));
    expect(await profileOf('ended')).toMatchObject({ plan: 'pro' });
  });
});

describe('a user', () => {
  test('is renamed once for each look at the profile, without a name in the trail', async () => {
    const profile = await newUser('renamed', { name: 'Before' });
    const change = { name: 'After', reason: 'misspelt', version: profile.version };
    const rename = (as: SignedInStaff) =>
      server.request<{ code?: string }>('PATCH', '/admin/v1/users/renamed', change, as);
    const answers = await Promise.all([rename(staff.support), rename(staff.other)]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    expect(await profileOf('renamed')).toMatchObject({
      name: 'After',
      version: profile.version + 1,
    });
    const trail = await auditOf(profile);
    expect(trail.map(({ action }) => action)).toEqual(['user.renamed']);
    expect(JSON.stringify(trail)).not.toMatch(/Before|After/);
  });

  test('has notes, which can be taken back', async () => {
    await newUser('noted');
    const path = '/admin/v1/users/noted/notes';
    const note = { text: 'prefers to be called' };
    const written = await server.request<{ undo: { path: string } }>(
      'POST',
      path,
      note,
      staff.support,
    );
    expect((await profileOf('noted')).notes).toMatchObject([note]);
    const { undo } = written.body;
    const back = await server.request('DELETE', undo.path, undefined, staff.support);
    expect(back.status).toBe(200);
    expect((await profileOf('noted')).notes).toEqual([]);
  });

  test('has one line of time, read page by page without loss or repetition', async () => {
    const { version } = await newUser('storied');
    const boost = { feature: 'audio_minutes', amount: 5, reason: 'a little more' };
    await act('storied/boosts', { ...boost, version });
    for (let day = 0; day < 3; day += 1) {
      const event = { user: 'storied', event: 'audio_processed', amount: 2 };
      await server.request('POST', '/v1/track', { ...event, idempotency_key: `a${day}` });
      await server.request('POST', '/v1/track', { ...event, idempotency_key: `b${day}` });
      server.clock.advanceBy(86_400_000);
    }
    await signIn();
    await server.request('POST', '/admin/v1/users/storied/notes', { text: 'n' }, staff.support);
    interface Page {
      data: { kind: string; id: string; at: string; detail: { amount?: number } }[];
      next_cursor: string | null;
    }
    const read = async (query: string): Promise<Page> => {
      const path = `/admin/v1/users/storied/timeline?${query}`;
      return (await server.request<Page>('GET', path, undefined, staff.analyst)).body;
    };
    const whole = await read('limit=200');
    expect(whole.data.map(({ kind }) => kind)).toEqual([
      'staff',
      'note',
      'usage',
      'usage',
      'staff',
      'override',
      'usage',
    ]);
    const days = whole.data.filter(({ kind }) => kind === 'usage');
    expect(days.map(({ detail }) => detail.amount)).toEqual([4, 4, 4]);
    const paged: Page['data'] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page = await read(`limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      paged.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(paged).toEqual(whole.data);
    expect((await read('kinds=note')).data.map(({ kind }) => kind)).toEqual(['note']);
  });
});

describe('the list', () => {
  interface List {
    data: { user: string; plan: string; name: string | null }[];
    next_cursor: string | null;
    is_similar: boolean;
  }
  const list = async (query: string): Promise<List> =>
    (await server.request<List>('GET', `/admin/v1/users?${query}`, undefined, staff.support)).body;
  const found = async (query: string): Promise<string[]> =>
    (await list(query)).data.map(({ user }) => user);

  test('finds by half an address, a name, an id, and despite a misspelling', async () => {
    await newUser('seeker-1', { email: 'quillfeather@web.example', name: 'Zebulon Quillfeather' });
    await eventually(async () => (await found('q=seeker-1')).includes('seeker-1'));
    expect(await found('q=seeker-1')).toEqual(['seeker-1']);
    for (const q of ['uillfeath', 'zebulon', 'quillfeather zeb', 'QUILLFEATHER@web.example']) {
      expect(await found(`q=${encodeURIComponent(q)}`)).toEqual(['seeker-1']);
    }
    expect((await list('q=quillfeather')).is_similar).toBe(false);
    expect(await found('q=quilfeather')).toEqual(['seeker-1']);
    // Whoever is only called about so is said to be.
    expect((await list('q=quilfeather')).is_similar).toBe(true);
    expect(await found('q=zebulon%20qullfeather')).toEqual(['seeker-1']);
    // Two words written as one are none of the words that there are.
    expect(await found('q=zebulonqullfeather')).toEqual(['seeker-1']);
    expect(await list('q=nobody%25_of%5Cthis')).toMatchObject({ data: [], is_similar: false });
  });

  test('is told of a changed plan and of a changed name within a moment', async () => {
    const { version } = await newUser('moved-1', { name: 'Moved' });
    await act('moved-1/gifts', { plan: 'business', reason: 'a try', version });
    await eventually(async () => (await found('plan=business')).includes('moved-1'));
    expect(await found('plan=business')).toEqual(['moved-1']);
    await newUser('moved-1', { name: 'Elsewhere' });
    await eventually(async () => (await found('q=elsewhere')).includes('moved-1'));
    expect(await found('q=elsewhere')).toEqual(['moved-1']);
  });

  test('is paged in every order without loss or repetition, and exported the same', async () => {
    await Promise.all(Array.from({ length: 12 }, (_, i) => newUser(`paged-${i}`, { name: 'P' })));
    await eventually(async () => (await found('q=paged')).length === 12);
    for (const sort of ['created', '-created', 'email', '-name', 'mrr', '-usage']) {
      const whole = await found(`q=paged&sort=${sort}`);
      const paged: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const of = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await list(`q=paged&sort=${sort}&limit=5${of}`);
        paged.push(...page.data.map(({ user }) => user));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(whole);
      expect(new Set(whole).size).toBe(12);
      const path = `/admin/v1/users/export.csv?q=paged&sort=${sort}`;
      const table = await server.request<string>('GET', path, undefined, staff.analyst);
      const rows = table.body.trimEnd().split('\r\n').slice(1);
      expect(rows.map((row) => row.split(',')[0])).toEqual(whole);
    }
  });

  test('is exported with cells that no spreadsheet runs', async () => {
    await newUser('formula-1', { name: '=HYPERLINK("x")' });
    await eventually(async () => (await found('q=formula-1')).includes('formula-1'));
    expect(await found('q=formula-1')).toEqual(['formula-1']);
    const path = '/admin/v1/users/export.csv?q=formula-1';
    const table = await server.request<string>('GET', path, undefined, staff.analyst);
    expect(table.headers.get('content-type')).toMatch('text/csv');
    expect(table.body).toContain(`"'=HYPERLINK(""x"")"`);
    const refused = await server.request('GET', path, undefined, staff.support);
    expect(refused.status).toBe(403);
  });

  test('refuses cursors and orders that it has not given out', async () => {
    for (const query of ['sort=age', 'cursor=abc', 'cursor=WzEsMiwzXQ&sort=email']) {
      const path = `/admin/v1/users?${query}`;
      expect((await server.request('GET', path, undefined, staff.support)).status).toBe(400);
    }
  });
});

test('views are kept for oneself or shared, and changed by who knows the present one', async () => {
  const view = { list: 'users', name: 'Big ones', query: { plan: 'business' }, shared: false };
  const saved = await server.request<{ id: string; version: number }>(
    'POST',
    '/admin/v1/views',
    view,
    staff.support,
  );
  const path = `/admin/v1/views/${saved.body.id}`;
  const seenBy = async (as: SignedInStaff): Promise<string[]> => {
    const listed = await server.request<{ data: { name: string }[] }>(
      'GET',
      '/admin/v1/views?list=users',
      undefined,
      as,
    );
    return listed.body.data.map(({ name }) => name);
  };
  expect(await seenBy(staff.other)).toEqual([]);
  const { list: _list, ...terms } = view;
  const change = { ...terms, shared: true, version: saved.body.version };
  expect((await server.request('PUT', path, change, staff.support)).status).toBe(200);
  expect(await seenBy(staff.other)).toEqual(['Big ones']);
  const stale = await server.request<{ code: string }>('PUT', path, change, staff.support);
  expect(stale.body.code).toBe('stale_version');
  const foreign = await server.request<{ code: string }>('DELETE', path, undefined, staff.other);
  expect(foreign.body.code).toBe('view_of_another');
  const twice = await server.request<{ code: string }>(
    'POST',
    '/admin/v1/views',
    view,
    staff.support,
  );
  expect(twice.body.code).toBe('view_name_taken');
  expect((await server.request('DELETE', path, undefined, staff.support)).status).toBe(200);
  expect(await seenBy(staff.support)).toEqual([]);
});
