import type { Clock } from '@whisperforge/kernel/clock';
import type { CommandDependencies } from '../../../access/index.ts';
import type { PaymentGateway, Retrieval } from '../../gateway/gateway.ts';
import type { RemoteCustomer } from '../../gateway/remote.ts';
import type { Effect } from '../../projection/effect.ts';
import { reasonOf, type Obstacle } from '../../projection/obstacles/obstacle.ts';
import { faultOf, isAway, patiently } from '../patiently.ts';
import type { Difference } from './difference.ts';
import { wouldWrite } from './would-write.ts';

export interface CompareOptions {
  readonly access: CommandDependencies;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  readonly effects: readonly Effect[];
}

/** One of ours, and the live subscription that is on record. */
export interface Wanted {
  readonly customerId: string;
  readonly accountId: number;
  readonly liveId: string | null;
}

export interface Compared extends Pick<Wanted, 'customerId' | 'accountId'> {
  readonly differences: readonly Difference[];
  /** Whether a live subscription would be gone, or is nowhere to be found. */
  readonly disappears: boolean;
  /** Whether a projection would make it right; otherwise a person has to look. */
  readonly isMendable: boolean;
}

/** How a customer is on record, against what follows from what Stripe says now. */
export async function compareCustomer(
  options: CompareOptions,
  wanted: Wanted,
): Promise<Compared | null> {
  const { gateway, clock, access, effects } = options;
  const { customerId, accountId } = wanted;
  const retrieval = await patiently(() => gateway.retrieveCustomer(customerId));
  const gone = goneBecause(wanted, retrieval);
  if (retrieval.kind === 'unknown') return alone(wanted, gone ?? unknownAt(customerId));
  const { customer } = retrieval;
  const found = { accountId, customer, retrievedMs: clock.nowMs() };
  const would = await wouldWrite(access, effects, found);
  const differences = [
    ...(gone === null ? [] : [gone]),
    ...obstructions(customerId, would.obstacle),
    ...would.differences,
  ];
  if (differences.length === 0) return null;
  const disappears = gone !== null;
  const isMendable = would.differences.length > 0;
  return { customerId, accountId, differences, disappears, isMendable };
}

/** Looks once more at what differs: what was under way has arrived meanwhile. */
export async function compareTwice(
  options: CompareOptions,
  wanted: Wanted,
): Promise<Compared | null> {
  try {
    const first = await compareCustomer(options, wanted);
    return first === null ? null : await compareCustomer(options, wanted);
  } catch (error) {
    if (isAway(error)) throw error;
    return incomparable(wanted, faultOf(error));
  }
}

/** One customer with whom something is wrong does not keep the others from being compared. */
function incomparable({ customerId, accountId }: Wanted, fault: string): Compared {
  const about = `customer ${customerId}`;
  const difference = { about, what: 'cannot be compared', recorded: '', found: fault };
  const differences = [difference];
  return { customerId, accountId, differences, disappears: false, isMendable: false };
}

function goneBecause({ customerId, liveId }: Wanted, retrieval: Retrieval): Difference | null {
  if (liveId === null) return null;
  const about = `customer ${customerId}`;
  const recorded = `subscription ${liveId}`;
  if (retrieval.kind === 'unknown') {
    return { about, what: 'is unknown to Stripe', recorded, found: '' };
  }
  if (retrieval.kind === 'deleted') {
    return { about, what: 'is deleted at Stripe', recorded, found: '' };
  }
  if (knows(retrieval.customer, liveId)) return null;
  return { about, what: 'has not got the subscription', recorded, found: '' };
}

function knows({ subscriptions }: RemoteCustomer, subscriptionId: string): boolean {
  return subscriptions.some(({ id }) => id === subscriptionId);
}

function unknownAt(customerId: string): Difference {
  const about = `customer ${customerId}`;
  return { about, what: 'is unknown to Stripe', recorded: 'no subscription', found: '' };
}

function obstructions(customerId: string, obstacle: Obstacle | null): Difference[] {
  if (obstacle === null) return [];
  if (obstacle.kind === 'prices_unknown') return obstacle.priceIds.map(unknownPrice);
  const about = `customer ${customerId}`;
  return [{ about, what: 'needs a person', recorded: '', found: reasonOf(obstacle) }];
}

function unknownPrice(priceId: string): Difference {
  return { about: `price ${priceId}`, what: 'is of no plan', recorded: '', found: 'sold' };
}

function alone({ customerId, accountId, liveId }: Wanted, difference: Difference): Compared {
  return {
    customerId,
    accountId,
    differences: [difference],
    disappears: liveId !== null,
    isMendable: false,
  };
}
