// pure
import { AppError } from '../../../platform/errors.ts';
import { covers } from '../../entitlements/index.ts';
import { planVersion, type Catalog } from '../../plans/index.ts';
import type { PlanChangeFact } from '../../subscriptions/index.ts';
import { NOT_RESTRICTED, PLAN_CHANGE_IN_FORCE } from '../errors.ts';

/** The change of the plan by which staff keep a user to what those have who bought nothing. */
export function requireRestriction(
  planChanges: readonly PlanChangeFact[],
  catalog: Catalog,
  nowMs: number,
): PlanChangeFact {
  const restriction = planChanges.findLast(
    ({ planId, startsMs, expiresMs }) =>
      planVersion(catalog, planId).isDefault && covers(startsMs, expiresMs, nowMs),
  );
  if (restriction !== undefined) return restriction;
  throw new AppError(NOT_RESTRICTED, { message: 'Nobody has restricted this user.' });
}

/** Refuses a second change of the plan beside one that is in force. */
export function refusePlanChanged(planChanges: readonly PlanChangeFact[], nowMs: number): void {
  if (!planChanges.some(({ startsMs, expiresMs }) => covers(startsMs, expiresMs, nowMs))) return;
  throw planChangeInForce();
}

export function planChangeInForce(): AppError {
  const message = 'A plan change is in force for this account; end it first.';
  return new AppError(PLAN_CHANGE_IN_FORCE, { message });
}
