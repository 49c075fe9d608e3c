// pure
import type { Catalog, ExtraSeat } from '../catalog.ts';
import type { Price } from '../content.ts';
import type { Faults } from '../terms.ts';

/** Whether seats can be sold as a plan says, `at` being the place where it says so. */
export function checkExtraSeat(
  plan: {
    readonly extraSeat: ExtraSeat<Price> | null;
    readonly terms: ReadonlyMap<string, unknown>;
  },
  features: Catalog['features'],
  at: string,
  faults: Faults,
): void {
  const { extraSeat, terms } = plan;
  if (extraSeat === null) return;
  const { feature, prices } = extraSeat;
  const kind = features.get(feature)?.kind;
  if (kind !== 'level') {
    const what = kind === undefined ? 'no known' : `a ${kind}`;
    const message = `${feature} is ${what} feature; seats add to a level`;
    faults.push({ field: `${at}/feature`, message });
    return;
  }
  const granted = terms.get(feature) as { readonly limit?: unknown } | null | undefined;
  if (granted === null || granted === undefined || granted.limit === null) {
    const message = `the plan must include a number of ${feature}, beyond which seats are sold`;
    faults.push({ field: `${at}/feature`, message });
  }
  for (const { billingCycle, currency, amountMinor } of prices) {
    if (amountMinor > 0) continue;
    const field = `${at}/prices/${billingCycle}/${currency}`;
    faults.push({ field, message: 'must be more than nothing' });
  }
}
