import assert from 'node:assert/strict';
import { pause } from '../../support/pause.ts';
import type { Random } from '../../support/random.ts';
import type { SupervisedServer } from '../../support/supervised-server.ts';
import { endLeases, endWaits } from '../support/leases.ts';
import type { Rig } from '../support/rig.ts';
import type { Delivery } from './delivery.ts';

export interface Killing {
  readonly kills: number;
  readonly random: Random;
  readonly delivery: Delivery;
  readonly among: number;
}

const LONGEST_DELAY_MS = 50;

/** Strikes at random points while so many events are on their way. */
export async function killAmong(
  rig: Rig,
  servers: readonly SupervisedServer[],
  { kills, random, delivery, among }: Killing,
): Promise<void> {
  const from = delivery.delivered;
  const points = Array.from({ length: kills }, () => random.between(0, among - 1)).toSorted(
    (one, another) => one - another,
  );
  // The next may be struck while the last is still starting, and sometimes nobody serves.
  const starting = new Map<SupervisedServer, Promise<void>>();
  for (const point of points) {
    while (delivery.delivered < from + point) await pause(5);
    await pause(random.between(0, LONGEST_DELAY_MS));
    const victim = random.pick(servers);
    await starting.get(victim);
    starting.set(victim, victim.kill(random.fork()));
    // Whoever was killed holds its leases no longer; the other loses its own, too.
    await endLeases(rig);
  }
  await Promise.all(starting.values());
}

const LONGEST_WORK_MS = 1_800_000;

/** Nothing that was told waits any longer. */
export async function workedOff(rig: Rig): Promise<void> {
  const endMs = performance.now() + LONGEST_WORK_MS;
  for (;;) {
    const waiting = await rig.rows(
      `SELECT FROM billing_customers WHERE due_at IS NOT NULL
       UNION ALL SELECT FROM stripe_events WHERE state = 'stored' LIMIT 1`,
    );
    if (waiting.length === 0) return;
    assert.ok(performance.now() < endMs, 'what was told is worked off in time');
    await endWaits(rig);
    await pause(20);
  }
}
