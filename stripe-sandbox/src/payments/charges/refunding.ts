import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';
import { keepCharge, type ChargeRow } from './charges.ts';
import { refunds, renderRefund, type RefundRow } from './refund-rows.ts';

export interface NewRefund {
  readonly amount: number;
  readonly reason: Stripe.Refund.Reason | null;
  readonly metadata: Record<string, string>;
}

export interface Refunded {
  readonly charge: ChargeRow;
  readonly refund: RefundRow;
}

/** Gives back a part of a charge, of which so much must be left. */
export function refundCharge(tx: Tx, charge: ChargeRow, said: NewRefund): Refunded {
  const refund = addRefund(tx, charge, {
    ...said,
    type: charge.isCaptured ? 'refund' : 'reversal',
  });
  const amountRefunded = charge.amountRefunded + said.amount;
  const refunded = keepCharge(tx, { ...charge, amountRefunded }, 'charge.refunded');
  return { charge: refunded, refund };
}

/** What was held and is let go: a refund that never was a payment. */
export function releaseRest(tx: Tx, charge: ChargeRow, amount: number): ChargeRow {
  if (amount === 0) return charge;
  addRefund(tx, charge, { amount, reason: null, metadata: {}, type: 'reversal' });
  return { ...charge, amountRefunded: charge.amountRefunded + amount };
}

function addRefund(
  tx: Tx,
  charge: ChargeRow,
  said: NewRefund & Pick<RefundRow, 'type'>,
): RefundRow {
  const now = nowOn(tx, charge.testClock);
  const refund = tx.put<RefundRow>(refunds, {
    ...said,
    id: tx.newId('re'),
    created: now,
    testClock: charge.testClock,
    currency: charge.currency,
    charge: charge.id,
    customer: charge.customer,
    paymentMethod: charge.paymentMethod,
    paymentIntent: charge.paymentIntent,
    methodType: charge.paymentMethodDetails.type === 'sepa_debit' ? 'sepa_debit' : 'card',
  });
  emit(tx, { type: 'refund.created', object: renderRefund(refund), now });
  return refund;
}
