// pure
import { spoken } from '../../words/quantities.ts';

/** The plan that counts, and what it counts by. */
interface PlanInForce {
  readonly plan: string;
  readonly plan_source: string;
}

const SOURCES: Readonly<Record<string, string>> = {
  subscription: 'their subscription',
  override: 'staff',
  default: 'nothing bought',
};

/** One side of what would be, of a deed on access, as people say it. */
export function tellAccess(side: unknown): unknown {
  if (!isPlanInForce(side)) return side;
  return {
    plan: spoken(side.plan),
    plan_by: SOURCES[side.plan_source] ?? spoken(side.plan_source),
  };
}

function isPlanInForce(side: unknown): side is PlanInForce {
  return typeof side === 'object' && side !== null && 'plan' in side && 'plan_source' in side;
}
