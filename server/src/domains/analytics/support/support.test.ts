import { afterAll, beforeAll, expect, test } from 'vitest';
import { useTestServer } from '../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../adapters/postgres/index.ts';
import { createRevenueLedger } from '../ledger/service.ts';

const server = useTestServer({ env: { REPORTING_TIME_ZONE: 'America/New_York' } });
let database: PostgresDatabase;
let staff: SignedInStaff;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  staff = await signInStaff(server, 'finance');
  const ledger = createRevenueLedger({ database, clock: server.clock });
  while ((await ledger.work(new AbortController().signal)) > 0);
  await server.request('PUT', '/v1/users/ada', { email: 'ada@example.com' });
  await tell('support-tickets', [
    {
      ticket_id: '1',
      user_id: 'ada',
      opened_at: '2026-02-02T00:00:00Z',
      first_response_minutes: 90,
      closed_at: '2026-02-02T10:00:00Z',
      priority: 'high',
      satisfaction: 5,
    },
    // Still January in New York.
    { ticket_id: '2', plan: 'pro', opened_at: '2026-02-01T03:00:00Z', first_response_minutes: 30 },
    { ticket_id: '3', plan: 'pro', opened_at: '2026-02-03T12:00:00Z', satisfaction: 2 },
    { ticket_id: '4', plan: 'pro', opened_at: '2026-02-03T12:00:00Z', first_response_minutes: 45 },
  ]);
  const answer = (answer_id: number, survey: string, score: number, plan = '') => ({
    answer_id,
    survey,
    score,
    plan,
    answered_at: '2026-02-10T12:00:00Z',
  });
  await tell('survey-answers', [
    ...[10, 9, 8, 6, 0].map((score, index) => answer(index, 'nps', score, index < 2 ? 'pro' : '')),
    answer(11, 'csat', 4),
    answer(12, 'csat', 5),
  ]);
});
afterAll(() => database.close());

async function tell(kind: string, lines: readonly object[]): Promise<void> {
  const body = { lines, reason: 'as the help desk has it' };
  const answer = await server.request('POST', `/admin/v1/inputs/${kind}`, body, staff);
  expect(answer.body).toMatchObject({ taken: lines.length, refused: [] });
}

interface Series {
  readonly data: readonly { values: Record<string, number | null> }[];
}

async function values(name: string, more = '', column = 'value') {
  const path = `/admin/v1/metrics/${name}?from=2026-01-01&to=2026-02-28&granularity=month${more}`;
  const { body, status } = await server.request<Series>('GET', path, undefined, staff);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.data.map((point) => point.values[column]);
}

test('tickets are counted on the day of the reporting zone on which they came', async () => {
  expect(await values('support_tickets')).toEqual([1, 3]);
  expect(await values('support_tickets', '', 'solved')).toEqual([0, 1]);
  expect(await values('support_tickets', '&priority=high')).toEqual([0, 1]);
});

test('tickets count to the plan that was told, or that the user had', async () => {
  expect(await values('support_tickets', '&plan=pro')).toEqual([1, 2]);
  expect(await values('support_tickets', '&plan=free')).toEqual([0, 1]);
});

test('responses are averaged over the tickets that had one', async () => {
  expect(await values('first_response')).toEqual([0.5, 1.12]);
  expect(await values('first_response', '', 'resolution')).toEqual([null, 10]);
  expect(await values('ticket_satisfaction')).toEqual([null, 3.5]);
});

test('scores are of those who answered', async () => {
  // Two promoters and two detractors of five; both of pro are promoters.
  expect(await values('nps')).toEqual([null, 0]);
  expect(await values('nps', '&plan=pro')).toEqual([null, 100]);
  expect(await values('csat')).toEqual([null, 4.5]);
});

test('figures open into the tickets that they are of', async () => {
  const path = '/admin/v1/metrics/support_tickets/rows?from=2026-02-01&to=2026-02-28';
  const { body } = await server.request<{
    total: number;
    data: { label: string; user: string | null; details: object }[];
  }>('GET', path, undefined, staff);
  expect(body.total).toBe(3);
  expect(body.data).toHaveLength(3);
  expect(body.data.find(({ label }) => label === '1')).toMatchObject({
    user: 'ada',
    details: { plan: 'free', priority: 'high', state: 'closed' },
  });
});
