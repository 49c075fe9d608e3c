import assert from 'node:assert/strict';
import { randomText } from '@whisperforge/kernel/ids';
import type { Answer, HttpRequest } from '../support/connection.ts';
import { readDatabase } from '../support/database-reader.ts';
import type { Random } from '../support/random.ts';
import { startServers } from '../support/several-servers.ts';
import type { Stage } from '../support/stage.ts';
import { crookedSenders, type CrookedSenders } from './crooked-senders.ts';

export interface IdempotencySize {
  readonly keys: number;
  /** How often each is sent, all at once. */
  readonly repeats: number;
  readonly servers: number;
  /** How many keys are under way at a time. */
  readonly keysAtOnce: number;
}

interface Keyed {
  readonly key: string;
  readonly kind: 'track' | 'reservation';
  readonly user: string;
  readonly request: (random: Random) => HttpRequest;
}

const USERS = 20;
/** Of all keys, those that go to one and the same user. */
const TO_HOT_USER = 0.3;
const CONNECTIONS_EACH = 24;

/**
 * Each key is sent many times at once to several processes, while connections break before,
 * amid and after the sending; every sending is repeated until it is answered. Each key counts
 * once, and its answers are alike but for `duplicate` and the balance of the moment.
 */
export async function idempotency(stage: Stage, size: IdempotencySize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using servers = await startServers(size.servers, { databaseUrl, secretKey });
  await using senders = await crookedSenders({
    urls: servers.urls,
    secretKey,
    connectionsEach: CONNECTIONS_EACH,
    random: stage.random.fork(),
  });
  await makeUsers(senders);
  const waiting = Array.from({ length: size.keys }, (_, index) => keyedOf(stage.random, index));
  const all = [...waiting];
  const firsts = { lost: 0 };
  let done = 0;
  const work = async (): Promise<void> => {
    for (let keyed = waiting.pop(); keyed !== undefined; keyed = waiting.pop()) {
      await sendRepeatedly(senders, keyed, { repeats: size.repeats, random: stage.random, firsts });
      done += 1;
      if (done % Math.ceil(size.keys / 5) === 0) stage.say(`${done} of ${size.keys} keys`);
    }
  };
  await Promise.all(Array.from({ length: size.keysAtOnce }, work));
  const { cut, sent } = senders.counts;
  stage.say(`${sent} sendings, ${cut} connections cut, ${firsts.lost} first answers lost`);
  assert.ok(cut > 0, 'connections were cut');
  await expectCountedOnce(databaseUrl, all);
  assert.deepEqual(
    servers.processes.flatMap((process) => process.bugs),
    [],
  );
}

function userName(number: number): string {
  return `keyed-${number}`;
}

async function makeUsers(senders: CrookedSenders): Promise<void> {
  for (let number = 0; number < USERS; number += 1) {
    const path = `/v1/users/${userName(number)}`;
    const body = { email: 'keyed@example.com' };
    assert.equal((await senders.send({ method: 'PUT', path, body })).status, 200);
  }
}

/** Tracks by field or by header, and reservations; each with the same body whenever it is sent. */
function keyedOf(random: Random, index: number): Keyed {
  const key = `key-${index}-${random.between(0, 1e9)}`;
  const user = userName(random.chance(TO_HOT_USER) ? 0 : random.between(1, USERS - 1));
  if (random.chance(0.4)) {
    // A file of a level that is limited, or pieces without a limit.
    const feature = random.chance(0.3) ? 'kb_files' : 'api_calls';
    const amount = random.between(1, 3);
    const body = { user, feature, amount, ttl_seconds: 86_400, idempotency_key: key };
    return {
      key,
      kind: 'reservation',
      user,
      request: () => ({ method: 'POST', path: '/v1/reservations', body }),
    };
  }
  const event = random.pick(['audio_processed', 'content_generated', 'api_call']);
  const amount = random.between(1, 5_000) / 1_000;
  const body = { user, event, amount, metadata: { key } };
  const byField = { method: 'POST', path: '/v1/track', body: { ...body, idempotency_key: key } };
  const byHeader = { method: 'POST', path: '/v1/track', body, headers: { 'Idempotency-Key': key } };
  const request = (source: Random): HttpRequest =>
    (source.chance(0.5) ? byField : byHeader) as HttpRequest;
  return { key, kind: 'track', user, request };
}

async function sendRepeatedly(
  senders: CrookedSenders,
  keyed: Keyed,
  how: { readonly repeats: number; readonly random: Random; readonly firsts: { lost: number } },
): Promise<void> {
  const before = senders.counts.cut;
  const answers = await Promise.all(
    Array.from({ length: how.repeats }, () => senders.send(keyed.request(how.random))),
  );
  const bodies = answers.map(answeredBody);
  // A level that is full grants nothing, and what was not granted is asked anew each time.
  const isRefused = bodies.every((body) => body['granted'] === false);
  if (isRefused) return;
  const first = bodies.filter((body) => body['duplicate'] === false);
  assert.ok(first.length <= 1, `${keyed.key} was counted ${first.length} times`);
  if (first.length === 0) {
    assert.ok(senders.counts.cut > before, `${keyed.key}: nothing was cut, yet all are repeats`);
    how.firsts.lost += 1;
  }
  const alike = new Set(bodies.map(withoutMoment));
  assert.equal(alike.size, 1, `${keyed.key} has different answers: ${[...alike].join(' ')}`);
}

function answeredBody({ status, body }: Answer): Record<string, unknown> {
  assert.equal(status, 200, `answered ${status}: ${JSON.stringify(body)}`);
  return body as Record<string, unknown>;
}

/** An answer without what may differ from one repetition to the next. */
function withoutMoment(body: Record<string, unknown>): string {
  const { duplicate: _duplicate, balance: _balance, balances: _balances, ...rest } = body;
  return JSON.stringify(rest);
}

async function expectCountedOnce(databaseUrl: string, all: readonly Keyed[]): Promise<void> {
  await using database = await readDatabase(databaseUrl);
  const events = await database.rows<{ key: string; times: number }>(
    `SELECT metadata->>'key' AS key, count(*)::int AS times FROM usage_events
     GROUP BY 1 ORDER BY 1`,
  );
  const tracked = all.filter(({ kind }) => kind === 'track').map(({ key }) => key);
  assert.deepEqual(
    events,
    tracked.toSorted().map((key) => ({ key, times: 1 })),
  );
  const [holds] = await database.rows<{ keyed: number; stored: number }>(
    `SELECT (SELECT count(*) FROM usage_keys WHERE reservation_id IS NOT NULL)::int AS keyed,
       (SELECT count(*) FROM reservations)::int AS stored`,
  );
  assert.equal(holds?.stored, holds?.keyed, 'each reservation has a key of its own');
  assert.deepEqual(await database.rows(UNBALANCED), []);
}

/** Balances that are not the sum of what was booked and what is held. */
const UNBALANCED = `
  SELECT b.account_id, b.feature, b.used, b.reserved, booked.amount AS booked, held.amount AS held
  FROM balances b
  LEFT JOIN (SELECT account_id, key AS feature, sum(value::numeric) AS amount
    FROM usage_events, jsonb_each_text(counted) GROUP BY 1, 2) AS booked
    USING (account_id, feature)
  LEFT JOIN (SELECT account_id, feature, sum(amount) AS amount FROM reservations
    WHERE status = 'held' GROUP BY 1, 2) AS held USING (account_id, feature)
  WHERE b.used <> coalesce(booked.amount, 0) OR b.reserved <> coalesce(held.amount, 0)`;
