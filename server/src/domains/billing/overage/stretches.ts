import { maxQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import type { Tx } from '../../../platform/database.ts';
import { sumBookedLate, type ExceededPeriod } from '../../usage/index.ts';
import type { Stretch } from './decide-owed.ts';
import type { DatedTerms } from './store.ts';

const NO_TERMS = { price: null, spendingCapMinor: 0 };

/** The stretches of a period that is over, by the terms of them. */
export async function findStretches(
  tx: Tx,
  accountId: number,
  period: ExceededPeriod,
  terms: readonly DatedTerms[],
): Promise<Stretch[]> {
  const { feature, startMs, endMs, used, over } = period;
  const ofFeature = terms.filter((each) => each.feature === feature);
  let held = ofFeature.findLast(({ sinceMs }) => sinceMs < startMs) ?? NO_TERMS;
  const stretches: Stretch[] = [];
  for (const next of ofFeature) {
    // A change at the period's end is of the next one.
    if (next.sinceMs < startMs || next.sinceMs >= endMs) continue;
    const instant = { accountId, feature, startMs, endMs, atMs: next.sinceMs };
    const late = await sumBookedLate(tx, instant);
    stretches.push({ ...termsOf(held), ...usedBefore(next, startMs, late) });
    held = next;
  }
  return [...stretches, { ...termsOf(held), used, over }];
}

function termsOf({
  price,
  spendingCapMinor,
}: Pick<Stretch, 'price' | 'spendingCapMinor'>): Pick<Stretch, 'price' | 'spendingCapMinor'> {
  return { price, spendingCapMinor };
}

/** How far use had come in a period when terms took over, with what was told of it later. */
function usedBefore(
  { mark }: DatedTerms,
  startMs: number,
  late: Quantity,
): Pick<Stretch, 'used' | 'over'> {
  if (mark === null || mark.startMs !== startMs) return { used: 0n, over: 0n };
  const used = mark.used + late;
  const over = mark.limit === null ? 0n : maxQuantity(0n, used - mark.limit);
  return { used, over };
}
