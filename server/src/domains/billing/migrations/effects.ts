import type { Database } from '../../../platform/database.ts';
import type { PlanVersion } from '../../plans/index.ts';
import { findSubscribers, findTermsAt } from '../../subscriptions/index.ts';
import { createEffectSum, type MoveTarget, type RecurringEffect } from './decide-effect.ts';

const SUBSCRIBERS_AT_ONCE = 1_000;

/** What moving all subscribers of a version would change of what a month brings. */
export async function loadEffects(
  database: Database,
  move: { readonly from: PlanVersion; readonly to: MoveTarget },
  atMs: number,
): Promise<RecurringEffect[]> {
  const sum = createEffectSum(move.from, move.to, atMs);
  let afterId = 0;
  for (;;) {
    const page = { planId: move.from.id, afterId, limit: SUBSCRIBERS_AT_ONCE };
    const subscribers = await findSubscribers(database, page);
    const accounts = subscribers.map(({ accountId }) => accountId);
    const terms = await findTermsAt(database, accounts, atMs);
    for (const { subscriptionKey } of subscribers) {
      const present = terms.get(subscriptionKey);
      if (present !== undefined) sum.add(present);
    }
    const last = subscribers.at(-1);
    if (last === undefined || subscribers.length < SUBSCRIBERS_AT_ONCE) return sum.effects();
    afterId = last.subscriptionId;
  }
}
