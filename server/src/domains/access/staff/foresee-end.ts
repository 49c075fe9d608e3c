// pure
import { effectivePlanAt, type AccessContext } from '../../entitlements/index.ts';
import type { GivenOverride } from '../../subscriptions/index.ts';
import type { AccessProfile } from '../profile.ts';
import { plannedLines, unboostedLines, type DeedLine } from './lines.ts';

/** How an account would stand, and which limits would be others. */
export interface ForeseenEnd {
  readonly plan: string;
  readonly planSource: AccessProfile['planSource'];
  readonly restriction: AccessProfile['restriction'];
  readonly lines: readonly DeedLine[];
}

/**
 * What the end of an override leaves: of a boost a lower limit, of a plan that staff set the one
 * that is paid for, or that of those who bought nothing.
 */
export function foreseeEnd(
  before: AccessProfile,
  context: AccessContext,
  ended: { readonly overrideId: number; readonly given: GivenOverride; readonly nowMs: number },
): ForeseenEnd {
  const { given, overrideId, nowMs } = ended;
  if (given.kind === 'quota_boost') {
    const { plan, planSource, restriction } = before;
    const lines = unboostedLines(before, given);
    return { plan: plan.slug, planSource, restriction, lines };
  }
  const { facts, catalog } = context;
  const planChanges = facts.planChanges.filter(({ id }) => id !== overrideId);
  const left = effectivePlanAt({ ...context, facts: { ...facts, planChanges } }, nowMs);
  return {
    plan: left.plan.slug,
    planSource: left.source,
    restriction: left.restriction?.cause ?? null,
    lines: plannedLines(before, catalog, left.plan),
  };
}
