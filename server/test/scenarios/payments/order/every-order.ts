import assert from 'node:assert/strict';
import type { Random } from '../../support/random.ts';
import type { Stage } from '../../support/stage.ts';
import { openRig, type Rig } from '../support/rig.ts';
import { inTurn, liveThrough, STAGES_OF_A_LIFE, type Life, type Told } from './life.ts';
import { permutations } from './permutations.ts';
import { readStanding } from './standing.ts';

export interface EveryOrderSize {
  /** How many customers there are of each order; each meets with other chances. */
  readonly customersEach: number;
  /** How likely a customer is looked at after each of its events. */
  readonly lookChance: number;
}

/** One of many who live the same life, whose events come in an order of their own. */
interface Listener extends Life {
  readonly order: readonly number[];
  delivered: number;
}

const DUPLICATES = 0.3;
/** How likely the next event comes as soon as it exists, and not later. */
const AT_ONCE = 0.7;

/**
 * All orders of the six events of one life, each to a customer of its own: everybody lives at the
 * same time, and events come while the life goes on or when it is over. In the end all stand alike,
 * with the same history.
 */
export async function everyOrder(stage: Stage, size: EveryOrderSize): Promise<void> {
  await using rig = await openRig(await stage.newDatabase(), `every order ${stage.seed}`);
  const startMs = rig.clock.nowMs();
  const listeners = await makeListeners(rig, size);
  const told: Told[] = [];
  for (let at = 0; at < STAGES_OF_A_LIFE; at += 1) {
    told.push(await liveThrough(rig, listeners, { stage: at, startMs }));
    await inTurn(listeners, (listener) => hear(rig, listener, { told, size, ...stage }));
  }
  await rig.work();
  await expectAlike(rig, listeners);
  stage.say(`${listeners.length} customers, ${permutations(STAGES_OF_A_LIFE).length} orders`);
}

async function makeListeners(rig: Rig, { customersEach }: EveryOrderSize): Promise<Listener[]> {
  const orders = permutations(STAGES_OF_A_LIFE).flatMap((order) =>
    Array.from({ length: customersEach }, () => order),
  );
  const listeners: Listener[] = [];
  await inTurn(orders, async (order) => {
    listeners.push({ ...(await rig.customer()), subscriptionId: '', order, delivered: 0 });
  });
  return listeners;
}

interface Hearing {
  readonly told: readonly Told[];
  readonly size: EveryOrderSize;
  readonly random: Random;
}

/** Delivers what is next in the listener's order as far as it has happened. */
async function hear(rig: Rig, listener: Listener, { told, size, random }: Hearing): Promise<void> {
  const isOver = told.length === STAGES_OF_A_LIFE;
  for (;;) {
    const next = listener.order[listener.delivered];
    if (next === undefined || next >= told.length) return;
    if (!isOver && !random.chance(AT_ONCE)) return;
    const event = told[next]!.get(listener.customerId);
    assert.ok(event !== undefined, `nothing is told of stage ${next}`);
    await rig.deliver(event);
    listener.delivered += 1;
    if (random.chance(DUPLICATES)) await rig.deliver(event);
    if (random.chance(size.lookChance)) await rig.billing().projector.refresh(listener.customerId);
  }
}

async function expectAlike(rig: Rig, listeners: readonly Listener[]): Promise<void> {
  const waiting = await rig.rows(
    "SELECT id, state, reason FROM stripe_events WHERE state NOT IN ('done', 'ignored')",
  );
  assert.deepEqual(waiting, []);
  assert.deepEqual(rig.failures, []);
  const standing = await readStanding(rig);
  const first = standing.get(listeners[0]!.accountId);
  assert.equal(first?.subscriptions.length, 1);
  assert.ok(first.history.length >= STAGES_OF_A_LIFE - 2, 'the history tells of the life');
  for (const { accountId, order } of listeners) {
    assert.deepEqual(standing.get(accountId), first, `order ${order.join(' ')}`);
  }
}
