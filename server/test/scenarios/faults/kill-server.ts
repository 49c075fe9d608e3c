import assert from 'node:assert/strict';
import { randomText } from '@whisperforge/kernel/ids';
import { describeLedger } from '../support/ledger.ts';
import { startLoad } from '../support/load.ts';
import { pause } from '../support/pause.ts';
import { superviseServer } from '../support/supervised-server.ts';
import type { Stage } from '../support/stage.ts';
import { expectTruth } from '../support/truth.ts';

export interface KillServerSize {
  readonly kills: number;
  readonly workers: number;
}

/** How many requests are acknowledged between one kill and the next. */
const LEAST_BETWEEN = 20;
const MOST_BETWEEN = 400;
const LONGEST_DELAY_MS = 20;

/**
 * The server is killed at random points while it works and while it starts; callers send what was
 * not acknowledged again. In the end every acknowledged deed is there once, and no other.
 */
export async function killServer(stage: Stage, size: KillServerSize): Promise<void> {
  const databaseUrl = await stage.newDatabase();
  const secretKey = `wf_test_${randomText(40)}`;
  await using server = await superviseServer({ databaseUrl, secretKey });
  const load = await startLoad({
    databaseUrl,
    secretKey,
    random: stage.random.fork(),
    workers: size.workers,
    where: () => server.url(),
    // The database is well, so there is no reason for the server to put anybody off.
    isPassing: () => false,
  });
  try {
    for (let kill = 1; kill <= size.kills; kill += 1) {
      await load.afterMore(stage.random.between(LEAST_BETWEEN, MOST_BETWEEN));
      await pause(stage.random.between(0, LONGEST_DELAY_MS));
      await server.kill(stage.random);
      stage.say(`kill ${kill} of ${size.kills}, ${load.ledger.acknowledged} acknowledged`);
    }
    await load.afterMore(MOST_BETWEEN);
  } finally {
    await load.finish();
  }
  await expectTruth(databaseUrl, load.ledger);
  stage.say(describeLedger(load.ledger));
  assert.deepEqual(server.bugs, []);
}
