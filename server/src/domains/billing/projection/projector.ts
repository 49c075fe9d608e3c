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
   * Reads a customer and writes what follows, now. `busy` where somebody else is at it, who will
   * look again where anything was told since; throws what the read or the write throws.
   */
  refresh(customerId: string): Promise<'projected' | 'busy'>;
  /** Does the same for some of those that are due; answers how many it took. */
  work(signal: AbortSignal): Promise<number>;
}

const CUSTOMERS_AT_ONCE = 8;

export function createProjector(options: ProjectorOptions): Projector {
  const { database } = options;
  return {
    async refresh(customerId) {
      const lease = await database.transaction((tx) => leaseOne(tx, customerId));
      if (lease === undefined) return 'busy';
      await lookAt(options, lease);
      return 'projected';
    },
    async work(signal) {
      if (signal.aborted) return 0;
      const leases = await database.transaction((tx) => leaseDue(tx, CUSTOMERS_AT_ONCE));
      await Promise.all(leases.map((lease) => lookAt(options, lease).catch(() => undefined)));
      return leases.length;
    },
  };
}

/** What is wrong with a customer until somebody acts; another look would find the same. */
class Unresolvable extends Error {
  override readonly name = 'Unresolvable';
}

async function lookAt(options: ProjectorOptions, lease: Lease): Promise<void> {
  const { database, clock } = options;
  // Before the retrieval: what comes in while it is under way may not be answered by it.
  const waiting = await findWaiting(database, lease.customerId);
  const eventIds = waiting.map(({ id }) => id);
  try {
    await retrieveAndProject(options, { lease, eventIds });
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
}

async function retrieveAndProject(options: ProjectorOptions, look: Look): Promise<void> {
  const { gateway, clock, database } = options;
  const { customerId } = look.lease;
  const retrieval = await gateway.retrieveCustomer(customerId);
  const retrievedMs = clock.nowMs();
  if (retrieval.kind === 'unknown') {
    // Nobody is canceled for it: it may be the wrong account of Stripe, or an emptied sandbox.
    throw new Unresolvable(`Stripe knows no customer ${customerId}`);
  }
  const accountId = await findAccount(options, customerId, retrieval);
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
    effects: options.effects,
    claim: (tx) => lockLease(tx, look.lease),
    async finish(tx, written) {
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
