import { afterAll, beforeAll, expect, test } from 'vitest';
import pg from 'pg';
import { manualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../adapters/postgres/index.ts';
import { publish, type OutboxEvent } from '../domains/outbox/index.ts';
import { createLogger } from '../main/logger.ts';
import type { Job, JobContext } from '../platform/jobs.ts';
import { startDatabaseProxy, type DatabaseProxy } from '../../test/support/database-proxy.ts';
import { useTestDatabase } from '../../test/support/database.ts';
import { eventually } from '../../test/support/eventually.ts';
import { startWorker, type WorkerOptions } from './worker.ts';

const testDatabase = useTestDatabase();
const clock = manualClock(Date.UTC(2026, 2, 10, 12));
let database: PostgresDatabase;

beforeAll(() => {
  database = openDatabase({ url: testDatabase.url, schema: 'billing', applicationName: 'test' });
});
afterAll(() => database.close());

const start = (options: Partial<WorkerOptions>) =>
  startWorker({
    databaseUrl: testDatabase.url,
    schema: 'billing',
    database,
    jobs: [],
    consumers: [],
    clock,
    logger: createLogger('silent'),
    ...options,
  });

/** As the schedule would, without waiting for the minute. */
async function tick(job: string): Promise<void> {
  const client = new pg.Client({ connectionString: testDatabase.url });
  await client.connect();
  try {
    await client.query('SELECT billing_worker.add_job($1)', [job]);
  } finally {
    await client.end();
  }
}

function countingJob(): { job: Job; ticks: JobContext[] } {
  const ticks: JobContext[] = [];
  const run = (context: JobContext): Promise<void> => {
    ticks.push(context);
    return Promise.resolve();
  };
  return { ticks, job: { name: 'count', schedule: '0 0 1 1 *', run } };
}

const tell = (payload: unknown) =>
  database.transaction((tx) =>
    publish(tx, [{ topic: 'topic', payload, recordedMs: clock.nowMs() }]),
  );

test('a job is ticked with the business instant', async () => {
  const { job, ticks } = countingJob();
  const worker = await start({ jobs: [job] });
  try {
    expect(worker.fault()).toBeUndefined();
    await tick('count');
    const [context] = await eventually(() => (ticks.length > 0 ? ticks : undefined));
    expect(context!.nowMs).toBe(clock.nowMs());
    expect(context!.signal.aborted).toBe(false);
  } finally {
    await worker.stop();
  }
});

test('schedules of all jobs are understood', async () => {
  const { job } = countingJob();
  const bad = { ...job, schedule: 'every day' };
  await expect(start({ jobs: [bad] })).rejects.toThrow('every day');
});

test('published events are delivered without being asked for', async () => {
  const events: OutboxEvent[] = [];
  const consumer = {
    name: 'test',
    topics: ['topic'],
    handle: (event: OutboxEvent) => Promise.resolve(void events.push(event)),
  };
  const worker = await start({ consumers: [consumer] });
  try {
    await tell('first');
    const [event] = await eventually(() => (events.length > 0 ? events : undefined));
    expect(event).toMatchObject({ topic: 'topic', payload: 'first' });
  } finally {
    await worker.stop();
  }
});

test('a stop lets a running job finish, and tells it to hurry', async () => {
  const entered = Promise.withResolvers<void>();
  const finished: boolean[] = [];
  const patient: Job = {
    name: 'patient',
    schedule: '0 0 1 1 *',
    async run({ signal }) {
      entered.resolve();
      if (!signal.aborted) {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      finished.push(true);
    },
  };
  const worker = await start({ jobs: [patient] });
  await tick('patient');
  await entered.promise;
  await worker.stop();
  expect(finished).toEqual([true]);
  expect(worker.fault()).toBe('has no job queue');
});

test('several workers start on a new database at the same time', async () => {
  const schema = 'elsewhere';
  const workers = await Promise.all(Array.from({ length: 4 }, () => start({ schema })));
  expect(workers.map((worker) => worker.fault())).toEqual(Array(4).fill(undefined));
  await Promise.all(workers.map((worker) => worker.stop()));
});

/** A worker whose database can be taken away, and what it has done. */
async function startSeverable(during: (proxy: DatabaseProxy) => Promise<void> = async () => {}) {
  const proxy = await startDatabaseProxy(testDatabase.url);
  const away = openDatabase({ url: proxy.url, schema: 'billing', applicationName: 'test away' });
  const ticks: JobContext[] = [];
  const job: Job = {
    name: 'count',
    schedule: '0 0 1 1 *',
    async run(context) {
      ticks.push(context);
      await during(proxy);
    },
  };
  const events: OutboxEvent[] = [];
  const consumer = {
    name: 'test',
    topics: ['topic'],
    handle: (event: OutboxEvent) => Promise.resolve(void events.push(event)),
  };
  const worker = await start({
    databaseUrl: proxy.url,
    database: away,
    jobs: [job],
    consumers: [consumer],
  });
  const close = async (): Promise<void> => {
    await worker.stop();
    await away.close();
    await proxy.close();
  };
  return { proxy, worker, ticks, events, close };
}

test.each([
  ['as it began', false],
  ['later', true],
])('when the database was away %s, work goes on by itself', async (_when, worked) => {
  const { proxy, worker, ticks, events, close } = await startSeverable();
  try {
    if (worked) {
      await tick('count');
      await eventually(() => (ticks.length > 0 ? true : undefined));
    }
    const before = ticks.length;
    await proxy.cut();
    await tell('while away');
    await tick('count');
    await proxy.restore();
    await eventually(() => (ticks.length > before && events.length > 0 ? true : undefined));
    expect(worker.fault()).toBeUndefined();
  } finally {
    await close();
  }
});

test('a job that ends while the database is away harms nothing', async () => {
  const cuts = { left: 2 };
  const { proxy, ticks, close } = await startSeverable(async (severed) => {
    if (cuts.left === 0) return;
    cuts.left -= 1;
    await severed.cut();
    // Once it succeeds and once it fails, without anybody who could be told.
    if (cuts.left === 0) throw new Error('the job failed');
  });
  try {
    for (const done of [1, 2, 3]) {
      await tick('count');
      await eventually(() => (ticks.length >= done ? true : undefined));
      if (done < 3) await proxy.restore();
    }
  } finally {
    await close();
  }
  expect(cuts.left).toBe(0);
});
