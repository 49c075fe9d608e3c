import { planVersion } from '../../plans/index.ts';
import { projectSubscription, replaceAnchorsAfter } from '../../accounts/index.ts';
import type { Tx } from '../../../platform/database.ts';
import {
  appendContract,
  endLapsedSubscription,
  findLiveSubscription,
  findRecordedSubscription,
  insertSubscription,
  isRecorded,
  isServed,
  startsService,
  updateSubscription,
  type ContractPrice,
  type SubscriptionState,
} from '../../subscriptions/index.ts';
import {
  recorded,
  runDeeds,
  type CommandDependencies,
  type CommandState,
  type CommandTarget,
  type Deed,
} from '../command.ts';
import { decideRecording, type Recording } from './decide-recording.ts';

/**
 * Records how a subscription of an account stands now, however it came to be so; telling it again
 * changes nothing. Where service starts from none, quota periods are counted from its start;
 * nothing else moves them. What has been counted stays in its period, so a start that becomes known
 * late counts from now. Refuses a second live subscription with `subscription_live`.
 *
 * @param price of a contract; one that is not said stays what it was
 */
export function recordSubscription(
  deps: CommandDependencies,
  target: CommandTarget,
  state: SubscriptionState,
  price?: ContractPrice,
): Promise<void> {
  return runDeeds(deps, target, async (tx, found) => {
    const deed = await recordState(tx, deps, found, state, price);
    return { deeds: deed === null ? [] : [deed], result: undefined };
  });
}

/** Records one state within a command; `null` where it is on record already. */
export async function recordState(
  tx: Tx,
  deps: CommandDependencies,
  found: CommandState,
  state: SubscriptionState,
  price?: ContractPrice,
): Promise<Deed<undefined> | null> {
  const { account, catalog, nowMs } = found;
  const plan = planVersion(catalog, state.planId);
  const live = await findLiveSubscription(tx, account.id);
  const known = await findRecordedSubscription(tx, account.id, state);
  const recording = decideRecording({ accountId: account.id, live, known, nowMs }, state);
  const { row } = recording;
  const isKnown = row !== null && isRecorded(row, state);
  const id = isKnown ? row.id : await writeState(tx, deps, found, recording, state);
  const isToldOfContract = await appendTerms(tx, found, id, state, price);
  if (isKnown && !isToldOfContract) return null;
  return {
    action: 'access.subscription_recorded',
    subject: { kind: 'subscription', id: state.stripeSubscriptionId ?? id },
    after: {
      plan: plan.slug,
      version: plan.version,
      status: state.status,
      source: state.source,
      cancel_at: recorded(state.cancelAtMs),
      ended_at: recorded(state.endedMs),
      ...(price !== undefined && {
        billing_cycle: state.billingCycle,
        seats: state.seats,
        price: { amount_minor: price.amountMinor, currency: price.currency, per: price.per },
      }),
    },
    result: undefined,
  };
}

/** What Stripe keeps has its history from Stripe's records; of all else this is the only word. */
async function appendTerms(
  tx: Tx,
  { account, nowMs }: CommandState,
  subscriptionId: number,
  state: SubscriptionState,
  price: ContractPrice | undefined,
): Promise<boolean> {
  if (state.source === 'stripe') return false;
  const of = { accountId: account.id, subscriptionId };
  const said = { state, price, currency: account.currency };
  return (await appendContract(tx, of, said, nowMs)) > 0;
}

/** Answers the id of the row that says how the subscription stands. */
async function writeState(
  tx: Tx,
  deps: CommandDependencies,
  found: CommandState,
  recording: Recording,
  state: SubscriptionState,
): Promise<number> {
  const { account, nowMs } = found;
  const isMoved = recording.isPresent && (await moveAnchors(tx, deps, found, recording, state));
  const id = await writeRow(tx, found, recording, state);
  // A first use decided by the former anchors finds its period opened, and is decided anew.
  if (isMoved && !found.isCounted) {
    await deps.usage.settle(tx, { ...account, opensPeriods: true }, nowMs);
  }
  if (recording.isPresent) {
    const isLive = state.endedMs === null;
    await projectSubscription(tx, account.id, {
      status: isLive ? state.status : 'canceled',
      planId: isLive && isServed(state.status) ? state.planId : null,
    });
  }
  return id;
}

/** Answers whether service starts from none. */
async function moveAnchors(
  tx: Tx,
  deps: CommandDependencies,
  { account, isCounted, nowMs }: CommandState,
  recording: Recording,
  state: SubscriptionState,
): Promise<boolean> {
  const isStart = startsService(recording.row, state, nowMs);
  const anchorMs = isCounted ? Math.max(state.startedMs, nowMs) : state.startedMs;
  // A start that was still to come is told anew, or has been called off.
  const keptMs = isStart ? Math.min(anchorMs, nowMs) : nowMs;
  const kept = { accountId: account.id, atMs: keptMs, nowMs };
  await replaceAnchorsAfter(tx, kept, isStart ? anchorMs : null);
  // The period that a new anchor cuts short closes by the facts that it was under.
  if (isStart) await deps.usage.settle(tx, account, nowMs);
  return isStart;
}

async function writeRow(
  tx: Tx,
  { account, nowMs }: CommandState,
  { row, lapsed }: Recording,
  state: SubscriptionState,
): Promise<number> {
  if (lapsed !== null) await endLapsedSubscription(tx, lapsed.id, nowMs);
  if (row === null) {
    const owner = { accountId: account.id, userId: account.ownerUserId };
    return insertSubscription(tx, owner, state, nowMs);
  }
  await updateSubscription(tx, row.id, state, nowMs);
  return row.id;
}
