import { beforeAll, describe, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';

const server = useTestServer();
let finance: SignedInStaff;
let analyst: SignedInStaff;

beforeAll(async () => {
  finance = await signInStaff(server, 'finance');
  analyst = await signInStaff(server, 'analyst');
});

interface Report {
  readonly taken: number;
  readonly known: number;
  readonly refused: readonly { line: number; faults: readonly { field: string }[] }[];
}

interface Page {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}

const path = (kind: string): string => `/admin/v1/inputs/${kind}`;

async function tell(kind: string, lines: readonly unknown[], more: object = {}) {
  const body = { lines, reason: 'as invoiced', ...more };
  return server.request<Report>('POST', path(kind), body, finance);
}

async function listed(kind: string, query = ''): Promise<Page> {
  const answer = await server.request<Page>('GET', `${path(kind)}${query}`, undefined, analyst);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** All of a list, by pages of two each. */
async function walked(kind: string): Promise<Page['data']> {
  const first = await listed(kind, '?limit=2');
  const rows = [...first.data];
  let { next_cursor: cursor } = first;
  while (cursor !== null) {
    const page = await listed(kind, `?limit=2&cursor=${cursor}`);
    rows.push(...page.data);
    cursor = page.next_cursor;
  }
  return rows;
}

describe('lines that are told by call', () => {
  test('are taken or refused one by one, and count once', async () => {
    const lines = [
      { channel: 'search', period: '2026-03', amount: 12.5 },
      { channel: 'search', period: '2026-03-09', amount: '1' },
      { channel: 'social', period: '2026-03', amount: '-1' },
    ];
    const { status, body } = await tell('marketing-spend', lines);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      taken: 1,
      known: 0,
      refused: [
        { line: 2, faults: [{ field: 'period' }] },
        { line: 3, faults: [{ field: 'amount' }] },
      ],
    });
    expect((await tell('marketing-spend', lines)).body).toMatchObject({ taken: 0, known: 1 });
  });

  test('change nothing on a dry run, nor without the permission', async () => {
    const before = await listed('marketing-spend');
    const lines = [{ channel: 'fairs', period: '2026-03', amount: '5' }];
    const tried = await tell('marketing-spend', lines, { dry_run: true });
    expect(tried.body).toMatchObject({ taken: 1, dry_run: true });
    const body = { lines, reason: 'not allowed' };
    const refused = await server.request('POST', path('marketing-spend'), body, analyst);
    expect(refused.status).toBe(403);
    expect(await listed('marketing-spend')).toEqual(before);
  });

  test('with fields that there are not are refused whole', async () => {
    const { status } = await tell('marketing-spend', [
      { channel: 'x', period: '2026-03', amont: 1 },
    ]);
    expect(status).toBe(400);
  });

  test('can be taken back, once', async () => {
    await tell('marketing-spend', [{ channel: 'mistyped', period: '2026-03', amount: '5' }]);
    const { data } = await listed('marketing-spend');
    const line = data.find(({ channel }) => channel === 'mistyped');
    const withdraw = `${path('marketing-spend')}/${String(line?.['id'])}/withdraw`;
    const body = { reason: 'a mistyped channel' };
    const taken = await server.request('POST', withdraw, body, finance);
    expect(taken.body).toEqual({ withdrawn: true });
    const again = await server.request('POST', withdraw, body, finance);
    expect(again.body).toEqual({ withdrawn: false });
    const after = await listed('marketing-spend');
    expect(after.data.map(({ channel }) => channel)).not.toContain('mistyped');
  });

  test('are listed page by page, each once, the latest first', async () => {
    const days = Array.from({ length: 5 }, (_, index) => `2026-01-0${index + 1}`);
    const lines = days.map((day) => ({ day, currency: 'eur', rate: '1.08' }));
    await tell('exchange-rates', lines);
    expect((await walked('exchange-rates')).map(({ day }) => day)).toEqual(days.toReversed());
  });

  test('of one instant stand on one page or the next, and none is left out', async () => {
    const at = '2026-02-01T09:00:00.250Z';
    const ids = ['e', 'd', 'c', 'b', 'a'];
    const tickets = ids.map((id) => ({ ticket_id: id, opened_at: at }));
    const answers = ids.map((id) => ({ answer_id: id, survey: 'nps', score: 9, answered_at: at }));
    await tell('support-tickets', tickets);
    await tell('survey-answers', answers);
    expect((await walked('support-tickets')).map(({ ticket_id: id }) => id)).toEqual(ids);
    expect((await walked('survey-answers')).map(({ answer_id: id }) => id)).toEqual(ids);
  });

  test('a later word on a rate counts instead of the earlier, at one instant too', async () => {
    const rate = (value: string) => [{ day: '2026-02-01', currency: 'gbp', rate: value }];
    await tell('exchange-rates', rate('1.25'));
    await tell('exchange-rates', rate('1.5'));
    expect((await tell('exchange-rates', rate('1.50'))).body).toMatchObject({ known: 1 });
    const { data } = await listed('exchange-rates', '?limit=1');
    expect(data).toMatchObject([{ currency: 'gbp', rate: '1.5', base: 'usd' }]);
  });

  test('of every kind come back as they were told', async () => {
    await tell('ai-prices', [
      { model: 'opus', starts_on: '2026-01-01', per_million_tokens_in: '15.00' },
    ]);
    await tell('support-tickets', [
      { ticket_id: 7, opened_at: '2026-03-01T09:00:00Z', satisfaction: 5 },
    ]);
    await tell('survey-answers', [
      { answer_id: 'a', survey: 'NPS', score: 9, answered_at: '2026-03-01', comment: 'Good\nday' },
    ]);
    expect((await listed('ai-prices')).data).toMatchObject([
      { model: 'opus', per_million_tokens_in: '15', per_unit: '0', starts_on: '2026-01-01' },
    ]);
    expect((await listed('support-tickets', '?limit=1')).data).toMatchObject([
      { ticket_id: '7', opened_at: '2026-03-01T09:00:00.000Z', closed_at: null, satisfaction: 5 },
    ]);
    expect((await listed('survey-answers', '?limit=1')).data).toMatchObject([
      { survey: 'nps', score: 9, comment: 'Good\nday', origin: 'api' },
    ]);
  });

  test('of customers tell attributes by their names', async () => {
    const line = {
      customer_id: 'c1',
      origin: 'acme',
      name: 'Ada Ltd.',
      signed_up_on: '2024-01-15',
    };
    const told = [{ ...line, 'attribute.industry': 'law', 'attribute.seats': 9 }];
    expect((await tell('customers', told)).body).toMatchObject({ taken: 1, refused: [] });
    expect((await tell('customers', told)).body).toMatchObject({ taken: 0, known: 1 });
    const attributes = { industry: 'law', seats: '9' };
    expect((await listed('customers')).data).toMatchObject([{ ...line, attributes }]);
    expect((await tell('customers', [{ ...line, industry: 'law' }])).status).toBe(400);
    expect((await tell('support-tickets', [{ 'attribute.industry': 'law' }])).status).toBe(400);
    const ours = await tell('customers', [{ ...line, origin: 'accounts' }]);
    expect(ours.body).toMatchObject({ refused: [{ faults: [{ field: 'origin' }] }] });
  });

  test('say what they may say', async () => {
    const answer = await server.request<Page>('GET', '/admin/v1/inputs', undefined, analyst);
    expect(answer.body.data.map(({ name }) => name)).toEqual([
      'marketing-spend',
      'ai-prices',
      'exchange-rates',
      'support-tickets',
      'survey-answers',
      'customers',
      'leaving-reasons',
    ]);
  });
});
