// pure
import { AppError } from '../../../../platform/errors.ts';
import { refusePlanChanged } from '../../../access/index.ts';
import type { AccessFacts, OverrideSpan } from '../../../subscriptions/index.ts';
import { BULK_UNDO_LATE } from '../../errors.ts';
import type { BulkTerms, BulkUser } from '../bulk-deed.ts';
import { thrownBy, undiscountable } from '../decide-refusal.ts';

/** What a bulk deed has left with a user, as it stands now. */
export interface LeftBehind {
  /** The override that it has made, or the restriction that it has lifted. */
  readonly override: OverrideSpan | undefined;
  readonly hasNote: boolean;
  readonly planChanges: AccessFacts['planChanges'];
  readonly nowMs: number;
}

/** Why a deed is not taken back: what it has left is not as it was, by us or by time. */
export function undoRefusalOf(
  given: BulkTerms,
  user: Pick<BulkUser, 'source'>,
  left: LeftBehind,
): AppError | null {
  switch (given.kind) {
    case 'boost':
    case 'gift':
    case 'restrict':
      return isInForce(left) ? null : late('What was given has ended already.');
    case 'lift':
      return againRefusal(left);
    case 'note':
      return left.hasNote ? null : late('The note was taken back already.');
    case 'discount':
      return undiscountable(user);
  }
}

function isInForce({ override, nowMs }: LeftBehind): boolean {
  if (override === undefined || override.endedMs !== null) return false;
  return override.expiresMs === null || override.expiresMs > nowMs;
}

/** A restriction that was lifted is made again until the instant until which it was. */
function againRefusal({ override, planChanges, nowMs }: LeftBehind): AppError | null {
  const expiresMs = override?.expiresMs ?? null;
  if (expiresMs !== null && expiresMs <= nowMs) {
    return late('The restriction would have ended by itself by now.');
  }
  return thrownBy(() => refusePlanChanged(planChanges, nowMs));
}

function late(message: string): AppError {
  return new AppError(BULK_UNDO_LATE, { message });
}
