// pure
import { AppError } from '../../../platform/errors.ts';
import { refusePlanChanged, requireRestriction } from '../../access/index.ts';
import { SUBSCRIPTION_BY_CONTRACT, SUBSCRIPTION_MISSING } from '../../billing/index.ts';
import type { Catalog } from '../../plans/index.ts';
import type { AccessFacts } from '../../subscriptions/index.ts';
import type { BulkTerms, BulkUser } from './bulk-deed.ts';

export interface RefusalFacts {
  readonly facts: Pick<AccessFacts, 'planChanges'> | undefined;
  readonly catalog: Catalog;
  readonly nowMs: number;
}

/** Why it would not be done to a user, as far as our own facts tell; by the rules of the deed. */
export function refusalOf(
  terms: BulkTerms,
  user: Pick<BulkUser, 'source'>,
  { facts, catalog, nowMs }: RefusalFacts,
): AppError | null {
  const planChanges = facts?.planChanges ?? [];
  switch (terms.kind) {
    case 'gift':
    case 'restrict':
      return thrownBy(() => refusePlanChanged(planChanges, nowMs));
    case 'lift':
      return thrownBy(() => requireRestriction(planChanges, catalog, nowMs));
    case 'discount':
      return undiscountable(user);
    default:
      return null;
  }
}

export function undiscountable({ source }: Pick<BulkUser, 'source'>): AppError | null {
  if (source === 'stripe') return null;
  if (source === 'none') {
    return new AppError(SUBSCRIPTION_MISSING, { message: 'There is no live subscription.' });
  }
  const message = 'The subscription is kept by a contract, and changed by staff.';
  return new AppError(SUBSCRIPTION_BY_CONTRACT, { message });
}

export function thrownBy(work: () => unknown): AppError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
