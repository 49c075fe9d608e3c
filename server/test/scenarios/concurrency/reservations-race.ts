import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import type { Answer, Connection, HttpRequest } from '../support/connection.ts';
import { readDatabase } from '../support/database-reader.ts';
import { startServers } from '../support/several-servers.ts';
import { openStaffDoor } from '../support/staff-door.ts';
import type { Stage } from '../support/stage.ts';

export interface RaceSize {
  readonly reservations: number;
  /** How many of them fit. */
  readonly limit: number;
  readonly servers: number;
}

const FEATURE = 'audio_minutes';
const FREE_MINUTES = 60;
const CONNECTIONS_EACH = 50;

interface ReserveBody {
  readonly granted: boolean;
  readonly id?: string;
  readonly reason?: string;
  readonly duplicate: boolean;
}

/**
 * Everybody reserves one minute at the same instant, in several processes: exactly as many are
 * granted as the limit says, and the balance says so afterwards.
 */
export async function reservationsRace(stage: Stage, size: RaceSize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using servers = await startServers(size.servers, { databaseUrl, secretKey });
  const connections = await servers.connect(CONNECTIONS_EACH);
  const user = `race-${stage.seed}`;
  await makeUser(connections[0]!, { databaseUrl, user, limit: size.limit });

  const sinceMs = performance.now();
  const answers = await Promise.all(
    Array.from({ length: size.reservations }, (_, index) =>
      connections[index % connections.length]!.send(reserve(user)),
    ),
  );
  const elapsedMs = performance.now() - sinceMs;
  stage.say(`${size.reservations} reservations answered in ${Math.round(elapsedMs)} ms`);

  const granted = grantedIn(answers, servers.urls.length);
  stage.say(`granted by each server: ${granted.byServer.join(', ')}`);
  assert.equal(granted.ids.length, size.limit, 'as many are granted as fit');
  assert.equal(new Set(granted.ids).size, size.limit, 'each has an id of its own');
  await expectFull(connections, { user, limit: size.limit });
  await expectStored(databaseUrl, granted.ids);
  assert.deepEqual(
    servers.processes.flatMap((process) => process.bugs),
    [],
  );
  for (const connection of connections) connection.cut();
}

function reserve(user: string): HttpRequest {
  const body = { user, feature: FEATURE, amount: 1, ttl_seconds: 86_400 };
  return { method: 'POST', path: '/v1/reservations', body };
}

async function makeUser(
  connection: Connection,
  of: { readonly databaseUrl: string; readonly user: string; readonly limit: number },
): Promise<void> {
  const { user, limit } = of;
  const made = await connection.send({
    method: 'PUT',
    path: `/v1/users/${user}`,
    body: { email: 'race@example.com' },
  });
  assert.equal(made.status, 200);
  await using staff = await openStaffDoor(of.databaseUrl, systemClock);
  const amount = String(limit - FREE_MINUTES);
  await staff.boost(user, { feature: FEATURE, amount, expiresMs: null });
}

function grantedIn(
  answers: readonly Answer[],
  servers: number,
): { readonly ids: string[]; readonly byServer: number[] } {
  const ids: string[] = [];
  const byServer = Array.from({ length: servers }, () => 0);
  for (const [index, { status, body }] of answers.entries()) {
    assert.equal(status, 200, `answered ${status}: ${JSON.stringify(body)}`);
    const { granted, id, reason, duplicate } = body as ReserveBody;
    assert.equal(duplicate, false);
    if (granted) {
      assert.ok(id !== undefined);
      ids.push(id);
      byServer[index % servers]! += 1;
    } else {
      assert.equal(reason, 'quota_exceeded');
    }
  }
  return { ids, byServer };
}

/** Whichever server is asked. */
async function expectFull(
  connections: readonly Connection[],
  of: { readonly user: string; readonly limit: number },
): Promise<void> {
  for (const connection of connections) {
    const usage = await connection.send({ method: 'GET', path: `/v1/users/${of.user}/usage` });
    const { data } = usage.body as { data: { feature: string }[] };
    const balance = data.find(({ feature }) => feature === FEATURE);
    const { limit } = of;
    assert.partialDeepStrictEqual(balance, { limit, used: 0, reserved: limit, remaining: 0 });
  }
}

async function expectStored(databaseUrl: string, ids: readonly string[]): Promise<void> {
  await using database = await readDatabase(databaseUrl);
  const held = await database.rows<{ id: string }>(
    "SELECT id FROM reservations WHERE status = 'held' AND amount = 1 ORDER BY id",
  );
  assert.deepEqual(
    held.map(({ id }) => id),
    ids.toSorted(),
  );
  const [sums] = await database.rows<{ others: number; events: number }>(
    `SELECT (SELECT count(*) FROM reservations WHERE status <> 'held')::int AS others,
       (SELECT count(*) FROM usage_events)::int AS events`,
  );
  assert.deepEqual(sums, { others: 0, events: 0 });
}
