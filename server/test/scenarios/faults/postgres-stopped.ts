import assert from 'node:assert/strict';
import { randomText } from '@whisperforge/kernel/ids';
import { startCluster, type Cluster } from '../support/cluster.ts';
import {
  connectTo,
  type Answer,
  type Connection,
  type HttpRequest,
} from '../support/connection.ts';
import { FREE_USERS } from '../support/load-users.ts';
import { startLoad, type Load } from '../support/load.ts';
import { pause } from '../support/pause.ts';
import { readProblem } from '../support/problem.ts';
import { spawnServer, type ServerProcess } from '../support/server-process.ts';
import type { Stage } from '../support/stage.ts';
import { expectTruth } from '../support/truth.ts';

export interface PostgresStoppedSize {
  readonly stops: number;
  readonly workers: number;
}

/** What the product promises, from when Postgres accepts connections again. */
const RESUMES_WITHIN_MS = 5_000;
const POLL_MS = 10;
const USER = FREE_USERS[0]!;

/** One of each kind: bookings, reservations, questions, and what is read of a user. */
const REQUESTS: readonly HttpRequest[] = [
  {
    method: 'POST',
    path: '/v1/check',
    body: { user: USER, feature: 'audio_minutes' },
  },
  { method: 'POST', path: '/v1/check', body: { user: USER, feature: 'api_access' } },
  { method: 'GET', path: `/v1/users/${USER}` },
  { method: 'GET', path: `/v1/users/${USER}/usage` },
  { method: 'GET', path: `/v1/users/${USER}/entitlements` },
  { method: 'PUT', path: `/v1/users/${USER}`, body: { email: 'load@example.com' } },
];

/** These would book if they were answered; they are sent while nothing can be. */
const BOOKINGS: readonly HttpRequest[] = [
  {
    method: 'POST',
    path: '/v1/track',
    body: { user: USER, event: 'api_call', amount: 1 },
  },
  {
    method: 'POST',
    path: '/v1/track/batch',
    body: { events: [{ user: USER, event: 'api_call', amount: 1 }] },
  },
  {
    method: 'POST',
    path: '/v1/reservations',
    body: { user: USER, feature: 'audio_minutes', amount: 1 },
  },
  { method: 'PUT', path: `/v1/users/${USER}/levels/kb_files`, body: { amount: 1 } },
];

/**
 * Postgres is stopped under load, and comes back after a while. Meanwhile callers are told to come
 * back later, readiness fails and the process lives; afterwards service resumes by itself, and
 * nothing that was acknowledged is lost.
 */
export async function postgresStopped(stage: Stage, size: PostgresStoppedSize): Promise<void> {
  await using cluster = await startCluster();
  const secretKey = `wf_test_${randomText(40)}`;
  await using server = spawnServer({ databaseUrl: cluster.url, secretKey, role: 'all' });
  const url = await server.serving;
  const load = await startLoad({
    databaseUrl: cluster.url,
    secretKey,
    random: stage.random.fork(),
    workers: size.workers,
    where: () => Promise.resolve(url),
    isPassing: isPutOff,
  });
  const connection = await connectTo(url, secretKey);
  // Whether a key is known can only be said with the database, too.
  const stranger = await connectTo(url, 'wf_test_nobody_has_this_key');
  try {
    for (let stop = 1; stop <= size.stops; stop += 1) {
      await load.afterMore(stage.random.between(50, 400));
      await cluster.stop(stage.random.pick(['fast', 'immediate']));
      await expectPutOff(connection, server);
      await pause(stage.random.between(1_000, 2_000));
      await expectPutOff(connection, server);
      assert.ok(isPutOff(await stranger.send(REQUESTS[0]!)));
      const resumedMs = await restart({ cluster, connection, load });
      stage.say(`stop ${stop} of ${size.stops}: service resumed after ${resumedMs} ms`);
    }
  } finally {
    await load.finish();
  }
  for (const each of [connection, stranger]) each.cut();
  await expectTruth(cluster.url, load.ledger);
  assert.ok(server.isRunning);
  assert.deepEqual(server.bugs, []);
}

/** "Come back later", and nothing else that a server without its database might say. */
function isPutOff(answer: Answer): boolean {
  if (answer.status !== 503) return false;
  assert.equal(readProblem(answer).code, 'database_unavailable');
  assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  return true;
}

async function expectPutOff(connection: Connection, server: ServerProcess): Promise<void> {
  for (const request of [...REQUESTS, ...BOOKINGS]) {
    const answer = await connection.send(request);
    assert.ok(isPutOff(answer), `${request.method} ${request.path} answered ${answer.status}`);
  }
  const ready = await connection.send({ method: 'GET', path: '/readyz' });
  assert.equal(ready.status, 503);
  assert.equal(readProblem(ready).code, 'not_ready');
  for (const path of ['/healthz', '/metrics', '/openapi.json']) {
    assert.equal((await connection.send({ method: 'GET', path })).status, 200, path);
  }
  assert.ok(server.isRunning, 'the process lives');
}

/** Answers how many milliseconds after the return of Postgres everything was answered again. */
async function restart(of: {
  readonly cluster: Cluster;
  readonly connection: Connection;
  readonly load: Load;
}): Promise<number> {
  await of.cluster.start();
  const sinceMs = performance.now();
  const boundMs = sinceMs + RESUMES_WITHIN_MS;
  const probes: HttpRequest[] = [...REQUESTS, { method: 'GET', path: '/readyz' }];
  for (const probe of probes) {
    for (;;) {
      const { status } = await of.connection.send(probe);
      if (status === 200) break;
      assert.equal(status, 503, `${probe.path} answered ${status}`);
      assert.ok(performance.now() < boundMs, `${probe.path} within ${RESUMES_WITHIN_MS} ms`);
      await pause(POLL_MS);
    }
  }
  await of.load.afterMore(1);
  const elapsedMs = performance.now() - sinceMs;
  assert.ok(elapsedMs < RESUMES_WITHIN_MS, 'bookings are acknowledged again');
  return Math.round(elapsedMs);
}
