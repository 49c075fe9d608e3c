import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import type { Answer, Connection, HttpRequest } from '../support/connection.ts';
import { readDatabase } from '../support/database-reader.ts';
import { holdBalances } from '../support/held-balances.ts';
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
/** How many times the limit is asked for by those who wait for their answers. */
const IN_TURN = 3;

interface ReserveBody {
  readonly granted: boolean;
  readonly id?: string;
  readonly reason?: string;
  readonly duplicate: boolean;
}

/**
 * Everybody reserves one minute, in several processes: exactly as many are granted as the limit
 * says, and the balance says so afterwards. Once all at the same instant, and once with each caller
 * waiting for one answer before the next request, where the processes take more turns.
 */
export async function reservationsRace(stage: Stage, size: RaceSize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using servers = await startServers(size.servers, { databaseUrl, secretKey });
  const connections = await servers.connect(CONNECTIONS_EACH);
  const race = { connections, databaseUrl, size };
  await expectRace(stage, { ...race, user: 'race-at-once', run: allAtOnce });
  await expectRace(stage, { ...race, user: 'race-in-turn', run: inTurn });
  assert.deepEqual(
    servers.processes.flatMap((process) => process.bugs),
    [],
  );
  for (const connection of connections) connection.cut();
}

interface Race {
  readonly connections: readonly Connection[];
  readonly databaseUrl: string;
  readonly size: RaceSize;
  readonly user: string;
}

interface Reserved {
  readonly server: number;
  readonly answer: Answer;
}

async function expectRace(
  stage: Stage,
  race: Race & { readonly run: (race: Race) => Promise<Reserved[]> },
): Promise<void> {
  const { connections, databaseUrl, size, user } = race;
  await makeUser(connections[0]!, { databaseUrl, user, limit: size.limit });
  const sinceMs = performance.now();
  const reserved = await race.run(race);
  const elapsedMs = Math.round(performance.now() - sinceMs);
  const granted = grantedIn(reserved, size.servers);
  const shares = granted.byServer.join(', ');
  stage.say(`${user}: ${reserved.length} answered in ${elapsedMs} ms, granted: ${shares}`);
  assert.equal(granted.ids.length, size.limit, 'as many are granted as fit');
  assert.equal(new Set(granted.ids).size, size.limit, 'each has an id of its own');
  await expectFull(connections, { user, limit: size.limit });
  await expectStored(databaseUrl, { user, ids: granted.ids });
}

/** Nobody gets ahead: every server is at the balance, with all requests sent, when it is let go. */
async function allAtOnce({ connections, databaseUrl, size, user }: Race): Promise<Reserved[]> {
  await using held = await holdBalances(databaseUrl, user);
  const sent = Array.from({ length: size.reservations }, async (_, index) => ({
    server: index % size.servers,
    answer: await connections[index % connections.length]!.send(reserve(user)),
  }));
  await held.waitedForBy(size.servers);
  await held.release();
  return await Promise.all(sent);
}

async function inTurn({ connections, size, user }: Race): Promise<Reserved[]> {
  const each = Math.ceil((size.limit * IN_TURN) / connections.length);
  const reserved = connections.map(async (connection, index) => {
    const own: Reserved[] = [];
    for (let count = 0; count < each; count += 1) {
      own.push({ server: index % size.servers, answer: await connection.send(reserve(user)) });
    }
    return own;
  });
  return (await Promise.all(reserved)).flat();
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
  const opened = await connection.send({ method: 'GET', path: `/v1/users/${user}/usage` });
  assert.equal(opened.status, 200);
  await using staff = await openStaffDoor(of.databaseUrl, systemClock);
  const amount = String(limit - FREE_MINUTES);
  await staff.boost(user, { feature: FEATURE, amount, expiresMs: null });
}

function grantedIn(
  reserved: readonly Reserved[],
  servers: number,
): { readonly ids: string[]; readonly byServer: number[] } {
  const ids: string[] = [];
  const byServer = Array.from({ length: servers }, () => 0);
  for (const { server, answer } of reserved) {
    const { status, body } = answer;
    assert.equal(status, 200, `answered ${status}: ${JSON.stringify(body)}`);
    const { granted, id, reason, duplicate } = body as ReserveBody;
    assert.equal(duplicate, false);
    if (granted) {
      assert.ok(id !== undefined);
      ids.push(id);
      byServer[server]! += 1;
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

async function expectStored(
  databaseUrl: string,
  of: { readonly user: string; readonly ids: readonly string[] },
): Promise<void> {
  await using database = await readDatabase(databaseUrl);
  const stored = await database.rows<{ id: string; status: string }>(
    `SELECT r.id, r.status FROM reservations r JOIN users u ON u.id = r.user_id
     WHERE u.external_id = $1 ORDER BY r.id`,
    [of.user],
  );
  assert.deepEqual(
    stored,
    of.ids.toSorted().map((id) => ({ id, status: 'held' })),
  );
}
