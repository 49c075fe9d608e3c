import type { Database } from '../../../platform/database.ts';
import type { PlanVersion } from '../../plans/index.ts';
import { findHeldTerms } from '../../subscriptions/index.ts';
import { createEffectSum, type MoveTarget, type RecurringEffect } from './decide-effect.ts';

/** What moving all subscribers of a version would change of what a month brings. */
export async function loadEffects(
  database: Database,
  move: { readonly from: PlanVersion; readonly to: MoveTarget },
  atMs: number,
): Promise<RecurringEffect[]> {
  const sum = createEffectSum(move.from, move.to, atMs);
  const held = await findHeldTerms(database, { planId: move.from.id, atMs });
  for (const { terms, count } of held) sum.add(terms, count);
  return sum.effects();
}
