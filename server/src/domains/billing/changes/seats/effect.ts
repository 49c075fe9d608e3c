import { assert } from '@whisperforge/kernel/assert';
import { units } from '@whisperforge/kernel/quantity';
import { planVersion } from '../../../plans/index.ts';
import { isServed } from '../../../subscriptions/index.ts';
import type { Effect, Projection } from '../../projection/effect.ts';
import { countSeatGrants, endSeatGrant, findSeatGrant, insertSeatGrant } from './store.ts';

interface Seats {
  readonly subscriptionId: string;
  readonly feature: string;
  readonly seats: number;
}

/** Keeps the seats that are paid for beyond the included ones as a boost of the plan's level. */
export const grantSeats: Effect = async (projection) => {
  const { access, retrievedMs: nowMs } = projection;
  const { tx, account } = access;
  const wanted = wantedSeats(projection);
  const granted = await findSeatGrant(tx, account.id);
  if (granted !== undefined && isSame(granted, wanted)) return;
  if (granted !== undefined) {
    await access.endGrant(granted.grantId);
    await endSeatGrant(tx, account.id, nowMs);
  }
  if (wanted === undefined) return;
  const { subscriptionId, feature, seats } = wanted;
  // The same number may come again, so that the number alone is no source.
  const ordinal = (await countSeatGrants(tx, subscriptionId)) + 1;
  const grantId = await access.grant({
    kind: 'boost',
    feature,
    amount: units(seats),
    expiresMs: null,
    source: 'stripe_seats',
    sourceId: `${subscriptionId}:${ordinal}`,
  });
  assert(grantId !== null, 'each grant of seats has a source of its own');
  await insertSeatGrant(tx, { ...wanted, accountId: account.id, grantId }, nowMs);
};

/** Only while it is served: one that is unpaid or over has no seats beyond those of its plan. */
function wantedSeats({ access, subscription }: Projection): Seats | undefined {
  if (subscription === null || subscription.extraSeats === 0) return undefined;
  const { state, extraSeats: seats, remote } = subscription;
  if (state.endedMs !== null || !isServed(state.status)) return undefined;
  const { extraSeat } = planVersion(access.catalog, state.planId);
  if (extraSeat === null) return undefined;
  return { subscriptionId: remote.id, feature: extraSeat.feature, seats };
}

function isSame(granted: Seats, wanted: Seats | undefined): boolean {
  return (
    wanted !== undefined &&
    granted.subscriptionId === wanted.subscriptionId &&
    granted.feature === wanted.feature &&
    granted.seats === wanted.seats
  );
}
