import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { invalid, missing } from '../http/errors.ts';
import { emit } from '../events/event.ts';
import { nowOn } from '../clocks/test-clock.ts';
import { cardOf, type CardFacts } from './methods/card-facts.ts';
import { testCardNamed } from './methods/cards.ts';
import { declinedAnswer } from './failures.ts';
import { nextYear } from './methods/expiry.ts';
import type { SepaFacts } from './methods/sepa.ts';

/** What a customer can pay with. */
export interface PaymentMethodRow {
  readonly id: string;
  readonly created: number;
  readonly customer: string | null;
  readonly card: CardFacts | null;
  readonly sepa: SepaFacts | null;
  readonly billingDetails: Stripe.PaymentMethod.BillingDetails;
  readonly metadata: Record<string, string>;
  readonly allowRedisplay: Stripe.PaymentMethod.AllowRedisplay;
  /** Whether its holder has agreed to payments without them. */
  readonly isSetUp: boolean;
  /** Was used without a customer, or detached from one: then it cannot be used again. */
  readonly isUsedUp: boolean;
}

/** What is asked of a customer who pays; a row of theirs has it. */
export interface Payer {
  readonly id: string;
  readonly testClock: string | null;
  readonly defaultSource: string | null;
  readonly invoiceSettings: Pick<Stripe.Customer.InvoiceSettings, 'default_payment_method'>;
}

export const paymentMethods = collection<PaymentMethodRow>('payment_methods', {
  customer: (method) => method.customer,
});

export const noBillingDetails: Stripe.PaymentMethod.BillingDetails = {
  address: { city: null, country: null, line1: null, line2: null, postal_code: null, state: null },
  email: null,
  name: null,
  phone: null,
  tax_id: null,
};

export function findPaymentMethod(tx: Tx, id: string): PaymentMethodRow | undefined {
  return tx.find(paymentMethods, id);
}

/** The payment method; a test token such as `pm_card_visa` gives a new one each time. */
export function getPaymentMethod(tx: Tx, id: string, param?: string): PaymentMethodRow {
  const found = findPaymentMethod(tx, id) ?? fromToken(tx, id);
  if (found === undefined) throw missing('PaymentMethod', id, param);
  return found;
}

function fromToken(tx: Tx, id: string): PaymentMethodRow | undefined {
  const card = id.startsWith('pm_card_') ? testCardNamed(id) : undefined;
  if (card === undefined) return undefined;
  const expiry = nextYear(tx.sandboxNow);
  return addPaymentMethod(tx, { card: cardOf(card, expiry, { cvcCheck: null }) });
}

export interface NewPaymentMethod {
  /** `card` for the sources of old, which are payment methods too. */
  readonly prefix?: 'pm' | 'card';
  readonly card?: CardFacts;
  readonly sepa?: SepaFacts;
  readonly billingDetails?: Stripe.PaymentMethod.BillingDetails;
  readonly metadata?: Record<string, string>;
  readonly allowRedisplay?: Stripe.PaymentMethod.AllowRedisplay;
}

/** Adds a payment method that is nobody's yet; Stripe has no event for it. */
export function addPaymentMethod(tx: Tx, said: NewPaymentMethod): PaymentMethodRow {
  return tx.put(paymentMethods, {
    id: tx.newId(said.prefix ?? 'pm'),
    created: tx.sandboxNow,
    customer: null,
    card: said.card ?? null,
    sepa: said.sepa ?? null,
    billingDetails: said.billingDetails ?? noBillingDetails,
    metadata: said.metadata ?? {},
    allowRedisplay: said.allowRedisplay ?? 'unspecified',
    isSetUp: false,
    isUsedUp: false,
  });
}

/** Throws what Stripe says of one that was detached, or used without a customer. */
export function requireFresh(method: PaymentMethodRow): void {
  if (!method.isUsedUp) return;
  throw invalid(
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer ' +
      'attachment, shared with a connected account without Customer attachment, or was detached ' +
      'from a Customer. It may not be used again. To use a PaymentMethod multiple times, you ' +
      'must attach it to a Customer first.',
    { param: 'payment_method' },
  );
}

/**
 * Gives a payment method to a customer. The bank is asked on the way, so a card that it declines
 * cannot be attached.
 */
export function attachPaymentMethod(
  tx: Tx,
  method: PaymentMethodRow,
  customer: Pick<Payer, 'id' | 'testClock'>,
): PaymentMethodRow {
  if (method.customer === customer.id) return method;
  if (method.customer !== null) {
    throw invalid('The payment method you provided has already been attached to a customer.');
  }
  requireFresh(method);
  const why = method.card?.setup ?? null;
  if (why !== null) throw declinedAnswer(why);
  const attached = tx.put(paymentMethods, { ...method, customer: customer.id });
  const now = nowOn(tx, customer.testClock);
  emit(tx, { type: 'payment_method.attached', object: renderPaymentMethod(attached), now });
  return attached;
}

/**
 * What a customer pays with: the payment method that is named, which must be theirs, or else their
 * default, or `null` where they have none.
 */
export function usablePaymentMethod(
  tx: Tx,
  customer: Payer,
  id: string | null,
  param = 'payment_method',
): PaymentMethodRow | null {
  const wanted = id ?? defaultOf(customer);
  if (wanted === null) return null;
  const method = findPaymentMethod(tx, wanted);
  if (method?.customer === customer.id) return method;
  if (id === null) return null;
  if (method === undefined) throw missing('PaymentMethod', id, param);
  throw invalid(
    `The customer does not have a payment method with the ID ${id}. The payment method must be ` +
      'attached to the customer.',
    { code: 'resource_missing', param },
  );
}

function defaultOf(customer: Payer): string | null {
  const { default_payment_method: chosen } = customer.invoiceSettings;
  const id = typeof chosen === 'string' ? chosen : (chosen?.id ?? null);
  return id ?? customer.defaultSource;
}

export function renderPaymentMethod(method: PaymentMethodRow): Stripe.PaymentMethod {
  const { card, sepa } = method;
  return {
    id: method.id,
    object: 'payment_method',
    allow_redisplay: method.allowRedisplay,
    billing_details: method.billingDetails,
    ...(card === null ? {} : { card: renderCard(card) }),
    created: method.created,
    customer: method.customer,
    customer_account: null,
    livemode: false,
    metadata: method.metadata,
    ...(sepa === null ? {} : { sepa_debit: renderSepa(sepa) }),
    type: typeOf(method),
  };
}

/** The kind of payment method, as intents list the kinds that they take. */
export function typeOf(method: PaymentMethodRow): 'card' | 'sepa_debit' {
  return method.sepa === null ? 'card' : 'sepa_debit';
}

function renderCard(card: CardFacts): Stripe.PaymentMethod.Card {
  return {
    brand: card.brand,
    checks: {
      address_line1_check: null,
      address_postal_code_check: null,
      cvc_check: card.cvcCheck,
    },
    country: card.country,
    display_brand: card.brand === 'amex' ? 'american_express' : card.brand,
    exp_month: card.expMonth,
    exp_year: card.expYear,
    fingerprint: card.fingerprint,
    funding: card.funding,
    generated_from: null,
    last4: card.last4,
    networks: { available: [card.brand], preferred: null },
    regulated_status: 'unregulated',
    three_d_secure_usage: { supported: card.brand !== 'unionpay' },
    wallet: null,
  };
}

function renderSepa(sepa: SepaFacts): Stripe.PaymentMethod.SepaDebit {
  return {
    bank_code: sepa.bankCode,
    branch_code: '',
    country: sepa.country,
    fingerprint: sepa.fingerprint,
    generated_from: { charge: null, setup_attempt: null },
    last4: sepa.last4,
  };
}
