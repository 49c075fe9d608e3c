import { planVersion } from '../plans/index.ts';
import { projectSubscription, replaceAnchorsAfter } from '../accounts/index.ts';
import {
  findLiveSubscription,
  isServed,
  putSubscription,
  startsService,
  type SubscriptionState,
} from '../subscriptions/index.ts';
import { recorded, runCommand, type CommandDependencies, type CommandTarget } from './command.ts';

/**
 * Records how an account's subscription stands now, however it came to be so. Where service starts
 * from none, quota periods are counted from its start; nothing else moves them. What has been
 * counted stays in its period, so a start that becomes known late counts from now.
 */
export function recordSubscription(
  deps: CommandDependencies,
  target: CommandTarget,
  state: SubscriptionState,
): Promise<void> {
  return runCommand(deps, target, async (tx, { account, catalog, isCounted, nowMs }) => {
    const plan = planVersion(catalog, state.planId);
    const live = await findLiveSubscription(tx, account.id);
    const isStart = startsService(live, state, nowMs);
    const anchorMs = isCounted ? Math.max(state.startedMs, nowMs) : state.startedMs;
    // A start that was still to come is told anew, or has been called off.
    const kept = { accountId: account.id, atMs: isStart ? Math.min(anchorMs, nowMs) : nowMs };
    await replaceAnchorsAfter(tx, kept, isStart ? anchorMs : null);
    // The period that a new anchor cuts short closes by the facts that it was under.
    if (isStart) await deps.usage.settle(tx, account, nowMs);
    const row = { accountId: account.id, userId: account.ownerUserId, rowId: live?.id ?? null };
    await putSubscription(tx, row, state, nowMs);
    const isLive = state.endedMs === null;
    await projectSubscription(tx, account.id, {
      status: isLive ? state.status : 'canceled',
      planId: isLive && isServed(state.status) ? state.planId : null,
    });
    return {
      action: 'access.subscription_recorded',
      subject: { kind: 'subscription', id: state.stripeSubscriptionId ?? live?.id ?? account.id },
      after: {
        plan: plan.slug,
        version: plan.version,
        status: state.status,
        source: state.source,
        cancel_at: recorded(state.cancelAtMs),
        ended_at: recorded(state.endedMs),
      },
      result: undefined,
    };
  });
}
