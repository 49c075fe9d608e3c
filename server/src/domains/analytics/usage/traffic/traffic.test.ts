import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fraction } from '@whisperforge/kernel/fraction';
import { manualClock } from '@whisperforge/kernel/clock';
import { startTestServer, useTestServer } from '../../../../../test/support/server.ts';
import { signInStaff, type SignedInStaff } from '../../../../../test/support/staff.ts';
import { openDatabase, type PostgresDatabase } from '../../../../adapters/postgres/index.ts';
import { createRevenueLedger } from '../../ledger/service.ts';
import { bucketOf, percentile } from './buckets.ts';
import { forgetMinutes } from './store.ts';
import { createTraffic } from './traffic.ts';

const TIME_ZONE = 'Europe/Vienna';
// 23:30 of the day before in UTC is half past midnight in Vienna.
const START_MS = Date.UTC(2026, 0, 9, 23, 30);
const server = useTestServer({
  startMs: Date.UTC(2026, 0, 11, 9),
  env: { REPORTING_TIME_ZONE: TIME_ZONE },
});
let database: PostgresDatabase;
let staff: SignedInStaff;

beforeAll(async () => {
  database = openDatabase({ url: server.databaseUrl, schema: 'billing', applicationName: 'test' });
  staff = await signInStaff(server, 'analyst');
  const ledger = createRevenueLedger({ database, clock: server.clock });
  while ((await ledger.work(new AbortController().signal)) > 0);
});
afterAll(() => database.close());

interface Series {
  readonly data: readonly { values: Record<string, number | null> }[];
  readonly breakdown: { groups: readonly { key: string; data: Series['data'] }[] } | null;
}

async function series(name: string, more = ''): Promise<Series> {
  const path = `/admin/v1/metrics/${name}?from=2026-01-09&to=2026-01-11&granularity=day${more}`;
  const { body, status } = await server.request<Series>('GET', path, undefined, staff);
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

async function values(name: string, column = 'value', more = '') {
  return (await series(name, more)).data.map((point) => point.values[column]);
}

describe('requests that two processes count', () => {
  const clock = manualClock(START_MS);
  const request = { method: 'POST', route: '/v1/check', status: 200, durationMs: 3, keyId: 1 };

  beforeAll(async () => {
    const [one, other] = [1, 2].map(() =>
      createTraffic({ database, clock, timeZone: TIME_ZONE }),
    ) as [ReturnType<typeof createTraffic>, ReturnType<typeof createTraffic>];
    for (let round = 0; round < 6; round += 1) {
      for (let each = 0; each < 9; each += 1) one.measure(request);
      other.measure({ ...request, status: 503, durationMs: 700 });
      other.measure({ ...request, route: '/v1/track', status: 404, keyId: undefined });
      await Promise.all([one.flush(), other.flush()]);
      if (round % 2 === 1) clock.advanceBy(60_000);
    }
  });

  test('are added up by their days, each once, and unknown before they were measured', async () => {
    expect(await values('api_requests')).toEqual([null, 66, 0]);
    expect(await values('api_requests', 'errors')).toEqual([null, 6, 0]);
    expect(await values('api_requests', 'refused', '&route=POST%20/v1/track')).toEqual([
      null,
      6,
      0,
    ]);
    expect(await values('error_rate')).toEqual([null, 0.090909, null]);
  });

  test('are told by key, route and hour of the day', async () => {
    const by = async (dimension: string) => {
      const { breakdown } = await series('api_requests', `&breakdown=${dimension}`);
      return Object.fromEntries(
        breakdown!.groups.map(({ key, data }): [string, unknown] => [
          key,
          data[1]!.values['value'],
        ]),
      );
    };
    expect(await by('route')).toEqual({ 'POST /v1/check': 60, 'POST /v1/track': 6 });
    expect(await by('hour')).toEqual({ '00': 66 });
    expect(await by('status')).toEqual({ '2xx': 54, '5xx': 6, '4xx': 6 });
    expect(new Set(Object.values(await by('key')))).toEqual(new Set([6, 60]));
  });

  test('have taken as long as their buckets say', async () => {
    const check = '&route=POST%20/v1/check';
    // 54 of 60 took 3 ms, between 2.5 and 5; the others lie between 500 and 1,000.
    expect(await values('response_time', 'p50', check)).toEqual([null, 4, null]);
    expect(await values('response_time', 'value', check)).toEqual([null, 750, null]);
    expect(await values('response_time', 'average', check)).toEqual([null, 73, null]);
  });

  test('say for how many minutes the system was there since it began', async () => {
    expect(await values('uptime', 'served')).toEqual([0, 3, 0]);
    // The day has 23 hours and a half left when it begins, and of the next 10 have gone by.
    expect(await values('uptime', 'minutes')).toEqual([0, 1_410, 601]);
    expect(await values('uptime')).toEqual([null, 0.002128, 0]);
  });

  test('are forgotten by the minute, and stay by hour and day', async () => {
    await forgetMinutes(database, START_MS + 3_600_000);
    const { rows } = await sql<{ minutes: string; hours: string }>`
      SELECT (SELECT count(*) FROM route_minutes)::text AS minutes,
        (SELECT sum(requests) FROM route_hours)::text AS hours`.execute(database.sql);
    expect(rows).toEqual([{ minutes: '0', hours: '66' }]);
  });
});

test('what cannot be written is kept until it can', async () => {
  const clock = manualClock(Date.UTC(2026, 2, 1));
  let isAway = true;
  const flaky = {
    ...database,
    transaction: <T>(work: Parameters<PostgresDatabase['transaction']>[0]) =>
      isAway ? Promise.reject(new Error('away')) : (database.transaction(work) as Promise<T>),
  } as PostgresDatabase;
  const traffic = createTraffic({ database: flaky, clock, timeZone: 'UTC' });
  const request = { method: 'GET', route: '/kept', status: 200, durationMs: 1, keyId: undefined };
  traffic.measure(request);
  await expect(traffic.flush()).rejects.toThrow('away');
  traffic.measure(request);
  isAway = false;
  await traffic.flush();
  await traffic.flush();
  const { rows } = await sql<{ requests: number }>`
    SELECT requests FROM route_days WHERE route = '/kept'`.execute(database.sql);
  expect(rows).toEqual([{ requests: 2 }]);
});

test('a server counts what it answers, with the key that asked', async () => {
  const served = await startTestServer(server.databaseUrl, { startMs: Date.UTC(2026, 5, 1) });
  await served.request('POST', '/v1/check', { user: 'nobody', feature: 'audio_minutes' });
  await served.close();
  const { rows } = await sql<{ route: string; requests: number; has_key: boolean }>`
    SELECT route, requests, EXISTS (SELECT FROM secret_keys WHERE id = key_id) AS has_key
    FROM route_days WHERE day = '2026-06-01'`.execute(database.sql);
  expect(rows).toEqual([{ route: '/v1/check', requests: 1, has_key: true }]);
});

test('a percentile lies within its bucket, in proportion', () => {
  expect([900, 1_000, 1_001, 10_000_001].map(bucketOf)).toEqual([0, 0, 1, 13]);
  const counts = new Map([[bucketOf(60_000), 10n]]);
  const median = percentile((bucket) => fraction(counts.get(bucket) ?? 0n), 50);
  expect(median).toEqual(fraction(75n));
  expect(percentile(() => fraction(0n), 50)).toBeNull();
});
