import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@whisperforge/kernel/clock';
import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { CommandDependencies } from '../../access/index.ts';
import { findAccountOfCustomer, noteStripeCustomer } from '../../accounts/index.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RemoteCustomer } from '../gateway/remote.ts';
import {
  failLease,
  findWaiting,
  leaseDue,
  leaseOne,
  lockLease,
  settleLease,
  type Lease,
} from '../inbox/store.ts';
import { adoptCustomer, refuse, refuseSeveral, type Adopter } from './adopt.ts';
import { retryWaitMs } from './decide-retry.ts';
import type { Effect } from './effect.ts';
import { project } from './project.ts';

export interface ProjectorOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly access: CommandDependencies;
  readonly clock: Clock;
  readonly effects: readonly Effect[];
  /** Told of each failure, for the log. */
  readonly onFailure?: (failure: ProjectionFailure) => void;
}

export interface ProjectionFailure {
  readonly customerId: string;
  readonly attempt: number;
  readonly isGivenUp: boolean;
  readonly error: unknown;
}

export interface Projector {
  /**
   * Reads a customer and writes what follows, now. `busy` where somebody else is at it, after whom
   * the customer is looked at once more; throws what the read or the write throws.
   */
  refresh(customerId: string): Promise<'projected' | 'busy'>;
  /**
   * The same for a customer that was at Stripe before, who becomes the account's in the same
   * transaction; whole or not at all, where it throws.
   */
  adopt(customerId: string, accountId: number): Promise<'projected' | 'busy'>;
  /** Does the same for some of those that are due; answers how many were under way. */
  work(signal: AbortSignal): Promise<number>;
}

const CUSTOMERS_AT_ONCE = 8;
/** How long those that are due wait at most for the slow ones that were taken before them. */
const PATIENCE_MS = 100;

export function createProjector(options: ProjectorOptions): Projector {
  const { database } = options;
  const underWay = new Set<Promise<void>>();
  const begin = (lease: Lease): void => {
    const look = lookAt(options, lease)
      .catch(() => undefined)
      .finally(() => underWay.delete(look));
    underWay.add(look);
  };
  const lookNow = async (customerId: string, adopter?: Adopter): Promise<'projected' | 'busy'> => {
    const lease = await database.transaction((tx) => leaseOne(tx, customerId));
    if (lease === undefined) return 'busy';
    await lookAt(options, lease, adopter);
    return 'projected';
  };
  return {
    refresh: (customerId) => lookNow(customerId),
    adopt: (customerId, accountId) => lookNow(customerId, { accountId }),
    async work(signal) {
      const free = CUSTOMERS_AT_ONCE - underWay.size;
      try {
        if (!signal.aborted && free > 0) {
          const leases = await database.transaction((tx) => leaseDue(tx, free));
          for (const lease of leases) begin(lease);
        }
      } catch (error) {
        await Promise.all(underWay);
        throw error;
      }
      const taken = underWay.size;
      await untilDone(underWay, signal);
      return taken;
    },
  };
}

/** Of customers that take long, others are not kept waiting; whoever stops waits for all. */
async function untilDone(underWay: ReadonlySet<Promise<void>>, signal: AbortSignal): Promise<void> {
  if (underWay.size === 0) return;
  const all = Promise.all(underWay);
  const waiting = new AbortController();
  const enough = AbortSignal.any([signal, waiting.signal]);
  const patience = wait(PATIENCE_MS, undefined, { signal: enough }).catch(() => undefined);
  await Promise.race([all, patience]);
  waiting.abort();
  if (signal.aborted) await all;
}

/** What is wrong with a customer until somebody acts; another look would find the same. */
class Unresolvable extends Error {
  override readonly name = 'Unresolvable';
}

async function lookAt(options: ProjectorOptions, lease: Lease, adopter?: Adopter): Promise<void> {
  const { database, clock } = options;
  // Before the retrieval: what comes in while it is under way may not be answered by it.
  const waiting = await findWaiting(database, lease.customerId);
  const eventIds = waiting.map(({ id }) => id);
  try {
    await retrieveAndProject(options, { lease, eventIds, adopter });
  } catch (error) {
    const retryMs = error instanceof Unresolvable ? null : retryWaitMs(lease.attempts);
    const { customerId, attempts: attempt } = lease;
    options.onFailure?.({ customerId, attempt, isGivenUp: retryMs === null, error });
    await database.transaction((tx) =>
      failLease(tx, { lease, error: describe(error), retryMs, eventIds, nowMs: clock.nowMs() }),
    );
    throw error;
  }
}

interface Look {
  readonly lease: Lease;
  readonly eventIds: readonly string[];
  readonly adopter: Adopter | undefined;
}

async function retrieveAndProject(options: ProjectorOptions, look: Look): Promise<void> {
  const { gateway, clock, database } = options;
  const { customerId } = look.lease;
  const retrieval = await gateway.retrieveCustomer(customerId);
  const retrievedMs = clock.nowMs();
  if (retrieval.kind === 'unknown') {
    if (look.adopter !== undefined) refuse('Stripe does not know it any more');
    // Nobody is canceled for it: it may be the wrong account of Stripe, or an emptied sandbox.
    throw new Unresolvable(`Stripe knows no customer ${customerId}`);
  }
  const { adopter } = look;
  const accountId = adopter?.accountId ?? (await findAccount(options, customerId, retrieval));
  if (accountId === undefined) {
    return database.transaction(async (tx) => {
      if (!(await lockLease(tx, look.lease))) return;
      const reason = 'the customer is no account of ours';
      await settleLease(tx, { ...look, accountId: null, state: 'ignored', reason, retrievedMs });
    });
  }
  const outcome = await project(options.access, {
    accountId,
    customer: retrieval.customer,
    retrievedMs,
    effects: adopter === undefined ? options.effects : [refuseSeveral, ...options.effects],
    isImport: adopter !== undefined,
    async claim(tx) {
      if (!(await lockLease(tx, look.lease))) return false;
      if (adopter !== undefined) await adoptCustomer(tx, adopter, retrieval.customer, retrievedMs);
      return true;
    },
    async finish(tx, written) {
      if (adopter !== undefined && written.kind === 'prices_unknown') {
        refuse(unknownPrices(written.priceIds));
      }
      const ending =
        written.kind === 'projected'
          ? ({ state: 'done', reason: null } as const)
          : ({ state: 'failed', reason: unknownPrices(written.priceIds) } as const);
      await settleLease(tx, { ...look, ...ending, accountId, retrievedMs });
    },
  });
  if (outcome.kind !== 'prices_unknown') return;
  const error = new Unresolvable(unknownPrices(outcome.priceIds));
  options.onFailure?.({ customerId, attempt: look.lease.attempts, isGivenUp: true, error });
}

function unknownPrices(priceIds: readonly string[]): string {
  return `no plan has the prices ${priceIds.join(', ')}`;
}

/** By what was noted, or else by what the customer's own metadata say. */
async function findAccount(
  { database, clock }: ProjectorOptions,
  customerId: string,
  retrieval: { readonly customer: RemoteCustomer },
): Promise<number | undefined> {
  const known = await findAccountOfCustomer(database, customerId);
  if (known !== undefined) return known;
  const named = retrieval.customer.metadata['account_id'];
  if (named === undefined || !/^[1-9]\d{0,15}$/.test(named)) return undefined;
  const accountId = Number(named);
  const noted = await database.transaction((tx) =>
    noteStripeCustomer(tx, { accountId, stripeCustomerId: customerId, nowMs: clock.nowMs() }),
  );
  return noted === customerId ? accountId : undefined;
}

const LONGEST_ERROR = 1_000;

function describe(error: unknown): string {
  const text =
    error instanceof AppError
      ? `${error.code}: ${error.message}`
      : error instanceof Error
        ? error.message
        : String(error);
  assert(text !== '', 'a failure has a reason');
  return text.slice(0, LONGEST_ERROR);
}
