import assert from 'node:assert/strict';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Connection, HttpRequest } from '../support/connection.ts';
import { quantity } from '../support/ledger.ts';

export interface CheckAnswer {
  readonly allowed: boolean;
  readonly reason: string;
  readonly upgrade?: string;
}

export interface Hold {
  readonly granted: boolean;
  readonly id?: string;
}

export interface Consumption {
  readonly amount: number | string;
  readonly cost_cents?: string;
  readonly model?: string;
  readonly provider?: string;
  readonly tokens_in?: number;
  readonly tokens_out?: number;
}

export interface Counts {
  readonly limit?: number | null;
  readonly used?: number;
  readonly reserved?: number;
  readonly remaining?: number | null;
}

/** What the WhisperForge app does for one of its users. */
export interface App {
  readonly user: string;
  expectUnknown(): Promise<void>;
  signUp(): Promise<void>;
  check(
    feature: string,
    question: { readonly amount?: number | string; readonly value?: string },
  ): Promise<CheckAnswer>;
  reserve(feature: string, amount: string): Promise<Hold>;
  commit(id: string, used: Consumption): Promise<void>;
  release(id: string): Promise<void>;
  track(event: { readonly amount: number; readonly enforce?: boolean }): Promise<unknown>;
  setLevel(feature: string, amount: number): Promise<void>;
  /** Throws unless check, usage and entitlements all say so. */
  expectFeature(feature: string, counts: Counts): Promise<void>;
  expectMinutes(counts: Counts): Promise<void>;
  /** What was committed, by the app's own books. */
  spent(): { readonly cost: string; readonly tokens: number };
}

type Counted = Counts & { readonly feature: string };

export function createApp(connection: Connection, user: string): App {
  const books = { cost: 0n, tokens: 0 };
  const call = async <T>(request: HttpRequest): Promise<T> => {
    const { status, body } = await connection.send(request);
    assert.equal(status, 200, `${request.path} answered ${status}: ${JSON.stringify(body)}`);
    return body as T;
  };
  const post = <T>(path: string, body?: unknown): Promise<T> =>
    call<T>({ method: 'POST', path, body });
  const listed = async (path: string, feature: string): Promise<Counts> => {
    const { data } = await call<{ data: Counted[] }>({ method: 'GET', path });
    return countsOf(data.find((each) => each.feature === feature) ?? {});
  };
  const check: App['check'] = (feature, question) =>
    post('/v1/check', { user, feature, ...question });
  const expectFeature = async (feature: string, counts: Counts): Promise<void> => {
    const checked = countsOf((await check(feature, {})) as Counts);
    assert.partialDeepStrictEqual(checked, counts);
    assert.deepEqual(await listed(`/v1/users/${user}/usage`, feature), checked);
    assert.deepEqual(await listed(`/v1/users/${user}/entitlements`, feature), checked);
  };
  return {
    user,
    check,
    expectFeature,
    expectMinutes: (counts) => expectFeature('audio_minutes', counts),
    async expectUnknown() {
      const { allowed, reason } = await check('audio_minutes', {});
      assert.deepEqual([allowed, reason], [false, 'user_unknown']);
    },
    async signUp() {
      const body = { email: `${user}@example.com`, country: 'DE', metadata: { beta: true } };
      await call({ method: 'PUT', path: `/v1/users/${user}`, body });
    },
    reserve: (feature, amount) => post('/v1/reservations', { user, feature, amount }),
    async commit(id, used) {
      const answer = await post(`/v1/reservations/${id}/commit`, used);
      assert.partialDeepStrictEqual(answer, { over_limit: false, duplicate: false, late: false });
      books.cost += quantity(used.cost_cents ?? '0');
      books.tokens += (used.tokens_in ?? 0) + (used.tokens_out ?? 0);
    },
    release: (id) => post(`/v1/reservations/${id}/release`),
    track: (event) => post('/v1/track', { user, event: 'audio_processed', ...event }),
    async setLevel(feature, amount) {
      const path = `/v1/users/${user}/levels/${feature}`;
      assert.partialDeepStrictEqual(await call({ method: 'PUT', path, body: { amount } }), {
        used: amount,
      });
    },
    spent: () => ({ cost: formatQuantity(books.cost), tokens: books.tokens }),
  };
}

function countsOf({ limit, used, reserved, remaining }: Counts): Counts {
  return { limit: limit!, used: used!, reserved: reserved!, remaining: remaining! };
}
