import assert from 'node:assert/strict';
import { formatInstant, manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { startTestServer, type StartedTestServer } from '../../support/server.ts';
import { openStaffDoor, type StaffDoor } from '../support/staff-door.ts';
import type { Stage } from '../support/stage.ts';

export const FEATURE = 'audio_minutes';

/** What a user has of the minutes, as every question about it agrees. */
export interface Standing {
  readonly plan: string;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
  readonly periodStart: string;
  readonly periodEnd: string;
}

/** A server without any job, on a clock that moves only when it is told to. */
export interface DrivenServer extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly staff: StaffDoor;
  makeUser(user: string, signedUpMs?: number): Promise<void>;
  post<T>(path: string, body?: unknown): Promise<T>;
  /** Asks in every way there is; throws where two answers differ. */
  standing(user: string): Promise<Standing>;
  /** Whether that much would be allowed and, if asked to, is held: the same, or it throws. */
  mayUse(user: string, amount: number): Promise<boolean>;
  use(user: string, amount: number): Promise<void>;
  reserve(user: string, amount: number, ttlSeconds: number): Promise<string>;
}

export async function startDrivenServer(stage: Stage, startMs: number): Promise<DrivenServer> {
  const databaseUrl = await stage.newDatabase();
  const clock = manualClock(startMs);
  await using starting = new AsyncDisposableStack();
  const server = starting.adopt(await startTestServer(databaseUrl, { clock }), (it) => it.close());
  const staff = starting.use(await openStaffDoor(databaseUrl, clock));
  const running = starting.move();
  const post = async <T>(path: string, body?: unknown): Promise<T> => {
    const answer = await server.request<T>('POST', path, body);
    assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    clock,
    staff,
    post,
    async makeUser(user, signedUpMs) {
      const body = {
        email: 'clock@example.com',
        ...(signedUpMs !== undefined && { signed_up_at: formatInstant(signedUpMs) }),
      };
      assert.equal((await server.request('PUT', `/v1/users/${user}`, body)).status, 200);
    },
    standing: (user) => standingOf(server, user),
    async mayUse(user, amount) {
      const { allowed } = await post<{ allowed: boolean }>('/v1/check', {
        user,
        feature: FEATURE,
        amount,
      });
      const held = await post<{ granted: boolean; id: string }>('/v1/reservations', {
        user,
        feature: FEATURE,
        amount,
      });
      assert.equal(held.granted, allowed, 'what a check says, a reservation gets');
      if (held.granted) await post(`/v1/reservations/${held.id}/release`);
      return allowed;
    },
    async use(user, amount) {
      await post('/v1/track', { user, event: 'audio_processed', amount });
    },
    async reserve(user, amount, ttlSeconds) {
      const body = { user, feature: FEATURE, amount, ttl_seconds: ttlSeconds };
      const { granted, id } = await post<{ granted: boolean; id: string }>(
        '/v1/reservations',
        body,
      );
      assert.equal(granted, true);
      return id;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Counted {
  readonly feature: string;
  readonly period_start: string;
  readonly period_end: string;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
}

async function standingOf(server: StartedTestServer, user: string): Promise<Standing> {
  const get = async <T>(path: string): Promise<T> => {
    const answer = await server.request<T>('GET', path);
    assert.equal(answer.status, 200, `${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const question = { user, feature: FEATURE };
  const check = (
    await server.request<Counted & { plan: string; resets_at: string }>(
      'POST',
      '/v1/check',
      question,
    )
  ).body;
  const usage = await get<{ data: Counted[] }>(`/v1/users/${user}/usage`);
  const entitlements = await get<{ plan: string; data: Counted[] }>(
    `/v1/users/${user}/entitlements`,
  );
  const { plan } = await get<{ plan: string }>(`/v1/users/${user}`);
  const counted = [check, find(usage.data), find(entitlements.data)].map(
    ({ limit, used, reserved, remaining }) => ({ limit, used, reserved, remaining }),
  );
  assert.deepEqual(counted[1], counted[0], 'usage says what check says');
  assert.deepEqual(counted[2], counted[0], 'entitlements say what check says');
  assert.deepEqual([entitlements.plan, plan], [check.plan, check.plan]);
  const { period_start: periodStart, period_end: periodEnd } = find(usage.data);
  assert.equal(check.resets_at, periodEnd);
  assert.equal(find(entitlements.data).period_start, periodStart);
  return { plan, ...counted[0]!, periodStart, periodEnd };
}

function find(data: readonly Counted[]): Counted {
  const counted = data.find(({ feature }) => feature === FEATURE);
  assert.ok(counted !== undefined);
  return counted;
}
