import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';

/** Money of a charge that went back. */
export interface RefundRow {
  readonly id: string;
  readonly created: number;
  readonly testClock: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly charge: string;
  readonly customer: string | null;
  readonly paymentMethod: string | null;
  readonly paymentIntent: string | null;
  readonly reason: Stripe.Refund.Reason | null;
  readonly type: 'refund' | 'reversal';
  readonly methodType: 'card' | 'sepa_debit';
  readonly metadata: Record<string, string>;
}

export const refunds = collection<RefundRow>('refunds', {
  charge: (refund) => refund.charge,
  paymentIntent: (refund) => refund.paymentIntent,
});

export function getRefund(tx: Tx, id: string, param?: string): RefundRow {
  const refund = tx.find(refunds, id);
  if (refund === undefined) throw missing('refund', id, param);
  return refund;
}

export function renderRefund(refund: RefundRow): Stripe.Refund {
  return {
    id: refund.id,
    object: 'refund',
    amount: refund.amount,
    balance_transaction: null,
    charge: refund.charge,
    created: refund.created,
    currency: refund.currency,
    customer: refund.customer,
    customer_account: null,
    destination_details: destinationOf(refund),
    metadata: refund.metadata,
    payment_intent: refund.paymentIntent,
    payment_method: refund.paymentMethod,
    reason: refund.reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: 'succeeded',
    transfer_reversal: null,
  };
}

function destinationOf({ methodType, type }: RefundRow): Stripe.Refund.DestinationDetails {
  if (methodType !== 'card') return { type: methodType };
  const card = {
    reference_status: 'pending',
    reference_type: 'acquirer_reference_number',
    type,
  };
  return { type: 'card', card };
}
