import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { missing } from '../../http/errors.ts';
import { SESSION_PLACE } from '../urls.ts';

/** Something that is bought, with what it costs today. */
export interface LineItemRow {
  readonly id: string;
  readonly price: string;
  /** `null` for a metered price. */
  readonly quantity: number | null;
  readonly metadata: Readonly<Record<string, string>>;
  /** Minor units, before discounts. */
  readonly subtotal: number;
  readonly discount: number;
}

/** A reduction that was given with the session or entered on its page. */
export interface SessionDiscount {
  readonly coupon: string;
  readonly promotionCode: string | null;
}

/** How the subscription is to be made, by Stripe's names. */
export interface SubscriptionData {
  readonly billing_cycle_anchor?: number | undefined;
  readonly description?: string | undefined;
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly proration_behavior?: 'create_prorations' | 'none' | undefined;
  readonly trial_end?: number | undefined;
  readonly trial_period_days?: number | undefined;
  readonly trial_settings?:
    | {
        readonly end_behavior: {
          readonly missing_payment_method: 'cancel' | 'create_invoice' | 'pause';
        };
      }
    | undefined;
}

/** How the payment is to be made. */
export interface IntentData {
  readonly captureMethod: 'automatic_async' | 'automatic' | 'manual';
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly receiptEmail: string | null;
  readonly setupFutureUsage: 'off_session' | 'on_session' | null;
  readonly shipping: Stripe.PaymentIntent.Shipping | null;
  readonly statementDescriptor: string | null;
  readonly statementDescriptorSuffix: string | null;
}

/** The invoice that is made of a payment once it is there. */
export interface InvoiceCreation {
  readonly enabled: boolean;
  readonly description: string | null;
  readonly footer: string | null;
  readonly metadata: Record<string, string>;
}

export type SessionMode = 'payment' | 'setup' | 'subscription';

export interface CheckoutSessionRow {
  readonly id: string;
  /** Epoch seconds of the sandbox's own clock, by which it also expires. */
  readonly created: number;
  readonly expiresAt: number;
  readonly mode: SessionMode;
  readonly status: 'open' | 'complete' | 'expired';
  readonly paymentStatus: 'no_payment_required' | 'paid' | 'unpaid';
  readonly successUrl: string;
  readonly cancelUrl: string | null;
  readonly clientReferenceId: string | null;
  readonly currency: string | null;
  /** Who was given, or made on completion. */
  readonly customer: string | null;
  readonly customerCreation: 'always' | 'if_required' | null;
  readonly customerEmail: string | null;
  readonly customerDetails: Stripe.Checkout.Session.CustomerDetails | null;
  readonly allowPromotionCodes: boolean | null;
  readonly discounts: readonly SessionDiscount[];
  readonly lineItems: readonly LineItemRow[];
  readonly locale: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly paymentMethodCollection: 'always' | 'if_required' | null;
  readonly paymentMethodTypes: readonly ('card' | 'sepa_debit')[];
  readonly submitType: 'auto' | 'book' | 'donate' | 'pay' | 'subscribe' | null;
  readonly intentData: IntentData;
  /** Of payments only; what was journaled before there were any has none. */
  readonly invoiceCreation?: InvoiceCreation | null;
  readonly setupData: {
    readonly description: string | null;
    readonly metadata: Record<string, string>;
  };
  readonly subscriptionData: SubscriptionData;
  readonly paymentIntent: string | null;
  readonly setupIntent: string | null;
  readonly subscription: string | null;
  readonly invoice: string | null;
  /** Ids of the discounts that were redeemed when it was completed. */
  readonly redeemed?: readonly string[];
  /** What the customer is asked to prove to be theirs before it is used. */
  readonly awaitsAuthentication: Attempt | null;
}

/** Somebody's wish to pay, as far as it has been understood. */
export interface Attempt {
  readonly paymentMethod: string | null;
  readonly email: string | null;
  readonly name: string | null;
}

export const checkoutSessions = collection<CheckoutSessionRow>('checkout_sessions', {
  customer: (session) => session.customer,
  invoice: (session) => session.invoice,
  paymentIntent: (session) => session.paymentIntent,
  subscription: (session) => session.subscription,
});

export function getCheckoutSession(tx: Tx, id: string, param?: string): CheckoutSessionRow {
  const session = tx.find(checkoutSessions, id);
  if (session === undefined) throw missing('checkout.session', id, param);
  return session;
}

/** What is to be paid today. */
export function totalOf({ lineItems }: Pick<CheckoutSessionRow, 'lineItems'>): number {
  return lineItems.reduce((sum, { subtotal, discount }) => sum + subtotal - discount, 0);
}

/** Whether something has to be given to pay with, now or later. */
export function needsPaymentMethod(session: CheckoutSessionRow): boolean {
  if (session.mode === 'setup' || totalOf(session) > 0) return true;
  return session.mode === 'subscription' && session.paymentMethodCollection !== 'if_required';
}

/** Where a browser goes once it is done, with the session's id where the URL has a place for it. */
export function successUrl({ id, successUrl: url }: CheckoutSessionRow): string {
  return url.replaceAll(SESSION_PLACE, id);
}
