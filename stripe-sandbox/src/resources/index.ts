import { invoiceTimers } from '../billing/invoices/advance.ts';
import { renderPayments, renderSecret } from '../billing/invoices/payments.ts';
import { renderInvoice } from '../billing/invoices/render.ts';
import { getInvoice } from '../billing/invoices/rows.ts';
import { renderSubscription } from '../billing/subscriptions/render.ts';
import { getSubscription } from '../billing/subscriptions/rows.ts';
import { renderSchedule } from '../billing/subscriptions/schedules/render.ts';
import { getSchedule } from '../billing/subscriptions/schedules/rows.ts';
import type { TimerHandlers } from '../engine/deeds.ts';
import type { Expanders } from '../http/expand.ts';
import type { Route } from '../http/routes.ts';
import { includedLineItems } from '../pages/checkout/render-session.ts';
import { getConfiguration, renderConfiguration } from '../pages/portal/configurations.ts';
import { balanceTransactionRoutes } from './customers/balance-transactions.ts';
import { catalogueByProperty, catalogueIncluded } from '../catalogue/expanders.ts';
import { checkoutSessionRoutes, checkoutTimers } from './hosted/checkout-sessions.ts';
import { couponRoutes } from './catalogue/coupons.ts';
import { customerDeletionRoutes } from './customers/deletion.ts';
import { customerDiscountRoutes, customerDiscountTimers } from './customers/discounts.ts';
import { customerRoutes } from './customers/customers.ts';
import { findCustomer, renderCustomer } from '../customers/customer.ts';
import { eventDestinationRoutes } from './events/event-destinations.ts';
import { eventRoutes } from './events/events.ts';
import { invoiceItemRoutes } from './invoices/invoice-items.ts';
import { invoicePaymentRoutes } from './invoices/invoice-payments.ts';
import { invoiceRoutes } from './invoices/invoices.ts';
import { meterEventSummaryRoutes } from './meters/meter-event-summaries.ts';
import { meterEventRoutes } from './meters/meter-events.ts';
import { meterRoutes } from './meters/meters.ts';
import {
  paymentByProperty,
  paymentIncluded,
  paymentRoutes,
  paymentTimers,
} from './payments/payments.ts';
import { paymentPageRoutes } from './hosted/payment-pages.ts';
import { planRoutes } from './catalogue/plans.ts';
import { portalConfigurationRoutes } from './hosted/portal-configurations.ts';
import { portalSessionRoutes } from './hosted/portal-sessions.ts';
import { priceRoutes } from './catalogue/prices.ts';
import { productRoutes } from './catalogue/products.ts';
import { promotionCodeRoutes } from './catalogue/promotion-codes.ts';
import { subscriptionItemRoutes } from './subscriptions/subscription-items.ts';
import {
  subscriptionScheduleRoutes,
  subscriptionScheduleTimers,
} from './subscriptions/subscription-schedules.ts';
import { subscriptionRoutes, subscriptionTimers } from './subscriptions/subscriptions.ts';
import { getTestClock, renderTestClock } from '../clocks/test-clock.ts';
import { testClockRoutes } from './clocks/test-clocks.ts';
import { thinEventRoutes } from './events/thin-events.ts';
import { bindUpcalls } from './upcalls.ts';
import { webhookEndpointRoutes } from './events/webhook-endpoints.ts';

bindUpcalls();

export function listRoutes(apiVersion: string): readonly Route[] {
  return [
    ...customerRoutes,
    ...customerDeletionRoutes,
    ...customerDiscountRoutes,
    ...paymentRoutes,
    ...balanceTransactionRoutes,
    ...invoiceRoutes,
    ...invoiceItemRoutes,
    ...invoicePaymentRoutes,
    ...checkoutSessionRoutes,
    ...paymentPageRoutes,
    ...portalConfigurationRoutes,
    ...portalSessionRoutes,
    ...productRoutes,
    ...priceRoutes,
    ...planRoutes,
    ...couponRoutes,
    ...promotionCodeRoutes,
    ...eventRoutes(apiVersion),
    ...testClockRoutes,
    ...webhookEndpointRoutes,
    ...meterRoutes,
    ...meterEventRoutes,
    ...meterEventSummaryRoutes,
    ...eventDestinationRoutes,
    ...thinEventRoutes,
    ...subscriptionRoutes,
    ...subscriptionItemRoutes,
    ...subscriptionScheduleRoutes,
  ];
}

export const expanders: Expanders = {
  byProperty: {
    ...catalogueByProperty,
    ...paymentByProperty,
    configuration: (tx, id) => renderConfiguration(getConfiguration(tx, id)),
    customer: (tx, id) => renderCustomer(findCustomer(tx, id)),
    invoice: (tx, id) => renderInvoice(tx, getInvoice(tx, id)),
    latest_invoice: (tx, id) => renderInvoice(tx, getInvoice(tx, id)),
    schedule: (tx, id) => renderSchedule(tx, getSchedule(tx, id)),
    subscription: (tx, id) => renderSubscription(tx, getSubscription(tx, id)),
    test_clock: (tx, id) => renderTestClock(getTestClock(tx, id)),
  },
  included: {
    ...catalogueIncluded,
    ...paymentIncluded,
    'checkout.session': { line_items: includedLineItems },
    'invoice': { confirmation_secret: renderSecret, payments: renderPayments },
  },
};

export const timerHandlers: TimerHandlers = {
  ...customerDiscountTimers,
  ...paymentTimers,
  ...checkoutTimers,
  ...invoiceTimers,
  ...subscriptionTimers,
  ...subscriptionScheduleTimers,
};
