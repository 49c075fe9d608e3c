import type { Adjustments } from './adjustments.ts';
import type { Keyed } from './keyed.ts';
import type {
  PreviewedInvoice,
  RemoteCheckout,
  RemoteCustomer,
  RemoteEvent,
  RemoteInvoice,
  RemotePrice,
  RemoteSubscription,
} from './remote.ts';

/** What one read of a customer found. */
export type Retrieval =
  | { readonly kind: 'found'; readonly customer: RemoteCustomer }
  /** Deleted at Stripe: its subscriptions have ended with it, and its invoices remain. */
  | { readonly kind: 'deleted'; readonly customer: RemoteCustomer }
  /** Stripe answers that it knows no such customer. */
  | { readonly kind: 'unknown'; readonly id: string };

export interface NewProduct {
  /** Ours, such as `wf_plan_pro`, so that it is found again. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface NewPrice {
  readonly productId: string;
  readonly lookupKey: string;
  readonly currency: string;
  readonly unitAmountMinor: number;
  /** `null` for what is sold once. */
  readonly interval: 'month' | 'year' | null;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Percent or amount off, and for how long: what a Stripe coupon can say. */
export interface NewCoupon {
  /** Made of what it says, so that equal ones are one. */
  readonly id: string;
  readonly name: string;
  readonly percentOffBasisPoints: number | null;
  readonly amountOff: { readonly amountMinor: number; readonly currency: string } | null;
  readonly duration: 'once' | 'repeating' | 'forever';
  readonly durationInMonths: number | null;
}

export interface CheckoutLine {
  readonly priceId: string;
  readonly quantity: number;
}

export interface NewCheckout extends Keyed {
  readonly mode: 'subscription' | 'payment';
  readonly customerId: string;
  readonly lines: readonly CheckoutLine[];
  readonly couponId: string | null;
  readonly trialDays: number | null;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly expiresMs: number;
  readonly locale: string | null;
  /** Of the session, and of the subscription or payment that comes of it. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is to become of the items; one that is not named stays as it is. */
export type ItemChange =
  | {
      readonly kind: 'set';
      readonly itemId: string;
      readonly priceId: string;
      readonly quantity: number;
    }
  | { readonly kind: 'add'; readonly priceId: string; readonly quantity: number }
  | { readonly kind: 'delete'; readonly itemId: string };

export interface SubscriptionPreview {
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly items: readonly ItemChange[];
  readonly couponId: string | null;
  readonly prorationMs: number;
  /** A trial ends with it, and what it becomes is paid for from then on. */
  readonly endsTrial: boolean;
}

/**
 * A change that is paid for at once: the items change when the invoice is paid. With a coupon, a
 * card that does not pay at once refuses the whole of it (`payment_declined`).
 */
export interface SubscriptionChange extends Keyed {
  readonly subscriptionId: string;
  readonly items: readonly ItemChange[];
  readonly couponId: string | null;
  readonly prorationMs: number;
  /** A trial ends with it, and what it becomes is paid for from then on. */
  readonly endsTrial: boolean;
}

/** What a subscription is to consist of from the end of its period on. */
export interface ScheduledChange extends Keyed {
  readonly subscriptionId: string;
  readonly items: readonly CheckoutLine[];
  /** In the place of the discounts that there are; `null` lets those stay that last so long. */
  readonly couponId: string | null;
}

export interface NewInvoiceItem extends Keyed {
  readonly customerId: string;
  readonly subscriptionId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly description: string;
  readonly period: { readonly startMs: number; readonly endMs: number };
  readonly metadata: Readonly<Record<string, string>>;
}

/** Where an invoice item stands: one may wait for its invoice; what is gone nobody has to bill. */
export type ItemStanding =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'billed'; readonly invoiceId: string }
  | { readonly kind: 'deleted' };

/** An invoice of all that waits for one at a customer, whichever subscription it was for. */
export interface PendingInvoice extends Keyed {
  readonly customerId: string;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface Page<T> {
  readonly data: readonly T[];
  /** To be given to the next call; `null` at the end. */
  readonly next: string | null;
}

/** An event that was asked for, with all that it says as JSON. */
export interface ListedEvent extends RemoteEvent {
  readonly payload: string;
}

/** What was done with a request for money that could not be done now. */
export type ChangeOutcome =
  | { readonly kind: 'done'; readonly subscription: RemoteSubscription }
  /** Paid for when the customer has acted or paid: `url` is Stripe's page for it. */
  | {
      readonly kind: 'payment_pending';
      readonly subscription: RemoteSubscription;
      readonly invoiceId: string;
      readonly url: string | null;
    };

/**
 * What billing asks of Stripe. Every call may be repeated with the same key and has then happened
 * once. Throws `AppError`: `payment_provider_unavailable` (kind unavailable) where Stripe cannot be
 * reached or asks for patience, `payment_provider_refused` (kind conflict) with Stripe's own code
 * and message where it says no, `payment_declined` where a card does.
 */
export interface PaymentGateway extends Adjustments {
  /** The version at which Stripe renders what is retrieved here. */
  readonly apiVersion: string;
  /** Whether the key is of the live mode. */
  readonly isLive: boolean;

  // What is sold
  findProducts(ids: readonly string[]): Promise<readonly { id: string; name: string }[]>;
  findPrices(lookupKeys: readonly string[]): Promise<readonly RemotePrice[]>;
  createProduct(product: NewProduct & Keyed): Promise<void>;
  createPrice(price: NewPrice & Keyed): Promise<RemotePrice>;
  /** Answers when a coupon of this id exists, whoever made it. */
  ensureCoupon(coupon: NewCoupon): Promise<void>;
  hasCoupon(id: string): Promise<boolean>;
  /** Answers when there is none of this id; who has it redeemed keeps what it grants. */
  deleteCoupon(id: string): Promise<void>;

  // Customers
  createCustomer(
    customer: {
      readonly email: string;
      readonly name: string | null;
      readonly metadata: Readonly<Record<string, string>>;
    } & Keyed,
  ): Promise<string>;
  retrieveCustomer(id: string): Promise<Retrieval>;
  /** Ids of all customers, newest first. */
  listCustomerIds(cursor: string | null): Promise<Page<string>>;

  // Buying
  createCheckout(checkout: NewCheckout): Promise<RemoteCheckout>;
  retrieveCheckout(id: string): Promise<RemoteCheckout>;
  /** Answers the session as it then stands: `complete` where the customer was faster. */
  expireCheckout(id: string): Promise<RemoteCheckout>;
  createPortal(
    portal: { readonly customerId: string; readonly returnUrl: string } & Keyed,
  ): Promise<{ readonly url: string }>;

  // Changing
  previewChange(preview: SubscriptionPreview): Promise<PreviewedInvoice>;
  /** What the next renewal will charge; `null` where none is to come. */
  previewRenewal(subscriptionId: string): Promise<PreviewedInvoice | null>;
  changeNow(change: SubscriptionChange): Promise<ChangeOutcome>;
  changeAtPeriodEnd(change: ScheduledChange): Promise<void>;
  /** Lets a scheduled change go; the subscription stays as it is. */
  releaseSchedule(of: { readonly scheduleId: string } & Keyed): Promise<void>;
  cancelAtPeriodEnd(of: { readonly subscriptionId: string } & Keyed): Promise<void>;
  /** Without credit for what is left of the period. */
  cancelNow(of: { readonly subscriptionId: string } & Keyed): Promise<void>;
  /** Withdraws a cancellation that has not happened. */
  keep(of: { readonly subscriptionId: string } & Keyed): Promise<void>;
  /** Gives the whole payment of an invoice back. */
  refundInvoice(of: { readonly invoiceId: string } & Keyed): Promise<void>;
  createInvoiceItem(item: NewInvoiceItem): Promise<string>;
  findItem(itemId: string): Promise<ItemStanding>;
  /** Makes it final, to be paid like any other; `null` where nothing waits. */
  invoicePendingItems(invoice: PendingInvoice): Promise<string | null>;
  retrieveInvoice(id: string): Promise<RemoteInvoice | null>;
  payInvoice(of: { readonly invoiceId: string } & Keyed): Promise<RemoteInvoice>;

  // Events
  /**
   * The event in a request's body as it came, once its signature holds and is not older than five
   * minutes by the machine's clock, by which Stripe signs.
   * Throws `webhook_signature_invalid`, `webhook_signature_expired` or `webhook_malformed`.
   */
  readEvent(payload: string, signatureHeader: string): RemoteEvent;
  /** Events since an instant, newest first; Stripe keeps thirty days. */
  listEvents(sinceMs: number, cursor: string | null): Promise<Page<ListedEvent>>;
}
