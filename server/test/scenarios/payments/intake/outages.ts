import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { startCluster } from '../../support/cluster.ts';
import { readDatabase } from '../../support/database-reader.ts';
import { pause } from '../../support/pause.ts';
import type { Random } from '../../support/random.ts';
import { spawnServer } from '../../support/server-process.ts';
import type { Stage } from '../../support/stage.ts';
import { signed } from '../support/signed.ts';

export interface OutagesSize {
  readonly kills: number;
  readonly senders: number;
  /** How many are acknowledged between two kills, and after the last. */
  readonly between: number;
}

const SECRET = 'whsec_outages';
const CUSTOMERS = 50;
const AGAIN_MS = 20;
const LONGEST_DELAY_MS = 50;

/**
 * Postgres is killed at random points while Stripe tells: every event that a 200 was answered for
 * is kept, and kept once. Whatever else is answered is a 503, after which it is told again.
 */
export async function intakeOutages(stage: Stage, size: OutagesSize): Promise<void> {
  const { random } = stage;
  await using cluster = await startCluster();
  await using server = spawnServer({
    databaseUrl: cluster.url,
    secretKey: `wf_test_${randomText(40)}`,
    env: { STRIPE_WEBHOOK_SECRET: SECRET, STRIPE_SECRET_KEY: 'sk_test_outages' },
  });
  const load = startTelling(await server.serving, { senders: size.senders, random });
  try {
    for (let kill = 0; kill < size.kills; kill += 1) {
      await load.afterMore(size.between);
      await pause(random.between(0, LONGEST_DELAY_MS));
      await cluster.killPostmaster();
    }
    await load.afterMore(size.between);
  } finally {
    await load.finish();
  }
  await expectKept(cluster.url, load);
  assert.deepEqual([...load.refusals.keys()], size.kills > 0 ? ['503'] : []);
  assert.deepEqual(server.bugs, []);
  const refused = load.refusals.get('503') ?? 0;
  stage.say(`${load.acknowledged.size} events kept, ${refused} times 503, ${size.kills} kills`);
}

interface Telling {
  readonly acknowledged: ReadonlySet<string>;
  /** Those of whose fate nobody was told at the end. */
  readonly unanswered: ReadonlySet<string>;
  /** How often each answer was given that is not a 200. */
  readonly refusals: ReadonlyMap<string, number>;
  afterMore(count: number): Promise<void>;
  finish(): Promise<void>;
}

function startTelling(
  url: string,
  { senders, random }: { readonly senders: number; readonly random: Random },
): Telling {
  const acknowledged = new Set<string>();
  const unanswered = new Set<string>();
  const refusals = new Map<string, number>();
  let isOver = false;
  const tell = async (draw: Random): Promise<void> => {
    while (!isOver) {
      const event = eventOf(draw);
      unanswered.add(event.id);
      // As Stripe does: the same event again until it is taken.
      while (!isOver) {
        const status = await post(url, event);
        if (status === '200') {
          acknowledged.add(event.id);
          unanswered.delete(event.id);
          break;
        }
        refusals.set(status, (refusals.get(status) ?? 0) + 1);
        await pause(AGAIN_MS);
      }
    }
  };
  const telling = Promise.all(Array.from({ length: senders }, () => tell(random.fork())));
  return {
    acknowledged,
    unanswered,
    refusals,
    async afterMore(count) {
      const upTo = acknowledged.size + count;
      while (acknowledged.size < upTo) await Promise.race([pause(AGAIN_MS), telling]);
    },
    async finish() {
      isOver = true;
      await telling;
    },
  };
}

function eventOf(draw: Random) {
  const customer = `cus_${draw.between(1, CUSTOMERS)}`;
  return {
    id: `evt_${randomText(24)}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(systemClock.nowMs() / 1_000),
    data: { object: { id: `in_${randomText(24)}`, object: 'invoice', customer } },
    livemode: false,
    type: 'invoice.paid',
  };
}

async function post(url: string, event: unknown): Promise<string> {
  const { body, header } = signed(event, { secret: SECRET });
  const answer = await fetch(`${url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': header },
    body,
  });
  await answer.arrayBuffer();
  return String(answer.status);
}

/** Each that was acknowledged, its customer due; and nothing that was never told. */
async function expectKept(
  databaseUrl: string,
  { acknowledged, unanswered }: Pick<Telling, 'acknowledged' | 'unanswered'>,
): Promise<void> {
  await using reader = await readDatabase(databaseUrl);
  const rows = await reader.rows<{ id: string; is_due: boolean }>(
    `SELECT event.id, customer.due_at IS NOT NULL AS is_due FROM stripe_events event
     LEFT JOIN billing_customers customer USING (stripe_customer_id)`,
  );
  const kept = new Map(rows.map(({ id, is_due: isDue }) => [id, isDue]));
  assert.equal(kept.size, rows.length, 'each is kept once');
  const lost = [...acknowledged].filter((id) => kept.get(id) !== true);
  assert.deepEqual(lost, [], 'what was acknowledged is kept, and its customer is due');
  const foreign = [...kept.keys()].filter((id) => !acknowledged.has(id) && !unanswered.has(id));
  assert.deepEqual(foreign, [], 'nothing else is kept');
}
