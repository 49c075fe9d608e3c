import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { charges, keepCharge, type ChargeNews, type ChargeRow } from './charges.ts';
import { declineOf, type DeclineName } from '../methods/declines.ts';
import { intentNow, type PaymentIntentRow } from '../intents.ts';
import { assertCard, type CardFacts } from '../methods/card-facts.ts';
import { typeOf, type PaymentMethodRow } from '../payment-methods.ts';

/** How an attempt went at the card's network or the bank. */
export type Result = 'succeeded' | 'pending' | DeclineName;

/** Makes the charge of an attempt and tells of it. */
export function chargeIntent(
  tx: Tx,
  intent: PaymentIntentRow,
  { method, result }: { readonly method: PaymentMethodRow; readonly result: Result },
): ChargeRow {
  const isCaptured = intent.captureMethod !== 'manual' && isOf(result, 'succeeded', 'pending');
  return addCharge(tx, {
    created: intentNow(tx, intent),
    testClock: intent.testClock,
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    paymentIntent: intent.id,
    isCaptured,
    isAuthenticated: intent.isAuthenticated,
    metadata: intent.metadata,
    method,
    receiptEmail: intent.receiptEmail,
    result,
    shipping: intent.shipping,
    source: null,
    statementDescriptor: intent.statementDescriptor,
    statementDescriptorSuffix: intent.statementDescriptorSuffix,
    transferGroup: intent.transferGroup,
  });
}

type Given = Pick<
  ChargeRow,
  | 'created'
  | 'testClock'
  | 'amount'
  | 'currency'
  | 'customer'
  | 'description'
  | 'paymentIntent'
  | 'isCaptured'
  | 'metadata'
  | 'receiptEmail'
  | 'shipping'
  | 'source'
  | 'statementDescriptor'
  | 'statementDescriptorSuffix'
  | 'transferGroup'
>;

export interface NewCharge extends Given {
  readonly method: PaymentMethodRow;
  readonly result: Result;
  readonly isAuthenticated: boolean;
}

export function addCharge(tx: Tx, said: NewCharge): ChargeRow {
  const { method, result, isAuthenticated: _, ...given } = said;
  const decline = isOf(result, 'succeeded', 'pending') ? null : declineOf(result);
  const charge: ChargeRow = {
    ...given,
    id: tx.newId(typeOf(method) === 'card' ? 'ch' : 'py'),
    amountCaptured: said.isCaptured && result === 'succeeded' ? said.amount : 0,
    amountRefunded: 0,
    paymentMethod: method.id,
    paymentMethodDetails: detailsOf(said),
    billingDetails: method.billingDetails,
    status: decline === null ? (result === 'pending' ? 'pending' : 'succeeded') : 'failed',
    failureCode: decline?.code ?? null,
    failureMessage: decline?.message ?? null,
    outcome: outcomeOf(result),
    fraudReport: null,
  };
  return keepCharge(tx, charge, newsOf(charge));
}

function isOf<const T extends string>(value: string, ...words: T[]): value is T {
  return (words as readonly string[]).includes(value);
}

function newsOf({ status }: ChargeRow): ChargeNews {
  return `charge.${status}`;
}

/** A pending charge that came to its end; its row is put in the place of what it was. */
export function settleCharge(tx: Tx, id: string, result: 'succeeded' | DeclineName): ChargeRow {
  const charge = tx.find(charges, id)!;
  const decline = result === 'succeeded' ? null : declineOf(result);
  const settled: ChargeRow = {
    ...charge,
    amountCaptured: decline === null ? charge.amount : 0,
    isCaptured: decline === null,
    status: decline === null ? 'succeeded' : 'failed',
    failureCode: decline?.code ?? null,
    failureMessage: decline?.message ?? null,
    outcome: outcomeOf(result),
  };
  return keepCharge(tx, settled, newsOf(settled));
}

const noAdvice = { advice_code: null, network_advice_code: null, network_decline_code: null };

function outcomeOf(result: Result): Stripe.Charge.Outcome {
  if (isOf(result, 'succeeded', 'pending')) {
    return {
      ...noAdvice,
      network_status: 'approved_by_network',
      reason: null,
      risk_level: 'normal',
      risk_score: 20,
      seller_message: 'Payment complete.',
      type: 'authorized',
    };
  }
  const isBlocked = result === 'fraudulent';
  return {
    ...noAdvice,
    network_status: isBlocked ? 'not_sent_to_network' : 'declined_by_network',
    reason: isBlocked ? 'highest_risk_level' : result,
    risk_level: isBlocked ? 'highest' : 'normal',
    risk_score: isBlocked ? 95 : 20,
    seller_message: isBlocked
      ? 'Stripe blocked this payment as too risky.'
      : `The bank returned the decline code \`${result}\`.`,
    type: isBlocked ? 'blocked' : 'issuer_declined',
  };
}

function detailsOf(said: NewCharge): Stripe.Charge.PaymentMethodDetails {
  const { sepa } = said.method;
  if (sepa !== null) {
    return {
      type: 'sepa_debit',
      sepa_debit: {
        bank_code: sepa.bankCode,
        branch_code: '',
        country: sepa.country,
        fingerprint: sepa.fingerprint,
        last4: sepa.last4,
        mandate: null,
      },
    };
  }
  return { type: 'card', card: cardDetailsOf(assertCard(said.method), said) };
}

function cardDetailsOf(card: CardFacts, said: NewCharge): Stripe.Charge.PaymentMethodDetails.Card {
  const isApproved = said.result === 'succeeded';
  return {
    amount_authorized: isApproved ? said.amount : null,
    authorization_code: isApproved ? '123456' : null,
    brand: card.brand,
    checks: {
      address_line1_check: null,
      address_postal_code_check: null,
      cvc_check: card.cvcCheck,
    },
    country: card.country,
    electronic_commerce_indicator: said.isAuthenticated ? '05' : null,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint,
    funding: card.funding,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card.last4,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand,
    network_token: { used: false },
    network_transaction_id: isApproved ? '104010234567890' : null,
    overcapture: { maximum_amount_capturable: said.amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: said.isAuthenticated ? AUTHENTICATED : null,
    transaction_link_id: null,
    wallet: null,
  };
}

const AUTHENTICATED: Stripe.Charge.PaymentMethodDetails.Card.ThreeDSecure = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};
