import { DAY_MS } from '@whisperforge/kernel/period';
import { beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../../adapters/postgres/index.ts';
import { useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import { createAllowance } from './allowance.ts';

const server = useTestServer();
let analyst: SignedInStaff;

beforeAll(async () => {
  analyst = await signInStaff(server, 'analyst');
  for (const user of ['ada', 'bob']) {
    await server.request('PUT', `/v1/users/${user}`, { email: `${user}@example.com` });
  }
});

interface Links {
  readonly data: readonly { user: string; url: string; expires_at: string }[];
}

async function makeLink(survey: 'nps' | 'csat' = 'nps', days = 30): Promise<string> {
  const body = { survey, users: ['ada'], days };
  const { body: made } = await server.request<Links>('POST', '/v1/survey-links', body);
  return made.data[0]!.url;
}

async function post(url: string, form: Readonly<Record<string, string>>) {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
  return { status: answer.status, text: await answer.text() };
}

async function answers() {
  const path = '/admin/v1/inputs/survey-answers';
  const { body } = await server.request<{ data: Record<string, unknown>[] }>(
    'GET',
    path,
    undefined,
    analyst,
  );
  return body.data;
}

describe('a link to a survey', () => {
  test('takes one answer, however many come at once, and says thanks for each', async () => {
    const before = (await answers()).length;
    const url = await makeLink();
    const sent = await Promise.all(
      ['9', '2', '5'].map((score) => post(url, { score, comment: 'ok' })),
    );
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(sent.filter(({ text }) => text.includes('Thank you for your answer'))).toHaveLength(1);
    const after = await answers();
    expect(after).toHaveLength(before + 1);
    expect(after[0]).toMatchObject({ origin: 'link', user_id: 'ada', survey: 'nps' });
  });

  test('shows its page without cookies, scripts or files, and counts nothing', async () => {
    const before = await answers();
    const url = await makeLink('csat');
    const answer = await fetch(`${url}?score=4`);
    const page = await answer.text();
    expect(answer.status).toBe(200);
    expect(page).toMatch(/value="4" required checked/);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(page).not.toMatch(/<script|src=|href=/);
    expect(await answers()).toEqual(before);
  });

  test('asks again for a score that there is not', async () => {
    const url = await makeLink('csat');
    for (const score of ['0', '6', '', 'five']) {
      const { status, text } = await post(url, { score });
      expect(status).toBe(422);
      expect(text).toContain('Please choose a score');
    }
    expect((await post(url, { score: '5', comment: 'a\0b' })).status).toBe(200);
    expect((await answers())[0]).toMatchObject({ score: 5, comment: '' });
  });

  test('that was tampered with is unknown', async () => {
    const url = await makeLink();
    const next = url.replace(/survey\/(\d+)/, (_, id) => `survey/${Number(id) + 1}`);
    const cut = url.slice(0, -1);
    for (const wrong of [next, cut, `${url}x`, `${server.url}/survey/1.x`]) {
      expect((await post(wrong, { score: '5' })).status).toBe(404);
    }
  });

  test('closes when its days are over', async () => {
    const url = await makeLink('nps', 1);
    server.clock.advanceBy(DAY_MS);
    expect((await post(url, { score: '5' })).status).toBe(410);
  });

  test('that staff have made is on record: by whom, which, and why', async () => {
    const finance = await signInStaff(server, 'finance');
    const path = '/admin/v1/inputs/survey-links';
    const asked = { survey: 'csat', users: ['ada', 'bob'], days: 7, reason: 'after the outage' };
    expect((await server.request('POST', path, asked, finance)).status).toBe(200);
    const nobody = { ...asked, users: ['nobody'] };
    expect((await server.request('POST', path, nobody, finance)).status).toBe(404);
    await makeLink();
    const url = server.databaseUrl;
    const database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
    const entries = await database.sql
      .selectFrom('audit_entries')
      .select(['actor_kind', 'actor_id', 'reason', 'after'])
      .where('action', '=', 'survey_links.made')
      .execute();
    const made = await database.sql
      .selectFrom('survey_links')
      .select('id')
      .where('kind', '=', 'csat')
      .orderBy('id', 'desc')
      .limit(2)
      .execute();
    await database.close();
    const by = { actor_kind: 'staff', actor_id: String(finance.staffId) };
    const after = {
      survey: 'csat',
      days: 7,
      links: made.map(({ id }) => id).toSorted((a, b) => a - b),
    };
    expect(entries).toEqual([{ ...by, reason: 'after the outage', after }]);
  });

  test('is made for users that there are, or none is made', async () => {
    const body = { survey: 'nps', users: ['bob', 'nobody'] };
    const { status } = await server.request('POST', '/v1/survey-links', body);
    expect(status).toBe(404);
  });
});

test('an address is let through so many times in a span of time, and others beside it', () => {
  const allowance = createAllowance({ requests: 2, spanMs: 1_000 });
  expect([1, 2, 3].map((at) => allowance.take('a', at))).toEqual([true, true, false]);
  expect(allowance.take('b', 4)).toBe(true);
  expect(allowance.take('a', 1_000)).toBe(true);
});
