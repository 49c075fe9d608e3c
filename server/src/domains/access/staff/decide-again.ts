// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityToNumber } from '@whisperforge/kernel/quantity';
import { currentPlan, planVersion, type Catalog } from '../../plans/index.ts';
import type { GivenOverride } from '../../subscriptions/index.ts';

/** What gives once more what was ended: after `/admin/v1/users/{user}/`, and what is sent to it. */
export interface GivenAgain {
  readonly deed: 'boosts' | 'gifts' | 'restriction';
  readonly body: Readonly<Record<string, unknown>>;
}

/** How the end of an override is undone; `null` where what it gave is not to be had any more. */
export function decideAgain(
  given: GivenOverride | undefined,
  catalog: Catalog,
  nowMs: number,
): GivenAgain | null {
  if (given === undefined) return null;
  const { expiresMs } = given;
  if (expiresMs !== null && expiresMs <= nowMs) return null;
  const until = expiresMs === null ? {} : { expires_at: formatInstant(expiresMs) };
  if (given.kind === 'quota_boost') {
    const { feature, amount } = given;
    return { deed: 'boosts', body: { feature, amount: quantityToNumber(amount), ...until } };
  }
  const { slug, isDefault } = planVersion(catalog, given.planId);
  if (isDefault) return { deed: 'restriction', body: until };
  if (currentPlan(catalog, slug) === undefined) return null;
  return { deed: 'gifts', body: { plan: slug, ...until } };
}
