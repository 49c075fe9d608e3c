import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { sublist, type ListObject } from '../../http/lists.ts';
import { pageUrl } from '../../http/own-address.ts';
import { nameOfPrice, shownPrice } from './prices.ts';
import {
  getCheckoutSession,
  totalOf,
  type CheckoutSessionRow,
  type LineItemRow,
} from './session-rows.ts';

type Session = Stripe.Checkout.Session;

/** What no session of the sandbox's has. */
const ALIKE = {
  adaptive_pricing: null,
  after_expiration: null,
  allowed_payment_method_types: null,
  automatic_tax: { enabled: false, liability: null, provider: null, status: null },
  billing_address_collection: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  consent_collection: null,
  currency_conversion: null,
  custom_fields: [],
  custom_text: {
    after_submit: null,
    shipping_address: null,
    submit: null,
    terms_of_service_acceptance: null,
  },
  customer_account: null,
  integration_identifier: null,
  livemode: false,
  managed_payments: null,
  origin_context: null,
  payment_link: null,
  payment_method_configuration_details: null,
  payment_method_options: {},
  permissions: null,
  recovered_from: null,
  saved_payment_method_options: null,
  shipping_address_collection: null,
  shipping_cost: null,
  shipping_options: [],
  ui_mode: 'hosted_page',
  wallet_options: null,
} satisfies Partial<Session>;

type Amounts = Pick<Session, 'amount_subtotal' | 'amount_total' | 'total_details'>;

function amountsOf(session: CheckoutSessionRow): Amounts {
  if (session.mode === 'setup') {
    return { amount_subtotal: null, amount_total: null, total_details: null };
  }
  const { lineItems } = session;
  return {
    amount_subtotal: lineItems.reduce((sum, { subtotal }) => sum + subtotal, 0),
    amount_total: totalOf(session),
    total_details: {
      amount_discount: lineItems.reduce((sum, { discount }) => sum + discount, 0),
      amount_shipping: 0,
      amount_tax: 0,
    },
  };
}

/** A session as a GET answers it; its line items come only where they are asked for. */
export function renderSession(tx: Tx, session: CheckoutSessionRow): Session {
  const isSubscription = session.mode === 'subscription';
  return {
    id: session.id,
    object: 'checkout.session',
    ...ALIKE,
    ...amountsOf(session),
    allow_promotion_codes: session.allowPromotionCodes,
    cancel_url: session.cancelUrl,
    client_reference_id: session.clientReferenceId,
    created: session.created,
    currency: session.currency,
    customer: session.customer,
    customer_creation: session.customerCreation,
    customer_details: session.customerDetails,
    customer_email: session.customerEmail,
    discounts:
      session.mode === 'setup'
        ? null
        : session.discounts.map(({ coupon, promotionCode }) => ({
            coupon: promotionCode === null ? coupon : null,
            promotion_code: promotionCode,
          })),
    expires_at: session.expiresAt,
    invoice: session.invoice,
    invoice_creation: renderCreation(session),
    locale: session.locale,
    metadata: { ...session.metadata },
    mode: session.mode,
    payment_intent: session.paymentIntent,
    payment_method_collection: isSubscription
      ? (session.paymentMethodCollection ?? 'always')
      : session.mode === 'payment'
        ? 'if_required'
        : 'always',
    payment_method_types: [...session.paymentMethodTypes],
    payment_status: session.paymentStatus,
    phone_number_collection: { enabled: false },
    setup_intent: session.setupIntent,
    status: session.status,
    submit_type: session.submitType,
    subscription: session.subscription,
    success_url: session.successUrl,
    url: session.status === 'open' ? pageUrl(tx, `/checkout/${session.id}`) : null,
  };
}

function renderCreation({ invoiceCreation }: CheckoutSessionRow): Session['invoice_creation'] {
  if (invoiceCreation === null || invoiceCreation === undefined) return null;
  const { enabled, description, footer, metadata } = invoiceCreation;
  return {
    enabled,
    invoice_data: {
      account_tax_ids: null,
      custom_fields: null,
      description,
      footer,
      issuer: null,
      metadata: { ...metadata },
      rendering_options: null,
    },
  };
}

export function renderLineItem(
  tx: Tx,
  { currency }: CheckoutSessionRow,
  item: LineItemRow,
): Stripe.LineItem {
  return {
    id: item.id,
    object: 'item',
    adjustable_quantity: null,
    amount_discount: item.discount,
    amount_subtotal: item.subtotal,
    amount_tax: 0,
    amount_total: item.subtotal - item.discount,
    currency: currency!,
    description: nameOfPrice(tx, item.price),
    metadata: { ...item.metadata },
    price: shownPrice(tx, item.price),
    quantity: item.quantity,
  };
}

/** The first of the line items, as the session includes them where it is asked to. */
export function includedLineItems(tx: Tx, id: string): ListObject<Stripe.LineItem> {
  const session = getCheckoutSession(tx, id);
  const items = session.lineItems.map((item) => renderLineItem(tx, session, item));
  return sublist(`/v1/checkout/sessions/${id}/line_items`, items);
}
