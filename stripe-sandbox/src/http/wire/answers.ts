import type Stripe from 'stripe';
import type { ListObject } from '../lists.ts';

/** What Stripe's API answers, as the SDK declares it: nothing else leaves a route. */
export type Answer =
  ListObject<Answered> | Answered | NothingAnswered | V2Answered | V2Page<V2Answered>;

type Answered =
  | Stripe.Billing.Meter
  | Stripe.Billing.MeterEvent
  | Stripe.Billing.MeterEventSummary
  | Stripe.BillingPortal.Configuration
  | Stripe.BillingPortal.Session
  | Stripe.Card
  | Stripe.Charge
  | Stripe.Checkout.Session
  | Stripe.Coupon
  | Stripe.Customer
  | Stripe.CustomerBalanceTransaction
  | Stripe.DeletedCoupon
  | Stripe.DeletedCustomer
  | Stripe.DeletedDiscount
  | Stripe.DeletedInvoice
  | Stripe.DeletedInvoiceItem
  | Stripe.DeletedPlan
  | Stripe.DeletedProduct
  | Stripe.DeletedSubscriptionItem
  | Stripe.DeletedWebhookEndpoint
  | Stripe.Event
  | Stripe.Invoice
  | Stripe.InvoiceItem
  | Stripe.InvoiceLineItem
  | Stripe.InvoicePayment
  | Stripe.LineItem
  | Stripe.PaymentIntent
  | Stripe.PaymentMethod
  | Stripe.Plan
  | Stripe.Price
  | Stripe.Product
  | Stripe.PromotionCode
  | Stripe.Refund
  | Stripe.SetupIntent
  | Stripe.Subscription
  | Stripe.SubscriptionItem
  | Stripe.SubscriptionSchedule
  | Stripe.TestHelpers.DeletedTestClock
  | Stripe.TestHelpers.TestClock
  | Stripe.WebhookEndpoint;

type V2Answered =
  | Omit<Stripe.Events.V1BillingMeterErrorReportTriggeredEvent, 'fetchRelatedObject'>
  | Stripe.Events.V1BillingMeterNoMeterFoundEvent
  | Stripe.V2.Billing.MeterEventSession
  | Stripe.V2.Core.EventDestination
  | DeletedOfV2;

/** A list of `/v2`. */
export interface V2Page<T> {
  readonly data: readonly T[];
  readonly next_page_url: string | null;
  readonly previous_page_url: string | null;
}

/** The SDK's `void`: an object without properties. */
export type NothingAnswered = Readonly<Record<string, never>>;

/** What `/v2` answers of something that is deleted; its name tells it from what is of `/v1`. */
export interface DeletedOfV2 extends Stripe.V2.DeletedObject {
  object: `v2.${string}`;
}
