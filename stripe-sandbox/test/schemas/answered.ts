/**
 * The objects that the sandbox answers, by the name in their `object`. Where a type speaks of any
 * other object, the sandbox answers its id or nothing, so the schemas have only that.
 */
export const answeredObjects: readonly string[] = [
  'billing.meter',
  'billing.meter_event',
  'billing.meter_event_summary',
  'billing_portal.configuration',
  'billing_portal.session',
  'card',
  'charge',
  'checkout.session',
  'coupon',
  'customer',
  'customer_balance_transaction',
  'discount',
  'event',
  'invoice',
  'invoice_payment',
  'invoiceitem',
  'item',
  'line_item',
  'payment_intent',
  'payment_method',
  'plan',
  'price',
  'product',
  'promotion_code',
  'refund',
  'setup_intent',
  'subscription',
  'subscription_item',
  'subscription_schedule',
  'test_helpers.test_clock',
  'v2.billing.meter_event',
  'v2.billing.meter_event_session',
  'v2.core.event_destination',
  'webhook_endpoint',
];

/** Thin events, whose types all have one `object`: by the interfaces that declare them. */
export const answeredThinEvents: Readonly<Record<string, string>> = {
  V1BillingMeterErrorReportTriggeredEvent: 'v1.billing.meter.error_report_triggered',
  V1BillingMeterNoMeterFoundEvent: 'v1.billing.meter.no_meter_found',
};
