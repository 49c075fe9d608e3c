// pure
import { AppError } from '../../../platform/errors.ts';
import { refusePlanChanged, requireRestriction } from '../../access/index.ts';
import {
  DISCOUNT_CURRENCY,
  SUBSCRIPTION_BY_CONTRACT,
  SUBSCRIPTION_MISSING,
  type DiscountWish,
} from '../../billing/index.ts';
import type { Catalog } from '../../plans/index.ts';
import type { AccessFacts } from '../../subscriptions/index.ts';
import type { BulkTerms, BulkUser } from './bulk-deed.ts';

export interface RefusalFacts {
  readonly facts: Pick<AccessFacts, 'planChanges'> | undefined;
  readonly catalog: Catalog;
  /** What the subscription is paid in, where it is known. */
  readonly currency: string | undefined;
  readonly nowMs: number;
}

/** Why it would not be done to a user, as far as our own facts tell; by the rules of the deed. */
export function refusalOf(
  terms: BulkTerms,
  user: Pick<BulkUser, 'source'>,
  { facts, catalog, currency, nowMs }: RefusalFacts,
): AppError | null {
  const planChanges = facts?.planChanges ?? [];
  switch (terms.kind) {
    case 'gift':
    case 'restrict':
      return thrownBy(() => refusePlanChanged(planChanges, nowMs));
    case 'lift':
      return thrownBy(() => requireRestriction(planChanges, catalog, nowMs));
    case 'discount':
      return undiscountable(user) ?? otherCurrency(terms.discount, currency);
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

function otherCurrency(
  { amountOffMinor, currency: given }: DiscountWish,
  paidIn: string | undefined,
): AppError | null {
  if (amountOffMinor === null || paidIn === undefined || paidIn === given) return null;
  return new AppError(DISCOUNT_CURRENCY, { message: `The subscription is paid in ${paidIn}.` });
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
