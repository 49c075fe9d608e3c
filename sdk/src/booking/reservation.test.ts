import { describe, expect, it } from 'vitest';
import { drivenClient, TIMEOUT_MS } from '../../test/support/client.ts';
import { json, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import type { Script } from '../../test/support/scripted-server.ts';
import { balance, wireBalance, wireReservation } from '../../test/support/wire.ts';
import { PATIENCE } from '../../test/support/patience.ts';
import { CommitFailedError, NotAllowedError, UnavailableError } from '../errors.ts';
import type { WorkOutcome } from './reservation.ts';

const COMMIT = '/v1/reservations/rsv_1/commit';
const RELEASE = '/v1/reservations/rsv_1/release';
const EXTEND = '/v1/reservations/rsv_1/extend';

// Far longer than backoffs, so that extensions come only when the clock is driven to them.
const TTL_SECONDS = (3 * TIMEOUT_MS) / 1_000;

async function reservations(scripts: Readonly<Record<string, Script>> = {}) {
  const server = await scriptedServer({
    '/v1/reservations': (response) => json(response, 200, wireReservation()),
    [COMMIT]: (response) =>
      json(response, 200, { ...wireBalance(), over_limit: false, duplicate: false, late: false }),
    [RELEASE]: (response) => json(response, 200, wireBalance()),
    [EXTEND]: (response) =>
      json(response, 200, { ...wireBalance(), expires_at: '2026-01-31T12:10:00.000Z' }),
    ...scripts,
  });
  const paths = () => server.received.map(({ path }) => path);
  return { ...drivenClient(server.url), server, paths };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have been rejected'),
    (reason: unknown) => reason,
  );
}

describe('withReservation', () => {
  it('holds, works, and books what the work reports with its cost', async () => {
    const { client, server, paths } = await reservations();
    const done = await client.withReservation('user_1', 'audio_minutes', 5, async (context) => {
      expect(context.reservation).toMatchObject({ id: 'rsv_1', balance: { reserved: 5 } });
      return {
        amount: '4.25',
        costCents: '0.123456',
        model: 'whisper-1',
        provider: 'openai',
        tokensIn: 1_000,
        tokensOut: 200,
        metadata: { file: 'a.mp3' },
        result: 'the text',
      };
    });
    expect(done.result).toBe('the text');
    expect(done.balance).toEqual({ ...balance, overLimit: false, duplicate: false, late: false });
    expect(paths()).toEqual(['/v1/reservations', COMMIT]);
    expect(server.bodies('/v1/reservations')).toEqual([
      {
        user: 'user_1',
        feature: 'audio_minutes',
        amount: 5,
        ttl_seconds: 300,
        idempotency_key: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    ]);
    expect(server.bodies(COMMIT)).toEqual([
      {
        amount: '4.25',
        cost_cents: '0.123456',
        model: 'whisper-1',
        provider: 'openai',
        tokens_in: 1_000,
        tokens_out: 200,
        metadata: { file: 'a.mp3' },
      },
    ]);
  });

  it('does not begin the work of a user who may not, and says what would help', async () => {
    const { client, paths } = await reservations({
      '/v1/reservations': (response) =>
        json(response, 200, {
          granted: false,
          reason: 'quota_exceeded',
          upgrade: 'pro',
          duplicate: false,
          balance: wireBalance(),
        }),
    });
    let begun = false;
    const error = await rejection(
      client.withReservation('user_1', 'audio_minutes', 51, () => {
        begun = true;
        return { amount: 51, result: null };
      }),
    );
    expect(error).toBeInstanceOf(NotAllowedError);
    expect(error).toMatchObject({
      user: 'user_1',
      feature: 'audio_minutes',
      reason: 'quota_exceeded',
      upgrade: 'pro',
      balance,
    });
    expect(begun).toBe(false);
    expect(paths()).toEqual(['/v1/reservations']);
  });

  it('does not begin the work while the service cannot hold the amount', async () => {
    const { client } = await reservations({ '/v1/reservations': (response) => response.destroy() });
    const error = await rejection(
      client.withReservation('user_1', 'audio_minutes', 5, () => expect.fail('it began')),
    );
    expect(error).toBeInstanceOf(UnavailableError);
  });

  it('reserves once, under one key, however often the answer is lost', async () => {
    const { client, server } = await reservations({
      '/v1/reservations': (response, _, nth) => {
        if (nth < 2) response.destroy();
        else json(response, 200, wireReservation({ duplicate: true }));
      },
    });
    await client.withReservation('user_1', 'audio_minutes', 5, () => ({ amount: 5, result: 1 }));
    const [first, ...repeats] = server.bodies('/v1/reservations');
    expect(repeats).toEqual([first, first]);
  });

  it('releases what it held when the work throws, and rethrows that very error', async () => {
    const { client, paths } = await reservations();
    const broken = new Error('the model is down');
    const error = await rejection(
      client.withReservation('user_1', 'audio_minutes', 5, async () => {
        throw broken;
      }),
    );
    expect(error).toBe(broken);
    expect(paths()).toEqual(['/v1/reservations', RELEASE]);
  });

  it('rethrows the error of the work also when the release fails', async () => {
    const { client, reported } = await reservations({
      [RELEASE]: (response) => problem(response, 404, 'reservation_unknown'),
    });
    const error = await rejection(
      client.withReservation('user_1', 'audio_minutes', 5, () => {
        throw new RangeError('thrown before any await');
      }),
    );
    expect(error).toBeInstanceOf(RangeError);
    expect(reported).toHaveLength(1);
    expect(reported[0]).toMatchObject({
      error: { code: 'reservation_unknown' },
      context: { during: 'release', reservationId: 'rsv_1' },
    });
  });

  it('hands over the result of work that was done but could not be booked', async () => {
    const { client, paths } = await reservations({
      [COMMIT]: (response) => problem(response, 409, 'reservation_released'),
    });
    const error = await rejection(
      client.withReservation('user_1', 'audio_minutes', 5, () => ({
        amount: 4,
        model: 'whisper-1',
        result: 'the text',
      })),
    );
    expect(error).toBeInstanceOf(CommitFailedError);
    expect(error).toMatchObject({
      reservationId: 'rsv_1',
      usage: { amount: 4, model: 'whisper-1' },
      result: 'the text',
      cause: { code: 'reservation_released', status: 409 },
    });
    expect(paths()).not.toContain(RELEASE);
  });

  it('books once when the answer to the booking is lost', async () => {
    const { client, server } = await reservations({
      [COMMIT]: (response, _, nth) => {
        if (nth === 0) response.destroy();
        else json(response, 200, { ...wireBalance(), over_limit: true, duplicate: true });
      },
    });
    const work = () => ({ amount: 7, result: null });
    const { balance: booked } = await client.withReservation('user_1', 'audio_minutes', 5, work);
    expect(booked).toMatchObject({ overLimit: true, duplicate: true });
    expect(server.bodies(COMMIT)).toEqual([{ amount: 7 }, { amount: 7 }]);
  });

  it('passes the signal of the caller on to the work', async () => {
    const { client, paths } = await reservations();
    const controller = new AbortController();
    const running = client.withReservation(
      'user_1',
      'audio_minutes',
      5,
      ({ signal }) =>
        new Promise<never>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
          controller.abort(new Error('the customer left'));
        }),
      { signal: controller.signal },
    );
    await expect(running).rejects.toThrow('the customer left');
    expect(paths()).toEqual(['/v1/reservations', RELEASE]);
  });
});

describe('a hold under long work', () => {
  it('is extended each third of its time until the work is over, and not after', async () => {
    const { client, clock, server } = await reservations();
    let finish = (): void => undefined;
    const running = client.withReservation(
      'user_1',
      'audio_minutes',
      5,
      () =>
        new Promise<WorkOutcome<null>>((resolve) => {
          finish = () => resolve({ amount: 5, result: null });
        }),
      { ttlSeconds: TTL_SECONDS },
    );
    for (const extensions of [1, 2, 3]) {
      await clock.sleeper((durationMs) => durationMs === TIMEOUT_MS);
      clock.advance(TIMEOUT_MS);
      await expect.poll(() => server.bodies(EXTEND).length, PATIENCE).toBe(extensions);
    }
    finish();
    await running;
    clock.advance(TIMEOUT_MS * 10);
    expect(server.bodies(EXTEND)).toEqual([1, 2, 3].map(() => ({ ttl_seconds: TTL_SECONDS })));
    expect(server.received.at(-1)?.path).toBe(COMMIT);
  });

  it('outlives an extension that fails, and says so', async () => {
    const { client, clock, server, reported } = await reservations({
      [EXTEND]: (response, _, nth) => {
        if (nth < 4) problem(response, 503, 'database_unavailable');
        else json(response, 200, wireBalance());
      },
    });
    const held = await client.hold('user_1', 'audio_minutes', 5, { ttlSeconds: TTL_SECONDS });
    await clock.sleeper((durationMs) => durationMs === TIMEOUT_MS);
    clock.advance(TIMEOUT_MS);
    await expect.poll(() => reported.length, PATIENCE).toBe(1);
    expect(reported[0]?.context).toEqual({ during: 'extend', reservationId: 'rsv_1' });
    await clock.sleeper((durationMs) => durationMs === TIMEOUT_MS);
    clock.advance(TIMEOUT_MS);
    await expect.poll(() => server.bodies(EXTEND).length, PATIENCE).toBe(5);
    expect(await held.commit({ amount: 5 })).toMatchObject({ used: 10 });
    expect(reported).toHaveLength(1);
  });

  it('is not extended any more once the service says that it is gone', async () => {
    const { client, clock, server, reported } = await reservations({
      [EXTEND]: (response) => problem(response, 409, 'reservation_expired'),
    });
    const held = await client.hold('user_1', 'audio_minutes', 5, { ttlSeconds: TTL_SECONDS });
    await clock.sleeper((durationMs) => durationMs === TIMEOUT_MS);
    clock.advance(TIMEOUT_MS);
    await expect.poll(() => reported.length, PATIENCE).toBe(1);
    clock.advance(TIMEOUT_MS * 10);
    await held.release();
    expect(server.bodies(EXTEND)).toHaveLength(1);
  });

  it('ends after the longest time that it may last', async () => {
    const { client, clock, server, reported } = await reservations();
    await client.hold('user_1', 'audio_minutes', 5, {
      ttlSeconds: TTL_SECONDS,
      maxHoldSeconds: TTL_SECONDS,
    });
    for (const extensions of [1, 2]) {
      await clock.sleeper((durationMs) => durationMs === TIMEOUT_MS);
      clock.advance(TIMEOUT_MS);
      await expect.poll(() => server.bodies(EXTEND).length, PATIENCE).toBe(extensions);
    }
    await expect.poll(() => reported.length, PATIENCE).toBe(1);
    expect(reported[0]).toMatchObject({ error: { code: 'held_too_long' } });
  });

  it('may be extended by the work itself', async () => {
    const { client, server } = await reservations();
    await client.withReservation('user_1', 'audio_minutes', 5, async ({ extend }) => {
      await extend(3_600);
      return { amount: 5, result: null };
    });
    expect(server.bodies(EXTEND)).toEqual([{ ttl_seconds: 3_600 }]);
  });
});

describe('close', () => {
  it('waits for bookings that are on their way', async () => {
    let answer = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { client, server } = await reservations({
      [COMMIT]: async (response) => {
        await gate;
        json(response, 200, wireBalance());
      },
    });
    const held = await client.hold('user_1', 'audio_minutes', 5);
    const committed = held.commit({ amount: 5 });
    await expect.poll(() => server.bodies(COMMIT).length, PATIENCE).toBe(1);
    const order: string[] = [];
    const closed = client.close({ timeoutMs: TIMEOUT_MS }).then(() => order.push('closed'));
    void committed.then(() => order.push('committed'));
    answer();
    await closed;
    expect(order).toEqual(['committed', 'closed']);
  });
});
