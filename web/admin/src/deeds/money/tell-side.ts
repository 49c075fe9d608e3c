// pure
import type { Standing } from '../../api/contract/money.ts';
import { tellStanding } from '../../words/standing.ts';

/** One side of what would be, of a deed on a subscription. */
export function tellSide(side: unknown): unknown {
  return isStanding(side) ? tellStanding(side) : side;
}

function isStanding(side: unknown): side is Standing {
  return typeof side === 'object' && side !== null && 'discounts' in side;
}
