import type { Tx } from '../../../platform/database.ts';
import { changeAccess, type AccessChange, type CommandDependencies } from '../../access/index.ts';
import type { Catalog } from '../../plans/index.ts';
import {
  appendHistory,
  deriveHistory,
  findSubscriptionOfStripe,
} from '../../subscriptions/index.ts';
import type { RemoteCustomer } from '../gateway/remote.ts';
import {
  chooseSubscriptions,
  type Choice,
  type ChosenSubscription,
} from './choose-subscriptions.ts';
import type { Effect, ProjectedSubscription } from './effect.ts';
import { invoiceRecords, subscriptionRecord } from './records.ts';
import { putInvoices } from './store.ts';

export interface Projecting {
  readonly accountId: number;
  readonly customer: RemoteCustomer;
  /** The business instant of the retrieval. */
  readonly retrievedMs: number;
  readonly effects: readonly Effect[];
  /** In the same transaction, before anything: whether what was retrieved may still be written. */
  readonly claim: (tx: Tx) => Promise<boolean>;
  /** In the same transaction, at its end. */
  readonly finish: (tx: Tx, outcome: Written) => Promise<void>;
}

const ACTOR = { kind: 'system', id: 'stripe' } as const;

export type Written =
  | { readonly kind: 'projected' }
  /** A live subscription is of prices that are no plan of ours; the rest was written. */
  | { readonly kind: 'prices_unknown'; readonly priceIds: readonly string[] };

/** `overtaken` where somebody with a newer lease has been faster, and nothing was written. */
export type ProjectionOutcome = Written | { readonly kind: 'overtaken' };

/** Writes what follows from a customer as it was read, all of it in one transaction. */
export function project(
  deps: CommandDependencies,
  projecting: Projecting,
): Promise<ProjectionOutcome> {
  const { accountId, customer, retrievedMs } = projecting;
  const context = { actor: ACTOR, nowMs: retrievedMs, reason: 'as Stripe has it' };
  return changeAccess<ProjectionOutcome>(deps, { accountId, context }, async (access) => {
    if (!(await projecting.claim(access.tx))) return { kind: 'overtaken' };
    const choice = chooseSubscriptions(access.catalog, customer);
    const subscription = await recordSubscriptions(access, choice);
    await recordHistory(access, projecting);
    const invoices = await putInvoices(access.tx, accountId, customer.invoices, retrievedMs);
    const { duplicates, unknownPriceIds } = choice;
    const projection = { access, customer, retrievedMs, subscription, duplicates, invoices };
    for (const effect of projecting.effects) await effect(projection);
    const outcome: Written =
      unknownPriceIds.length === 0
        ? { kind: 'projected' }
        : { kind: 'prices_unknown', priceIds: unknownPriceIds };
    await projecting.finish(access.tx, outcome);
    return outcome;
  });
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

async function recordOne(
  access: AccessChange,
  chosen: ChosenSubscription,
): Promise<ProjectedSubscription> {
  const before = await findSubscriptionOfStripe(access.tx, chosen.remote.id);
  await access.recordSubscription(chosen.state);
  return { ...chosen, before };
}

/** Of every subscription that ever was, from Stripe's own records. */
async function recordHistory(
  { tx, catalog }: { tx: AccessChange['tx']; catalog: Catalog },
  { accountId, customer, retrievedMs }: Projecting,
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
