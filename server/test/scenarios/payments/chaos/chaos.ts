import assert from 'node:assert/strict';
import { systemClock } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { DAY_MS } from '@whisperforge/kernel/period';
import { pause } from '../../support/pause.ts';
import type { Random } from '../../support/random.ts';
import type { Stage } from '../../support/stage.ts';
import { superviseServer, type SupervisedServer } from '../../support/supervised-server.ts';
import { inTurn } from '../order/life.ts';
import { endLeases, endWaits } from '../support/leases.ts';
import { KEY, openRig, SECRET, type Customer, type Rig } from '../support/rig.ts';
import { expectSameAsStripe } from './compare.ts';
import { createDelivery, deliverTo, scatter, type Delivery } from './delivery.ts';
import { DAYS, live, STRETCHES, type Life } from './lives.ts';
import { expectOnce, watchSubscriptions } from './once.ts';

export interface ChaosSize {
  readonly customers: number;
  readonly kills: number;
  /** Finds what was never told; each customer is looked at where nothing is said. */
  readonly reconcile?: (rig: Rig, customers: readonly Customer[]) => Promise<void>;
}

const WAY = { lost: 0.1, twice: 0.3 };
const LONGEST_DELAY_MS = 50;

/**
 * Many customers live, Stripe tells of it in any order, twice or not at all, and two servers that
 * take it in and work it off are killed at random points. In the end everything on record is as
 * Stripe lists it, what was acknowledged is there, and every effect has happened once.
 */
export async function chaos(stage: Stage, size: ChaosSize): Promise<void> {
  const { random } = stage;
  const databaseUrl = await stage.newDatabase();
  const startMs = systemClock.nowMs() - (DAYS + 1) * DAY_MS;
  await using rig = await openRig(databaseUrl, `chaos ${stage.seed}`, startMs);
  await watchSubscriptions(rig);
  const lives: Life[] = [];
  await inTurn(Array.from({ length: size.customers }), async () => {
    lives.push({ ...(await rig.customer()), subscriptionId: null });
  });
  const options = {
    databaseUrl,
    secretKey: `wf_test_${randomText(40)}`,
    role: 'all',
    env: {
      STRIPE_SECRET_KEY: KEY,
      STRIPE_API_BASE: rig.sandbox.url,
      STRIPE_WEBHOOK_SECRET: SECRET,
    },
  } as const;
  await using one = await superviseServer(options);
  await using other = await superviseServer(options);
  const servers = [one, other];
  const delivery = createDelivery();
  const beganMs = performance.now();
  let told = 0;
  let sending = 0;
  for (const [number] of STRETCHES.entries()) {
    const events = await live(rig, lives, { number, random });
    const sent = scatter(events, random, WAY);
    told += events.length;
    const sentMs = performance.now();
    const kills = Math.ceil(size.kills / STRETCHES.length);
    const killing = kill(rig, servers, { kills, random, delivery, among: sent.length });
    await deliverTo(servers, sent, { delivery, random });
    await killing;
    await workedOff(rig);
    sending += performance.now() - sentMs;
    stage.say(`${told} events told, ${delivery.delivered} deliveries`);
  }
  await expectKept(rig, delivery);
  await (size.reconcile ?? lookAtAll)(rig, lives);
  const compared = await expectSameAsStripe(rig, lives);
  const effects = await expectOnce(rig);
  const bugs = servers.flatMap((server) => server.bugs);
  assert.deepEqual(bugs.slice(0, 1), [], `${bugs.length} faults that were not foreseen`);
  const perSecond = (delivery.delivered / sending) * 1_000;
  stage.say(
    `${size.customers} customers, ${told} events, ${delivery.delivered} deliveries worked off at ` +
      `${perSecond.toFixed(0)} a second, ${compared.subscriptions} subscriptions and ` +
      `${compared.invoices} invoices compared, ${effects} effects, ` +
      `${((performance.now() - beganMs) / 1_000).toFixed(0)} s`,
  );
}

interface Killing {
  readonly kills: number;
  readonly random: Random;
  readonly delivery: Delivery;
  readonly among: number;
}

/** Strikes at random points while so many events are on their way. */
async function kill(
  rig: Rig,
  servers: readonly SupervisedServer[],
  { kills, random, delivery, among }: Killing,
): Promise<void> {
  const from = delivery.delivered;
  const points = Array.from({ length: kills }, () => random.between(0, among - 1)).toSorted(
    (one, another) => one - another,
  );
  for (const point of points) {
    while (delivery.delivered < from + point) await pause(5);
    await pause(random.between(0, LONGEST_DELAY_MS));
    await random.pick(servers).kill(random);
    // Whoever was killed holds its leases no longer; the other loses its own, too.
    await endLeases(rig);
  }
}

const LONGEST_WORK_MS = 1_800_000;

/** Nothing that was told waits any longer. */
async function workedOff(rig: Rig): Promise<void> {
  const endMs = performance.now() + LONGEST_WORK_MS;
  for (;;) {
    const due = await rig.rows('SELECT 1 FROM billing_customers WHERE due_at IS NOT NULL LIMIT 1');
    if (due.length === 0) return;
    assert.ok(performance.now() < endMs, 'what was told is worked off in time');
    await endWaits(rig);
    await pause(20);
  }
}

async function expectKept(rig: Rig, { acknowledged }: Delivery): Promise<void> {
  const kept = await rig.rows<{ id: string; state: string }>('SELECT id, state FROM stripe_events');
  const states = new Map(kept.map(({ id, state }) => [id, state]));
  const missing = [...acknowledged].filter((id) => states.get(id) !== 'done');
  assert.deepEqual(missing, [], 'what was acknowledged is kept and handled');
}

async function lookAtAll(rig: Rig, customers: readonly Customer[]): Promise<void> {
  const { projector } = rig.billing();
  await inTurn(customers, ({ customerId }) => projector.refresh(customerId));
}
