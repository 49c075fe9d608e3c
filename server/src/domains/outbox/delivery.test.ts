import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import pg from 'pg';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import { BATCH_EVENTS, createDelivery } from './delivery.ts';
import type { Consumer, OutboxEvent } from './event.ts';
import { outboxJobs } from './jobs.ts';
import { publish } from './store.ts';

const testDatabase = useTestDatabase();
const START_MS = Date.UTC(2026, 2, 10, 12);
const never = new AbortController().signal;
let database: PostgresDatabase;
let clock: ManualClock;

beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

beforeEach(async () => {
  clock = manualClock(START_MS);
  await database.sql.deleteFrom('outbox_events').execute();
});

interface Recorder extends Consumer {
  readonly events: OutboxEvent[];
  /** Thrown for events that it applies to. */
  failing: (event: OutboxEvent) => boolean;
}

function recorder(name: string, topics: readonly string[]): Recorder {
  const events: OutboxEvent[] = [];
  const consumer: Recorder = {
    name,
    topics,
    events,
    failing: () => false,
    handle(event) {
      events.push(event);
      return consumer.failing(event) ? Promise.reject(new Error('not now')) : Promise.resolve();
    },
  };
  return consumer;
}

const deliveryTo = (...consumers: Consumer[]) => createDelivery({ database, clock, consumers });

const tell = (topic: string, payload: unknown, dueMs?: number) =>
  database.transaction((tx) =>
    publish(tx, [
      { topic, payload, recordedMs: clock.nowMs(), ...(dueMs !== undefined && { dueMs }) },
    ]),
  );

const rows = () =>
  database.sql
    .selectFrom('outbox_events')
    .select(['payload', 'delivered_at', 'delivered_to', 'attempts', 'due_at', 'last_error'])
    .orderBy('id')
    .execute();

const seen = (consumer: Recorder) => consumer.events.map((event) => event.payload);

test('an event reaches every consumer of its topic once', async () => {
  const mails = recorder('mails', ['key.created', 'key.revoked']);
  const figures = recorder('figures', ['key.revoked']);
  const delivery = deliveryTo(mails, figures);
  await tell('key.created', { id: 1 });
  await tell('key.revoked', { id: 2 });
  expect(await delivery.deliverBatch(never)).toBe(2);
  expect(await delivery.deliverBatch(never)).toBe(0);
  expect(seen(mails)).toEqual([{ id: 1 }, { id: 2 }]);
  expect(seen(figures)).toEqual([{ id: 2 }]);
  expect(figures.events[0]).toMatchObject({
    topic: 'key.revoked',
    accountId: null,
    recordedMs: START_MS,
    attempt: 1,
  });
});

test('an event is told only if its transaction stood', async () => {
  const consumer = recorder('any', ['topic']);
  const told = { topic: 'topic', payload: {}, recordedMs: START_MS };
  await expect(
    database.transaction(async (tx) => {
      await publish(tx, [told]);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  await deliveryTo(consumer).deliverBatch(never);
  expect(consumer.events).toEqual([]);
});

test('what commits late is delivered, though later events were delivered before it', async () => {
  const consumer = recorder('any', ['topic']);
  const delivery = deliveryTo(consumer);
  const slow = new pg.Client({ connectionString: testDatabase.url });
  await slow.connect();
  try {
    await slow.query('BEGIN');
    await slow.query(
      `INSERT INTO billing.outbox_events (topic, payload, recorded_at, due_at)
       VALUES ('topic', '"early"', $1, $1)`,
      [new Date(START_MS).toISOString()],
    );
    await tell('topic', 'late');
    await delivery.deliverBatch(never);
    expect(seen(consumer)).toEqual(['late']);
    await slow.query('COMMIT');
  } finally {
    await slow.end();
  }
  await delivery.deliverBatch(never);
  expect(seen(consumer)).toEqual(['late', 'early']);
});

test('a failure is kept with its reason and tried again after a growing wait', async () => {
  const failures: unknown[] = [];
  const consumer = recorder('mails', ['topic']);
  consumer.failing = () => true;
  const delivery = createDelivery({
    database,
    clock,
    consumers: [consumer],
    onFailure: (failure) => failures.push(failure),
  });
  await tell('topic', 'x');
  for (const wait of [1_000, 2_000, 4_000]) {
    expect(await delivery.deliverBatch(never)).toBe(1);
    expect(await rows()).toMatchObject([
      { delivered_at: null, last_error: 'mails: not now', due_at: clock.nowMs() + wait },
    ]);
    clock.advanceBy(wait - 1);
    expect(await delivery.deliverBatch(never)).toBe(0);
    clock.advanceBy(1);
  }
  consumer.failing = () => false;
  expect(await delivery.deliverBatch(never)).toBe(1);
  expect(await rows()).toMatchObject([
    { delivered_at: clock.nowMs(), last_error: null, attempts: 4, delivered_to: ['mails'] },
  ]);
  expect(failures).toHaveLength(3);
  expect(failures[2]).toMatchObject({ consumer: 'mails', topic: 'topic', attempt: 3 });
});

test('a retry tells only those who have not had it', async () => {
  const steady = recorder('steady', ['topic']);
  const flaky = recorder('flaky', ['topic']);
  flaky.failing = (event) => event.attempt === 1;
  const delivery = deliveryTo(flaky, steady);
  await tell('topic', 'x');
  await delivery.deliverBatch(never);
  expect(await rows()).toMatchObject([{ delivered_at: null, delivered_to: ['steady'] }]);
  clock.advanceBy(1_000);
  await delivery.deliverBatch(never);
  expect(steady.events).toHaveLength(1);
  expect(flaky.events).toHaveLength(2);
});

test('one bad event does not hold up the others', async () => {
  const consumer = recorder('any', ['topic']);
  consumer.failing = (event) => event.payload === 'bad';
  for (const payload of ['a', 'bad', 'b']) await tell('topic', payload);
  await deliveryTo(consumer).deliverBatch(never);
  const delivered = (await rows()).map((row) => row.delivered_at !== null);
  expect(delivered).toEqual([true, false, true]);
});

test('an event that nobody asked for is done with', async () => {
  await tell('unheard', 'x');
  await deliveryTo(recorder('any', ['topic'])).deliverBatch(never);
  expect(await rows()).toMatchObject([{ delivered_at: START_MS, delivered_to: [] }]);
});

test('an event waits for its instant', async () => {
  const consumer = recorder('any', ['topic']);
  const delivery = deliveryTo(consumer);
  await tell('topic', 'later', START_MS + 60_000);
  clock.advanceBy(59_999);
  expect(await delivery.deliverBatch(never)).toBe(0);
  clock.advanceBy(1);
  expect(await delivery.deliverBatch(never)).toBe(1);
});

test('processes that deliver side by side share the events, each to one of them', async () => {
  const consumers = Array.from({ length: 4 }, () => recorder('any', ['topic']));
  const total = BATCH_EVENTS * 3;
  await database.transaction((tx) =>
    publish(
      tx,
      Array.from({ length: total }, (_, id) => ({
        topic: 'topic',
        payload: id,
        recordedMs: START_MS,
      })),
    ),
  );
  const counts = await Promise.all(
    consumers.map(async (consumer) => {
      const delivery = deliveryTo(consumer);
      let taken = 0;
      for (;;) {
        const count = await delivery.deliverBatch(never);
        expect(count).toBeLessThanOrEqual(BATCH_EVENTS);
        if (count === 0) return taken;
        taken += count;
      }
    }),
  );
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(total);
  const all = consumers.flatMap(seen).map(Number);
  expect(all.toSorted((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, id) => id));
});

test('what a killed process had taken is delivered by another when its lease is over', async () => {
  await tell('topic', 'x');
  const hung = Promise.withResolvers<void>();
  const killed: Consumer = { name: 'any', topics: ['topic'], handle: () => hung.promise };
  const lost = deliveryTo(killed).deliverBatch(never);
  const consumer = recorder('any', ['topic']);
  const delivery = deliveryTo(consumer);
  await expect.poll(async () => (await rows())[0]?.attempts).toBe(1);
  expect(await delivery.deliverBatch(never)).toBe(0);
  clock.advanceBy(600_000);
  expect(await delivery.deliverBatch(never)).toBe(1);
  expect(seen(consumer)).toEqual(['x']);
  const [after] = await rows();

  // The first one comes back to life: it has lost its say.
  clock.advanceBy(1);
  hung.resolve();
  await lost;
  expect(await rows()).toEqual([after]);
});

test('a stop ends deliveries at once; they are due again', async () => {
  await tell('topic', 'x');
  const stopping = new AbortController();
  const entered = Promise.withResolvers<void>();
  const deaf: Consumer = {
    name: 'deaf',
    topics: ['topic'],
    handle() {
      entered.resolve();
      return Promise.withResolvers<void>().promise;
    },
  };
  const delivering = deliveryTo(deaf).deliverBatch(stopping.signal);
  await entered.promise;
  stopping.abort();
  expect(await delivering).toBe(1);
  expect(await rows()).toMatchObject([{ delivered_at: null, due_at: START_MS + 1_000 }]);
});

test('two consumers of one name are refused', () => {
  const twins = () => deliveryTo(recorder('twin', ['a']), recorder('twin', ['b']));
  expect(twins).toThrow('two consumers are called twin');
});

test('delivered events are forgotten after a month, undelivered ones never', async () => {
  const consumer = recorder('any', ['topic']);
  await tell('topic', 'old');
  await deliveryTo(consumer).deliverBatch(never);
  await tell('topic', 'waiting', START_MS + 10_000 * 86_400_000);
  const [job] = outboxJobs(database);
  const run = (nowMs: number) => job!.run({ nowMs, signal: never });
  await run(START_MS + 30 * 86_400_000);
  expect((await rows()).map((row) => row.payload)).toEqual(['old', 'waiting']);
  await run(START_MS + 30 * 86_400_000 + 1);
  expect((await rows()).map((row) => row.payload)).toEqual(['waiting']);
});
