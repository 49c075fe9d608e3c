import type { Tx } from '../../../platform/database.ts';
import { changeAccess, type AccessChange, type CommandDependencies } from '../../access/index.ts';
import type { Catalog } from '../../plans/index.ts';
import {
  appendHistory,
  deriveHistory,
  findLiveSubscription,
  findSubscriptionOfStripe,
  isRecorded,
} from '../../subscriptions/index.ts';
import type { RemoteCustomer, RemoteSubscription } from '../gateway/remote.ts';
import {
  chooseSubscriptions,
  type Choice,
  type ChosenSubscription,
} from './choose-subscriptions.ts';
import type { Effect, ProjectedSubscription } from './effect.ts';
import { admitTrials, digestCard } from '../checkout/trials/admit.ts';
import { besideContract, findContract, type Obstacle } from './obstacles/obstacle.ts';
import type { PricedCatalog } from './plan-of-price.ts';
import { invoiceRecords, subscriptionRecord } from './records.ts';
import { loadMappedPrices } from './store-prices.ts';
import { putInvoices } from './store.ts';
import { withStanding } from './subscription-state.ts';

export interface Projecting {
  readonly accountId: number;
  readonly customer: RemoteCustomer;
  /** The business instant of the retrieval. */
  readonly retrievedMs: number;
  readonly effects: readonly Effect[];
  /** Whether the customer comes in from before. */
  readonly isImport?: boolean;
  /** In the same transaction, before anything: whether what was retrieved may still be written. */
  readonly claim: (tx: Tx) => Promise<boolean>;
  /** In the same transaction, at its end. */
  readonly finish: (tx: Tx, outcome: Written) => Promise<void>;
}

const ACTOR = { kind: 'system', id: 'stripe' } as const;

/** With an obstacle, all was written but what it stands in the way of. */
export type Written = { readonly kind: 'projected' } | Obstacle;

/** `overtaken` where somebody with a newer lease has been faster, and nothing was written. */
export type ProjectionOutcome = Written | { readonly kind: 'overtaken' };

/** Writes what follows from a customer as it was read, all of it in one transaction. */
export async function project(
  deps: CommandDependencies,
  projecting: Projecting,
): Promise<ProjectionOutcome> {
  const { accountId, retrievedMs, isImport = false } = projecting;
  const cardDigest = await digestCard(deps.database, projecting.customer);
  const context = { actor: ACTOR, nowMs: retrievedMs, reason: 'as Stripe has it' };
  return changeAccess<ProjectionOutcome>(deps, { accountId, context }, async (change) => {
    if (!(await projecting.claim(change.tx))) return { kind: 'overtaken' };
    const access = await withMappedPrices(change);
    // What comes in from before is as it is, be it by whichever card.
    const trials = { cardDigest, mayRefuse: !isImport, nowMs: retrievedMs };
    const customer = await admitTrials(access, projecting.customer, trials);
    const { choice, obstacle } = await choose(access, { accountId, customer });
    await recordForeign(access, choice.foreign, customer);
    const subscription = await recordSubscriptions(access, choice);
    await recordHistory(access, { accountId, customer, retrievedMs });
    const invoices = await putInvoices(access.tx, accountId, customer.invoices, retrievedMs);
    const { duplicates } = choice;
    const found = { access, customer, retrievedMs, subscription, duplicates, invoices };
    const projection = { ...found, isImport };
    for (const effect of projecting.effects) await effect(projection);
    const outcome: Written = obstacle ?? { kind: 'projected' };
    await projecting.finish(access.tx, outcome);
    return outcome;
  });
}

interface Chosen {
  readonly choice: Choice;
  readonly obstacle: Obstacle | null;
}

/** Which subscriptions are written; beside a contract no live one is, and none is a duplicate. */
async function choose(
  { tx, catalog, nowMs }: AccessChange,
  { accountId, customer }: Pick<Projecting, 'accountId' | 'customer'>,
): Promise<Chosen> {
  const recorded = await findLiveSubscription(tx, accountId);
  const choice = chooseSubscriptions(catalog, customer, recorded?.stripeSubscriptionId ?? null);
  const { live, unknownPriceIds: priceIds } = choice;
  const contract = findContract(recorded, nowMs);
  if (live !== null && contract !== null) {
    const obstacle = besideContract(catalog, contract, live.remote.id);
    return { choice: { ...choice, live: null, duplicates: [] }, obstacle };
  }
  return { choice, obstacle: priceIds.length === 0 ? null : { kind: 'prices_unknown', priceIds } };
}

/** With what has been said of prices that were at Stripe before. */
async function withMappedPrices(access: AccessChange): Promise<AccessChange> {
  const mappedPrices = await loadMappedPrices(access.tx);
  if (mappedPrices.size === 0) return access;
  const catalog: PricedCatalog = { ...access.catalog, mappedPrices };
  return { ...access, catalog };
}

/** Those that have ended first, so that they make room; answers the one that counts. */
async function recordSubscriptions(
  access: AccessChange,
  { ended, live }: Choice,
): Promise<ProjectedSubscription | null> {
  let last: ProjectedSubscription | null = null;
  for (const chosen of [...ended, ...(live === null ? [] : [live])]) {
    last = await recordOne(access, chosen);
  }
  return last;
}

/**
 * A subscription on record whose prices are no longer of a plan keeps the plan that it had, and
 * ends, falls due and is canceled like any other: what is not understood must not be served for
 * ever.
 */
async function recordForeign(
  access: AccessChange,
  foreign: readonly RemoteSubscription[],
  { invoices }: RemoteCustomer,
): Promise<void> {
  for (const remote of foreign) {
    const before = await findSubscriptionOfStripe(access.tx, remote.id);
    if (before !== null) await access.recordSubscription(withStanding(before, remote, invoices));
  }
}

async function recordOne(
  access: AccessChange,
  chosen: ChosenSubscription,
): Promise<ProjectedSubscription> {
  const before = await findSubscriptionOfStripe(access.tx, chosen.remote.id);
  // Most of what is read is on record as it is, which is not asked for again.
  const isOurs = before?.accountId === access.account.id;
  if (!isOurs || !isRecorded(before, chosen.state)) await access.recordSubscription(chosen.state);
  return { ...chosen, before };
}

/** Of every subscription that ever was, from Stripe's own records. */
async function recordHistory(
  { tx, catalog }: { tx: AccessChange['tx']; catalog: Catalog },
  { accountId, customer, retrievedMs }: Pick<Projecting, 'accountId' | 'customer' | 'retrievedMs'>,
): Promise<void> {
  for (const remote of customer.subscriptions) {
    const changes = deriveHistory(
      subscriptionRecord(catalog, remote),
      invoiceRecords(catalog, remote, customer.invoices),
      retrievedMs,
    );
    const derived = { subscriptionKey: remote.id, source: 'stripe', changes } as const;
    await appendHistory(tx, accountId, derived, retrievedMs);
  }
}
