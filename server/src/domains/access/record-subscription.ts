import { planVersion } from '../plans/index.ts';
import { loadAnchors, moveAnchor, projectSubscription } from '../accounts/index.ts';
import {
  findLiveStatus,
  isServed,
  putSubscription,
  startsService,
  type SubscriptionState,
} from '../subscriptions/index.ts';
import { recorded, runCommand, type CommandDependencies, type CommandTarget } from './command.ts';

/**
 * Records how an account's subscription stands now, however it came to be so. Where service starts
 * from none, quota periods are counted from its start; nothing else moves them.
 */
export function recordSubscription(
  deps: CommandDependencies,
  target: CommandTarget,
  state: SubscriptionState,
): Promise<void> {
  const { nowMs } = target.context;
  return runCommand(deps, target, async (tx, account) => {
    const plan = planVersion(deps.catalog.current(), state.planId);
    const live = await findLiveStatus(tx, account.id);
    const row = { accountId: account.id, userId: account.ownerUserId, rowId: live?.id ?? null };
    await putSubscription(tx, row, state, nowMs);
    if (startsService(live, state)) {
      const anchors = (await loadAnchors(tx, [account.id])).get(account.id) ?? [];
      const anchorMs = Math.min(state.startedMs, nowMs);
      // A start that lies before the last anchor would count again periods that have been closed.
      if (anchorMs > (anchors.at(-1) ?? 0)) await moveAnchor(tx, account.id, anchorMs);
    }
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
