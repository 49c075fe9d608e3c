// pure

/** From when on a plan was had. */
export interface PlanSince {
  readonly fromMs: number;
  readonly plan: string;
}

/** The instants at which the plan really changed; before the first there was none. */
export function withoutRepeats(plans: readonly PlanSince[]): PlanSince[] {
  let before = '';
  return plans.flatMap(({ fromMs, plan }) => {
    if (plan === before) return [];
    before = plan;
    return [{ fromMs, plan }];
  });
}

/** The first instant from which on two say otherwise; `null` where they never do. */
export function firstDifference(
  kept: readonly PlanSince[],
  derived: readonly PlanSince[],
): number | null {
  for (let index = 0; index < Math.max(kept.length, derived.length); index += 1) {
    const [one, other] = [kept[index], derived[index]];
    if (one?.fromMs === other?.fromMs && one?.plan === other?.plan) continue;
    return Math.min(one?.fromMs ?? Infinity, other?.fromMs ?? Infinity);
  }
  return null;
}
