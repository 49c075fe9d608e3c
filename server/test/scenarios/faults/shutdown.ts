import assert from 'node:assert/strict';
import { randomText } from '@whisperforge/kernel/ids';
import { eventually } from '../../support/eventually.ts';
import { connectTo } from '../support/connection.ts';
import { holdBalances } from '../support/held-balances.ts';
import { FREE_USERS } from '../support/load-users.ts';
import { startLoad } from '../support/load.ts';
import { pause } from '../support/pause.ts';
import { spawnServer, type ServerProcess } from '../support/server-process.ts';
import type { Stage } from '../support/stage.ts';
import { expectTruth } from '../support/truth.ts';

export interface ShutdownSize {
  readonly stops: number;
  readonly workers: number;
}

const LONGEST_DELAY_MS = 20;
const IN_FLIGHT = 8;

/**
 * The server is told to stop under load, again and again, as a roll-out does it: the next one
 * serves already. Each ends by itself with exit code 0, answers what it had begun, and all that
 * was acknowledged is there once, and no other.
 */
export async function shutdown(stage: Stage, size: ShutdownSize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using servers = new AsyncDisposableStack();
  const spawn = (): ServerProcess => servers.use(spawnServer({ databaseUrl, secretKey }));
  let current = spawn();
  const load = await startLoad({
    databaseUrl,
    secretKey,
    random: stage.random.fork(),
    workers: size.workers,
    where: () => current.serving,
    isPassing: () => false,
  });
  try {
    for (let stop = 1; stop <= size.stops; stop += 1) {
      const old = current;
      const next = spawn();
      await next.serving;
      await load.afterMore(stage.random.between(20, 200));
      current = next;
      await pause(stage.random.between(0, LONGEST_DELAY_MS));
      old.signal('SIGTERM');
      assert.deepEqual(await old.ended, { code: 0, signal: null });
      assert.deepEqual(old.bugs, []);
      stage.say(`stop ${stop} of ${size.stops}, ${load.ledger.acknowledged} acknowledged`);
    }
    await load.afterMore(20);
  } finally {
    await load.finish();
  }
  await expectTruth(databaseUrl, load.ledger);
  await expectInFlightAnswered({ server: current, databaseUrl, secretKey });
}

/**
 * Requests that are certainly under way, because somebody else holds the rows that they need, when
 * the signal comes: all are answered, and whoever comes now is refused.
 */
async function expectInFlightAnswered(of: {
  readonly server: ServerProcess;
  readonly databaseUrl: string;
  readonly secretKey: string;
}): Promise<void> {
  const { server, databaseUrl, secretKey } = of;
  const url = await server.serving;
  const connections = await Promise.all(
    Array.from({ length: IN_FLIGHT }, () => connectTo(url, secretKey)),
  );
  const user = FREE_USERS[0]!;
  await using held = await holdBalances(databaseUrl, user);
  const body = { user, event: 'api_call', amount: 1 };
  const answers = connections.map((connection) =>
    connection.send({ method: 'POST', path: '/v1/track', body }),
  );
  await held.waitedForBy(1);
  server.signal('SIGTERM');
  await refused(url);
  await held.release();
  for (const { status, headers } of await Promise.all(answers)) {
    assert.equal(status, 200);
    assert.equal(headers.get('connection'), 'close');
  }
  assert.deepEqual(await server.ended, { code: 0, signal: null });
}

/** Resolves when nobody listens at the address any more. */
async function refused(url: string): Promise<void> {
  await eventually(async () => {
    try {
      (await connectTo(url, '')).cut();
      return false;
    } catch (error) {
      assert.match(error instanceof Error ? error.message : '', /ECONNREFUSED/);
      return true;
    }
  });
}
