// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { AppError, type ErrorCode } from '../../../platform/errors.ts';
import {
  CODE_ALREADY_USED,
  CODE_ENDED,
  CODE_EXPIRED,
  CODE_FIRST_PURCHASE_ONLY,
  CODE_NOT_FOR_COUNTRY,
  CODE_NOT_FOR_CURRENCY,
  CODE_NOT_FOR_CYCLE,
  CODE_NOT_FOR_PLAN,
  CODE_NOT_STARTED,
  CODE_UNKNOWN,
  CODE_USED_UP,
} from '../errors.ts';
import {
  unmetCondition,
  type Purchase,
  type PurchaseBuyer,
  type Unmet,
} from '../rules/conditions.ts';
import { offIn } from '../rules/reduction.ts';
import type { PromotionCode } from './promotion-code.ts';

export interface CodeUse {
  readonly code: PromotionCode;
  readonly purchase: Purchase;
  readonly buyer: PurchaseBuyer | null;
  /** Redemptions that stand in the way: of everybody, and of the account that buys. */
  readonly taken: number;
  readonly takenByAccount: number;
}

/** Says why a code does not apply, by throwing it. */
export function requireApplicable(use: CodeUse, nowMs: number): void {
  const refusal = refuseCode(use, nowMs);
  if (refusal !== undefined) throw refusal;
}

export function codeUnknown(code: string): AppError {
  return new AppError(CODE_UNKNOWN, {
    message: `There is no promotion code ${code}.`,
    fields: [{ field: '/promotion_code', message: 'is not known' }],
  });
}

function refuseCode(use: CodeUse, nowMs: number): AppError | undefined {
  const { code, purchase, buyer } = use;
  const refuse = (error: ErrorCode, why: string): AppError =>
    new AppError(error, {
      message: `Promotion code ${code.code} ${why}.`,
      fields: [{ field: '/promotion_code', message: why }],
    });
  if (code.endedMs !== null) return refuse(CODE_ENDED, 'has been ended');
  if (code.expiresMs !== null && code.expiresMs <= nowMs) {
    return refuse(CODE_EXPIRED, `expired at ${formatInstant(code.expiresMs)}`);
  }
  if (nowMs < code.validFromMs) {
    return refuse(CODE_NOT_STARTED, `is valid from ${formatInstant(code.validFromMs)}`);
  }
  const unmet = unmetCondition(code.conditions, purchase, buyer);
  if (unmet !== undefined) return refuse(...UNMET[unmet](code, purchase));
  if (offIn(code.reduction.off, purchase.currency) === undefined) {
    return refuse(...UNMET.currency(code, purchase));
  }
  if (code.mostPerAccount !== null && use.takenByAccount >= code.mostPerAccount) {
    return refuse(CODE_ALREADY_USED, 'has been used by this account as often as it can be');
  }
  if (code.mostRedemptions !== null && use.taken >= code.mostRedemptions) {
    return refuse(CODE_USED_UP, 'has been used as often as it can be');
  }
  return undefined;
}

type Refusal = [ErrorCode, string];

const UNMET: Readonly<Record<Unmet, (code: PromotionCode, purchase: Purchase) => Refusal>> = {
  plan: ({ conditions }, { plan }) => [
    CODE_NOT_FOR_PLAN,
    `is not for ${plan}, only for ${conditions.plans?.join(', ')}`,
  ],
  cycle: ({ conditions }, { billingCycle }) => [
    CODE_NOT_FOR_CYCLE,
    `is not for ${billingCycle} billing, only for ${conditions.billingCycles?.join(', ')}`,
  ],
  currency: (_, { currency }) => [CODE_NOT_FOR_CURRENCY, `is not for prices in ${currency}`],
  country: () => [CODE_NOT_FOR_COUNTRY, 'is not for the country of this user'],
  first_purchase: () => [CODE_FIRST_PURCHASE_ONLY, 'is for a first purchase only'],
};
