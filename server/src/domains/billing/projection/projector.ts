import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@whisperforge/kernel/clock';
import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { forgetStripeCustomer } from '../../accounts/index.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Bell } from '../../../platform/jobs.ts';
import type { CommandDependencies } from '../../access/index.ts';
import type { RemoteRefund } from '../gateway/adjustments.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RemoteCustomer } from '../gateway/remote.ts';
import { whileKept } from '../inbox/keep-lease.ts';
import {
  failLease,
  findWaiting,
  leaseDue,
  leaseOne,
  lockLease,
  settleLease,
  type Lease,
  type WaitingEvent,
} from '../inbox/store-leases.ts';
import { adoptCustomer, refuse, refuseSeveral, type Adopter } from './adopt.ts';
import { retryWaitMs } from './decide-retry.ts';
import type { Effect } from './effect.ts';
import { findOwner, type Owner } from './find-account.ts';
import { reasonOf } from './obstacles/obstacle.ts';
import { tellStaff } from './obstacles/tell-staff.ts';
import { project } from './project.ts';
import { noteForeignRefunds, readRefunds } from './refunds/foreign-refunds.ts';

export interface ProjectorOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly access: CommandDependencies;
  readonly clock: Clock;
  readonly effects: readonly Effect[];
  /** Told of each failure, for the log. */
  readonly onFailure?: (failure: ProjectionFailure) => void;
  /** Rung where a customer has become due. */
  readonly bell?: Bell;
  /** Whether anybody of the staff is to be told of what needs a person. */
  readonly hasStaff?: boolean;
  /** For how long a customer is taken at a time; 30 seconds. */
  readonly leaseMs?: number;
  /** For how long Stripe may take to answer before another may try; five minutes. */
  readonly longestReadMs?: number;
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
const LEASE_MS = 30_000;
const LONGEST_READ_MS = 300_000;
/** How long those that are due wait at most for the slow ones that were taken before them. */
const PATIENCE_MS = 100;

export function createProjector(options: ProjectorOptions): Projector {
  const { database, leaseMs = LEASE_MS } = options;
  const underWay = new Set<Promise<void>>();
  let rung = Promise.withResolvers<void>();
  options.bell?.onRing(() => rung.resolve());
  const begin = (lease: Lease): void => {
    const look = lookAt(options, lease)
      .catch(() => undefined)
      .finally(() => underWay.delete(look));
    underWay.add(look);
  };
  const lookNow = async (customerId: string, adopter?: Adopter): Promise<'projected' | 'busy'> => {
    const lease = await leaseOne(database, { customerId, leaseMs });
    if (lease === undefined) return 'busy';
    await lookAt(options, lease, adopter);
    return 'projected';
  };
  return {
    refresh: (customerId) => lookNow(customerId),
    adopt: (customerId, accountId) => lookNow(customerId, { accountId }),
    async work(signal) {
      const limit = CUSTOMERS_AT_ONCE - underWay.size;
      // Whoever becomes due from here on may not be among those that are taken now.
      rung = Promise.withResolvers();
      try {
        if (!signal.aborted && limit > 0) {
          for (const lease of await leaseDue(database, { limit, leaseMs })) begin(lease);
        }
      } catch (error) {
        await Promise.all(underWay);
        throw error;
      }
      const taken = underWay.size;
      await untilRoom(underWay, { signal, rung: rung.promise });
      return taken;
    },
  };
}

interface Waiting {
  readonly signal: AbortSignal;
  readonly rung: Promise<void>;
}

/** Until one is done, or another has become due and there is room; whoever stops waits for all. */
async function untilRoom(
  underWay: ReadonlySet<Promise<void>>,
  { signal, rung }: Waiting,
): Promise<void> {
  if (underWay.size === 0) return;
  const isFull = underWay.size >= CUSTOMERS_AT_ONCE;
  const waiting = new AbortController();
  const enough = AbortSignal.any([signal, waiting.signal]);
  const patience = wait(PATIENCE_MS, undefined, { signal: enough }).catch(() => undefined);
  await Promise.race([...underWay, patience, ...(isFull ? [] : [rung])]);
  waiting.abort();
  if (signal.aborted) await Promise.all(underWay);
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
    await retrieveAndProject(options, { lease, eventIds, waiting, adopter });
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
  readonly waiting: readonly WaitingEvent[];
  readonly adopter: Adopter | undefined;
}

async function retrieveAndProject(options: ProjectorOptions, look: Look): Promise<void> {
  const { gateway, clock, database } = options;
  const { lease, adopter } = look;
  const { customerId } = lease;
  const { leaseMs = LEASE_MS, longestReadMs: longestMs = LONGEST_READ_MS } = options;
  const reading = { lease, leaseMs, longestMs };
  const [retrieval, refunds] = await whileKept(database, reading, () =>
    Promise.all([gateway.retrieveCustomer(customerId), readRefunds(gateway, look.waiting)]),
  );
  const retrievedMs = clock.nowMs();
  if (retrieval.kind === 'unknown') {
    if (adopter !== undefined) refuse('Stripe does not know it any more');
    // Nobody is canceled for it: it may be the wrong account of Stripe, or an emptied sandbox.
    throw new Unresolvable(`Stripe knows no customer ${customerId}`);
  }
  const { customer } = retrieval;
  const owner: Owner =
    adopter === undefined
      ? await findOwner(options, customer)
      : { kind: 'account', accountId: adopter.accountId };
  const read = { ...look, retrievedMs, refunds, isDeleted: retrieval.kind === 'deleted' };
  if (owner.kind === 'account') return write(options, read, customer, owner.accountId);
  await leaveOut(options, read, owner);
}

interface Read extends Look {
  readonly retrievedMs: number;
  readonly refunds: readonly RemoteRefund[];
  readonly isDeleted: boolean;
}

/** Writes what follows for the account whose customer it is. */
async function write(
  options: ProjectorOptions,
  read: Read,
  customer: RemoteCustomer,
  accountId: number,
): Promise<void> {
  const { adopter, lease, retrievedMs } = read;
  const outcome = await project(options.access, {
    accountId,
    customer,
    retrievedMs,
    effects: adopter === undefined ? options.effects : [refuseSeveral, ...options.effects],
    isImport: adopter !== undefined,
    async claim(tx) {
      if (!(await lockLease(tx, lease))) return false;
      if (adopter !== undefined) await adoptCustomer(tx, adopter, customer, retrievedMs);
      return true;
    },
    async finish(tx, written) {
      const { refunds } = read;
      await noteForeignRefunds(tx, { accountId, customer, refunds, nowMs: retrievedMs });
      if (read.isDeleted) {
        const stripeCustomerId = customer.id;
        await forgetStripeCustomer(tx, { accountId, stripeCustomerId, nowMs: retrievedMs });
      }
      if (written.kind === 'projected') {
        return settleLease(tx, { ...read, accountId, state: 'done', reason: null });
      }
      const reason = reasonOf(written);
      if (adopter !== undefined) refuse(reason);
      if (options.hasStaff === true)
        await tellStaff(tx, written, { accountId, nowMs: retrievedMs });
      await settleLease(tx, { ...read, accountId, state: 'failed', reason });
    },
  });
  if (outcome.kind === 'projected' || outcome.kind === 'overtaken') return;
  giveUp(options, lease, reasonOf(outcome));
}

/** Of a customer who is nobody's here, or an account's second one, nothing is written. */
async function leaveOut(
  options: ProjectorOptions,
  read: Read,
  owner: Exclude<Owner, { readonly kind: 'account' }>,
): Promise<void> {
  const { lease, retrievedMs } = read;
  const isSecond = owner.kind === 'second_customer';
  const state = isSecond && owner.subscriptionIds.length > 0 ? 'failed' : 'ignored';
  const reason = isSecond ? reasonOf(owner) : 'the customer is no account of ours';
  const isOurs = await options.database.transaction(async (tx) => {
    if (!(await lockLease(tx, lease))) return false;
    if (isSecond && options.hasStaff === true) {
      await tellStaff(tx, owner, { accountId: owner.accountId, nowMs: retrievedMs });
    }
    await settleLease(tx, { ...read, accountId: null, state, reason });
    return true;
  });
  if (isOurs && state === 'failed') giveUp(options, lease, reason);
}

/** Another look would find the same, until somebody has acted. */
function giveUp({ onFailure }: ProjectorOptions, lease: Lease, reason: string): void {
  const { customerId, attempts: attempt } = lease;
  onFailure?.({ customerId, attempt, isGivenUp: true, error: new Unresolvable(reason) });
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
