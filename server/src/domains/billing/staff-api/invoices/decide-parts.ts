// pure
import { AppError } from '../../../../platform/errors.ts';
import { NOTHING_TO_REFUND, REFUND_TOO_LARGE } from '../../errors.ts';
import type { RefundablePayment } from '../../gateway/adjustments.ts';

/** Of which payment how much is given back. */
export interface RefundPart {
  readonly paymentIntentId: string;
  readonly amountMinor: number;
}

export interface RefundFacts {
  /** As Stripe has them. */
  readonly payments: readonly RefundablePayment[];
  /** What was asked for here already, whether or not Stripe has done it yet. */
  readonly asked: readonly RefundPart[];
}

export interface Refundable {
  readonly paidMinor: number;
  readonly refundedMinor: number;
  /** What is left of each payment. */
  readonly left: readonly RefundPart[];
}

/**
 * What was paid and given back. What was asked for here and what Stripe says are mostly the same
 * refunds, so of each payment the larger of the two is gone.
 */
export function refundableOf({ payments, asked }: RefundFacts): Refundable {
  const left = payments.map(({ paymentIntentId, paidMinor, refundedMinor }) => {
    const askedMinor = asked
      .filter((part) => part.paymentIntentId === paymentIntentId)
      .reduce((sum, part) => sum + part.amountMinor, 0);
    const goneMinor = Math.max(askedMinor, refundedMinor);
    return { paymentIntentId, amountMinor: Math.max(0, paidMinor - goneMinor) };
  });
  const paidMinor = payments.reduce((sum, payment) => sum + payment.paidMinor, 0);
  return { paidMinor, refundedMinor: paidMinor - sumOf(left), left };
}

/** Takes an amount, or all that is left, of the payments in their order. */
export function decideParts({ left }: Refundable, amountMinor: number | null): RefundPart[] {
  const mostMinor = sumOf(left);
  if (mostMinor === 0) {
    const message = 'Nothing was paid of this invoice, or all of it was given back.';
    throw new AppError(NOTHING_TO_REFUND, { message });
  }
  let restMinor = amountMinor ?? mostMinor;
  if (restMinor > mostMinor) {
    throw new AppError(REFUND_TOO_LARGE, {
      message: 'More than was paid and not given back cannot be refunded.',
      fields: [{ field: '/amount_minor', message: `must be at most ${mostMinor}` }],
      members: { refundable_minor: mostMinor },
    });
  }
  const parts: RefundPart[] = [];
  for (const { paymentIntentId, amountMinor: leftMinor } of left) {
    const takenMinor = Math.min(leftMinor, restMinor);
    if (takenMinor === 0) continue;
    parts.push({ paymentIntentId, amountMinor: takenMinor });
    restMinor -= takenMinor;
  }
  return parts;
}

export function sumOf(parts: readonly RefundPart[]): number {
  return parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
