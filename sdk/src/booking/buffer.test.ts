import { describe, expect, it } from 'vitest';
import { drivenClient, TIMEOUT_MS } from '../../test/support/client.ts';
import { json, problem, scriptedServer } from '../../test/support/scripted-server.ts';
import type { Received, Script } from '../../test/support/scripted-server.ts';
import { wireTrack } from '../../test/support/wire.ts';
import { PATIENCE } from '../../test/support/patience.ts';
import { UnsentEventsError, WhisperForgeError } from '../errors.ts';
import type { TrackEvent } from '../types.ts';

const BATCH = '/v1/track/batch';
const INTERVAL_MS = TIMEOUT_MS;

interface WireEvent {
  readonly idempotency_key: string;
  readonly occurred_at: string;
  readonly amount: number;
  readonly metadata?: unknown;
}

function eventsOf(received: Pick<Received, 'body'>): readonly WireEvent[] {
  return (received.body as { events: readonly WireEvent[] }).events;
}

const book: Script = (response, received) =>
  json(response, 200, { results: eventsOf(received).map(() => wireTrack()) });

function event(amount: number, changes: Partial<TrackEvent> = {}): TrackEvent {
  return { user: 'user_1', event: 'audio_minutes', amount, ...changes };
}

async function batches(script: Script, batch = {}, instantBelowMs?: number) {
  const server = await scriptedServer({ [BATCH]: script });
  const options = instantBelowMs === undefined ? {} : { instantBelowMs };
  const set = drivenClient(server.url, {
    retries: 0,
    batch: { flushIntervalMs: INTERVAL_MS, ...batch },
    ...options,
  });
  const sent = () => server.received.map(eventsOf);
  const amounts = () => sent().map((events) => events.map(({ amount }) => amount));
  return { ...set, server, sent, amounts };
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.fail('it should have been rejected'),
    (reason: unknown) => reason,
  );
}

describe('enqueue', () => {
  it('sends as soon as there are enough events, in one batch', async () => {
    const { client, amounts } = await batches(book, { flushAtEvents: 3 });
    for (const amount of [1, 2, 3]) await client.enqueue(event(amount));
    await expect.poll(amounts, PATIENCE).toEqual([[1, 2, 3]]);
  });

  it('sends fewer when the interval has passed, and not before', async () => {
    const { client, clock, amounts } = await batches(book);
    await client.enqueue(event(1));
    await clock.sleeper((durationMs) => durationMs === INTERVAL_MS);
    clock.advance(INTERVAL_MS - 1);
    await client.enqueue(event(2));
    expect(amounts()).toEqual([]);
    clock.advance(1);
    await expect.poll(amounts, PATIENCE).toEqual([[1, 2]]);
  });

  it('gives each event its key and its time when it is enqueued', async () => {
    const { client, clock, sent } = await batches(book);
    const startMs = clock.nowMs();
    await client.enqueue(event(1));
    clock.advance(1_000);
    await client.enqueue(event(2, { idempotencyKey: 'mine' }));
    await client.enqueue(event(3, { occurredAt: new Date(startMs - 5_000) }));
    await client.flush();
    const [events] = sent();
    expect(events?.map(({ occurred_at }) => Date.parse(occurred_at) - startMs)).toEqual([
      0, 1_000, -5_000,
    ]);
    expect(events?.[0]?.idempotency_key).toMatch(/^[0-9a-f-]{36}$/);
    expect(events?.[1]?.idempotency_key).toBe('mine');
  });

  it('sends what the event said when it was enqueued, whatever became of its objects', async () => {
    const { client, sent } = await batches(book);
    const metadata = { file: 'a.mp3' };
    await client.enqueue(event(1, { metadata }));
    metadata.file = 'b.mp3';
    await client.flush();
    expect(sent()[0]?.[0]?.metadata).toEqual({ file: 'a.mp3' });
  });

  it('refuses at once what is no JSON, so that it cannot spoil a batch', async () => {
    const { client, amounts } = await batches(book);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    await expect(client.enqueue(event(1, { metadata: circular }))).rejects.toThrow(/circular/i);
    await client.enqueue(event(2));
    await client.flush();
    expect(amounts()).toEqual([[2]]);
  });
});

describe('a full buffer', () => {
  it('makes enqueue wait until there is room, and loses nothing', async () => {
    let answer = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { client, amounts } = await batches(
      async (response, received, nth) => {
        if (nth === 0) await gate;
        await book(response, received, nth);
      },
      { maxEvents: 2, flushAtEvents: 2 },
    );
    await client.enqueue(event(1));
    await client.enqueue(event(2));
    let admitted = false;
    const third = client.enqueue(event(3)).then(() => {
      admitted = true;
    });
    await expect.poll(amounts, PATIENCE).toEqual([[1, 2]]);
    expect(admitted).toBe(false);
    answer();
    await third;
    await client.flush();
    expect(amounts()).toEqual([[1, 2], [3]]);
  });

  it('refuses events beyond those that wait already, so that memory has a bound', async () => {
    const { client, reported } = await batches(
      (response) => problem(response, 503, 'database_unavailable'),
      { maxEvents: 2, flushAtEvents: 2 },
      0,
    );
    const waiting = [1, 2, 3, 4].map((amount) => client.enqueue(event(amount)));
    const error = await rejection(client.enqueue(event(5)));
    expect(error).toMatchObject({ code: 'buffer_full' });
    const closed = rejection(client.close({ timeoutMs: 0 }));
    const outcomes = await Promise.allSettled(waiting);
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await closed;
    expect(reported.every(({ context }) => context.during === 'flush')).toBe(true);
  });

  it('refuses at once where the app wants that', async () => {
    const { client } = await batches(book, { maxEvents: 1, whenFull: 'reject' });
    await client.enqueue(event(1));
    expect(await rejection(client.enqueue(event(2)))).toMatchObject({ code: 'buffer_full' });
  });

  it('is sent in batches of the size that the service takes', async () => {
    const { client, amounts } = await batches(book, { maxBatchEvents: 2, flushAtEvents: 100 });
    for (const amount of [1, 2, 3, 4, 5]) await client.enqueue(event(amount));
    await client.flush();
    expect(amounts()).toEqual([[1, 2], [3, 4], [5]]);
  });
});

describe('a batch that fails', () => {
  it('is kept and sent again with the same keys until it is answered', async () => {
    const { client, reported, sent } = await batches(
      (response, received, nth) => {
        if (nth === 0) return problem(response, 503, 'database_unavailable');
        if (nth === 1) return response.destroy();
        if (nth === 2) return problem(response, 401, 'secret_key_unknown');
        if (nth === 3) return json(response, 200, { results: [] });
        return book(response, received, nth);
      },
      { flushAtEvents: 2 },
    );
    await client.enqueue(event(1));
    await client.enqueue(event(2));
    await expect.poll(() => sent().length, PATIENCE).toBe(5);
    await client.close({ timeoutMs: TIMEOUT_MS });
    const keys = sent().map((events) => events.map(({ idempotency_key }) => idempotency_key));
    expect(new Set(keys.map((each) => each.join())).size).toBe(1);
    expect(reported.map(({ context }) => context.during)).toEqual([
      'flush',
      'flush',
      'flush',
      'flush',
    ]);
  });

  it('is tried ever more rarely, and at the latest every 30 s', async () => {
    const { client, clock, sent } = await batches(
      (response, received, nth) => {
        if (nth < 10) return problem(response, 503, 'database_unavailable');
        return book(response, received, nth);
      },
      { flushAtEvents: 1 },
    );
    await client.enqueue(event(1));
    await expect.poll(() => sent().length, PATIENCE).toBe(11);
    const waits = clock.sleeps.filter((durationMs) => durationMs < 40_000);
    expect(waits).toEqual([125, 250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
  });

  it('waits as long as the service asks, but not for days', async () => {
    const { client, clock } = await batches(
      (response, received, nth) => {
        if (nth === 0) return problem(response, 503, 'away', { 'retry-after': '20' });
        if (nth === 1) return problem(response, 503, 'away', { 'retry-after': '86400' });
        return book(response, received, nth);
      },
      { flushAtEvents: 1 },
    );
    await client.enqueue(event(1));
    await clock.sleeper((durationMs) => durationMs === 300_000);
    expect(clock.sleeps).toContain(20_125);
  });

  it('is reported to flush, and sent again by the next one', async () => {
    const { client, amounts } = await batches(
      (response, received, nth) => {
        if (nth === 0) return problem(response, 503, 'database_unavailable');
        return book(response, received, nth);
      },
      {},
      0,
    );
    await client.enqueue(event(1));
    expect(await rejection(client.flush())).toMatchObject({ code: 'database_unavailable' });
    await client.enqueue(event(2));
    await client.flush();
    expect(amounts()).toEqual([[1], [1, 2]]);
  });
});

describe('an event that is refused', () => {
  it('is reported with its error, and the others are booked', async () => {
    const error = { status: 404, code: 'user_unknown', detail: 'No such user.' };
    const { client, reported, amounts } = await batches((response, received) =>
      json(response, 200, {
        results: eventsOf(received).map(({ amount }) => (amount === 2 ? { error } : wireTrack())),
      }),
    );
    for (const amount of [1, 2, 3]) await client.enqueue(event(amount));
    await client.flush();
    expect(amounts()).toEqual([[1, 2, 3]]);
    expect(reported).toHaveLength(1);
    expect(reported[0]?.error).toBeInstanceOf(WhisperForgeError);
    expect(reported[0]?.error).toMatchObject({ code: 'user_unknown', status: 404 });
    expect(reported[0]?.context).toMatchObject({ during: 'event', event: { amount: 2 } });
  });

  it('is found where the service refuses the whole batch for it', async () => {
    const { client, reported, amounts } = await batches((response, received, nth) => {
      if (eventsOf(received).some(({ amount }) => amount < 0))
        return problem(response, 400, 'invalid');
      return book(response, received, nth);
    });
    for (const amount of [1, 2, -3, 4, 5, 6, 7, -8]) await client.enqueue(event(amount));
    await client.flush();
    const refused = reported.map(({ context }) => 'event' in context && context.event.amount);
    expect(refused).toEqual([-3, -8]);
    const booked = amounts().filter((each) => each.every((amount) => amount > 0));
    expect(booked.flat()).toEqual([1, 2, 4, 5, 6, 7]);
  });

  it('is kept and sent again where it was only put off', async () => {
    const error = { status: 503, code: 'database_unavailable' };
    const { client, amounts } = await batches((response, received, nth) =>
      json(response, 200, {
        results: eventsOf(received).map((_, index) =>
          nth === 0 && index === 1 ? { error } : wireTrack(),
        ),
      }),
    );
    for (const amount of [1, 2, 3]) await client.enqueue(event(amount));
    expect(await rejection(client.flush())).toMatchObject({ code: 'database_unavailable' });
    await client.flush();
    expect(amounts()).toEqual([[1, 2, 3], [2]]);
  });
});

describe('close', () => {
  it('sends what is left, and takes no more', async () => {
    const { client, amounts } = await batches(book, { maxBatchEvents: 2 });
    for (const amount of [1, 2, 3]) await client.enqueue(event(amount));
    await client.close({ timeoutMs: TIMEOUT_MS });
    expect(amounts()).toEqual([[1, 2], [3]]);
    expect(await rejection(client.enqueue(event(4)))).toMatchObject({ code: 'client_closed' });
    await client.close({ timeoutMs: TIMEOUT_MS });
  });

  it('goes on trying until its time is up', async () => {
    const { client, amounts } = await batches((response, received, nth) => {
      if (nth < 4) return response.destroy();
      return book(response, received, nth);
    });
    await client.enqueue(event(1));
    await client.close({ timeoutMs: TIMEOUT_MS });
    expect(amounts()).toHaveLength(5);
  });

  it('hands back what it could not send, with keys under which it still counts once', async () => {
    const { client, clock, server } = await batches(() => undefined);
    await client.enqueue(event(1, { metadata: { file: 'a' } }));
    await client.enqueue(event(2));
    const closing = rejection(client.close({ timeoutMs: TIMEOUT_MS }));
    await expect.poll(() => server.received.length, PATIENCE).toBe(1);
    clock.advance(TIMEOUT_MS);
    const error = (await closing) as UnsentEventsError;
    expect(error).toBeInstanceOf(UnsentEventsError);
    expect(error.events.map(({ amount }) => amount)).toEqual([1, 2]);

    const next = await batches(book);
    for (const unsent of error.events) await next.client.enqueue(unsent);
    await next.client.flush();
    expect(next.sent()[0]).toEqual(eventsOf(server.received[0] as Received));
  });
});

describe('a service that fails in every way', () => {
  it('books each of 3,000 events exactly once, by its key', { timeout: 30_000 }, async () => {
    const booked = new Map<string, number>();
    // A linear congruential generator: the same failures on each run.
    let seed = 20_260_131;
    const chance = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed / 2 ** 31;
    };
    const { client, server } = await batches(
      (response, received) => {
        const dice = chance();
        if (dice < 0.15) return problem(response, 503, 'away', { 'retry-after': '1' });
        if (dice < 0.3) return void response.destroy();
        const events = eventsOf(received);
        for (const { idempotency_key: key, amount } of events) booked.set(key, amount);
        // Booked, but the answer is lost: what comes again must not count again.
        if (dice < 0.5) return void response.destroy();
        return json(response, 200, { results: events.map(() => wireTrack()) });
      },
      { maxEvents: 100, flushAtEvents: 20, maxBatchEvents: 50 },
    );
    let expected = 0;
    for (let amount = 1; amount <= 3_000; amount += 1) {
      await client.enqueue(event(amount));
      expected += amount;
    }
    await client.close({ timeoutMs: TIMEOUT_MS });
    expect(booked.size).toBe(3_000);
    expect([...booked.values()].reduce((sum, amount) => sum + amount, 0)).toBe(expected);
    expect(server.received.length).toBeGreaterThan(80);
  });
});
