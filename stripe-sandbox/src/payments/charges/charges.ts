import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import { sublist, type ListObject } from '../../http/lists.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';
import { refunds, renderRefund } from './refund-rows.ts';

/** An attempt to take money, or to hold it until it is captured. */
export interface ChargeRow {
  readonly id: string;
  readonly created: number;
  readonly testClock: string | null;
  readonly amount: number;
  readonly amountCaptured: number;
  /** What went back, and what was let go at a capture of less. */
  readonly amountRefunded: number;
  readonly currency: string;
  readonly customer: string | null;
  readonly description: string | null;
  readonly paymentIntent: string | null;
  readonly paymentMethod: string | null;
  readonly paymentMethodDetails: Stripe.Charge.PaymentMethodDetails;
  readonly billingDetails: Stripe.Charge.BillingDetails;
  readonly isCaptured: boolean;
  readonly status: 'succeeded' | 'pending' | 'failed';
  readonly failureCode: string | null;
  readonly failureMessage: string | null;
  readonly outcome: Stripe.Charge.Outcome;
  readonly fraudReport: string | null;
  readonly metadata: Record<string, string>;
  readonly receiptEmail: string | null;
  readonly shipping: Stripe.Charge.Shipping | null;
  /** The card of a charge of old, made without an intent. */
  readonly source: Stripe.Card | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
  readonly transferGroup: string | null;
}

export const charges = collection<ChargeRow>('charges', {
  customer: (charge) => charge.customer,
  paymentIntent: (charge) => charge.paymentIntent,
});

export function getCharge(tx: Tx, id: string, param?: string): ChargeRow {
  const charge = tx.find(charges, id);
  if (charge === undefined) throw missing('charge', id, param);
  return charge;
}

export type ChargeNews =
  | 'charge.captured'
  | 'charge.expired'
  | 'charge.failed'
  | 'charge.pending'
  | 'charge.refunded'
  | 'charge.succeeded'
  | 'charge.updated';

/** Keeps a charge and tells of it. */
export function keepCharge(tx: Tx, charge: ChargeRow, type: ChargeNews): ChargeRow {
  const before = tx.find(charges, charge.id);
  tx.put(charges, charge);
  emit(tx, {
    type,
    object: renderCharge(charge),
    ...(before === undefined ? {} : { before: renderCharge(before) }),
    now: nowOn(tx, charge.testClock),
  });
  return charge;
}

/** How much of a charge can still be given back. */
export function refundable(charge: ChargeRow): number {
  return charge.amount - charge.amountRefunded;
}

export function renderCharge(charge: ChargeRow): Stripe.Charge {
  const isPaid = charge.status !== 'failed';
  return {
    id: charge.id,
    object: 'charge',
    amount: charge.amount,
    amount_captured: charge.amountCaptured,
    amount_refunded: charge.amountRefunded,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    // As with Stripe's asynchronous capture, which does not wait for the balance.
    balance_transaction: null,
    billing_details: charge.billingDetails,
    calculated_statement_descriptor: statementOf(charge),
    captured: charge.isCaptured,
    created: charge.created,
    currency: charge.currency,
    customer: charge.customer,
    description: charge.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: charge.failureCode,
    failure_message: charge.failureMessage,
    fraud_details: charge.fraudReport === null ? {} : { user_report: charge.fraudReport },
    livemode: false,
    metadata: charge.metadata,
    on_behalf_of: null,
    outcome: charge.outcome,
    paid: isPaid,
    payment_intent: charge.paymentIntent,
    payment_method: charge.paymentMethod,
    payment_method_details: charge.paymentMethodDetails,
    radar_options: {},
    receipt_email: charge.receiptEmail,
    receipt_number: null,
    receipt_url: isPaid ? `https://pay.stripe.com/receipts/payment/${charge.id}` : null,
    refunded: charge.amountRefunded === charge.amount,
    review: null,
    shipping: charge.shipping,
    source: charge.source,
    source_transfer: null,
    statement_descriptor: charge.statementDescriptor,
    statement_descriptor_suffix: charge.statementDescriptorSuffix,
    status: charge.status,
    transfer_data: null,
    transfer_group: charge.transferGroup,
  };
}

const ACCOUNT_STATEMENT = 'SANDBOX';

function statementOf(charge: ChargeRow): string {
  const suffix = charge.statementDescriptorSuffix;
  if (suffix !== null) return `${ACCOUNT_STATEMENT}* ${suffix}`;
  return charge.statementDescriptor ?? ACCOUNT_STATEMENT;
}

/** The refunds of a charge, which it shows when they are asked for. */
export function refundsOf(tx: Tx, charge: string): ListObject<Stripe.Refund> {
  const rows = tx.by(refunds, 'charge', charge).toReversed();
  return sublist(`/v1/charges/${charge}/refunds`, rows.map(renderRefund));
}
