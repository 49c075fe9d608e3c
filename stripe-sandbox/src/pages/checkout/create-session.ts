import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { mergeMetadata, missingParam } from '../../http/params.ts';
import { addIntervals, DAY_SECONDS } from '../../money/calendar.ts';
import { isCurrency } from '../../money/currency.ts';
import { findPrice, type PriceRow } from '../../catalogue/price.ts';
import { getCustomer } from '../../customers/customer.ts';
import { shippingOf } from '../../payments/charges/shipping.ts';
import { buyerNow, pricedItems } from './amounts.ts';
import type { CheckoutParams, IntentDataParams, InvoiceCreationParams } from './create-params.ts';
import { discountSaid } from './discounts.ts';
import { EXPIRES } from './expire-session.ts';
import { requireFitting } from './fitting.ts';
import { readLineItems } from './line-items.ts';
import { requireCurrency } from './prices.ts';
import {
  checkoutSessions,
  type CheckoutSessionRow,
  type IntentData,
  type InvoiceCreation,
  type SubscriptionData,
  type SessionMode,
} from './session-rows.ts';

const HALF_AN_HOUR_SECONDS = 30 * 60;

/** Opens a session; nothing is made of what it asks for before it is completed. */
export function createCheckoutSession(tx: Tx, said: CheckoutParams): CheckoutSessionRow {
  const { mode } = said;
  if (mode === undefined) throw missingParam('mode');
  requireFitting(said, mode);
  const customer =
    said.customer === undefined ? null : getCustomer(tx, said.customer, 'customer').id;
  const lineItems = mode === 'setup' ? [] : readLineItems(tx, said.line_items ?? [], mode);
  const prices = lineItems.map(({ price }) => findPrice(tx, price));
  const currency = currencyOf(said, prices[0]);
  for (const price of prices) requireCurrency(price, currency!);
  const bought = {
    currency,
    customer,
    discounts: [],
    lineItems,
    subscriptionData: said.subscription_data ?? {},
  };
  requireFuture(bought.subscriptionData, { prices, now: buyerNow(tx, bought) });
  const discounts = (said.discounts ?? []).map((each) => discountSaid(tx, bought, each));
  const session = tx.put(checkoutSessions, {
    ...EMPTY,
    ...bought,
    id: tx.newId('cs_test', 32),
    created: tx.sandboxNow,
    expiresAt: expiryOf(tx, said.expires_at),
    mode,
    paymentStatus: mode === 'setup' ? 'no_payment_required' : 'unpaid',
    successUrl: said.success_url!,
    cancelUrl: said.cancel_url ?? null,
    clientReferenceId: said.client_reference_id ?? null,
    customerCreation: customer === null ? creationOf(said, mode) : null,
    customerEmail: said.customer_email ?? null,
    allowPromotionCodes: said.allow_promotion_codes ?? null,
    discounts,
    lineItems: pricedItems(tx, { ...bought, discounts }),
    locale: said.locale ?? null,
    metadata: mergeMetadata({}, said.metadata),
    paymentMethodCollection: said.payment_method_collection ?? null,
    paymentMethodTypes: said.payment_method_types ?? said.allowed_payment_method_types ?? ['card'],
    submitType: said.submit_type ?? null,
    intentData: intentDataOf(said.payment_intent_data),
    invoiceCreation: mode === 'payment' ? invoiceCreationOf(said.invoice_creation) : null,
    setupData: {
      description: said.setup_intent_data?.description ?? null,
      metadata: mergeMetadata({}, said.setup_intent_data?.metadata),
    },
  });
  tx.schedule({ kind: EXPIRES, subject: session.id, at: session.expiresAt, clock: null });
  return session;
}

const EMPTY = {
  status: 'open',
  customerDetails: null,
  paymentIntent: null,
  setupIntent: null,
  subscription: null,
  invoice: null,
  awaitsAuthentication: null,
} as const;

function creationOf(said: CheckoutParams, mode: SessionMode): 'always' | 'if_required' {
  // An invoice is somebody's.
  if (mode === 'subscription' || said.invoice_creation?.enabled === true) return 'always';
  return said.customer_creation ?? 'if_required';
}

function currencyOf(said: CheckoutParams, first: PriceRow | undefined): string | null {
  const currency = said.currency?.toLowerCase() ?? first?.currency ?? null;
  if (currency === null || isCurrency(currency)) return currency;
  throw invalid(`Invalid currency: ${currency}.`, { param: 'currency' });
}

function expiryOf(tx: Tx, said: number | undefined): number {
  const now = tx.sandboxNow;
  if (said === undefined) return now + DAY_SECONDS;
  const param = 'expires_at';
  if (said < now + HALF_AN_HOUR_SECONDS) {
    throw invalid(
      'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
      { param },
    );
  }
  if (said <= now + DAY_SECONDS) return said;
  throw invalid(
    'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.',
    { param },
  );
}

interface Bought {
  readonly prices: readonly PriceRow[];
  /** For who buys; epoch seconds. */
  readonly now: number;
}

/** What is to be later must be later than now, and an anchor within the first period. */
function requireFuture(data: SubscriptionData, { prices, now }: Bought): void {
  const { trial_end: trialEnd, trial_period_days: days, billing_cycle_anchor: anchor } = data;
  if (trialEnd !== undefined && trialEnd < now + 2 * DAY_SECONDS) {
    throw invalid('The `trial_end` date has to be at least 2 days in the future.', {
      param: 'subscription_data[trial_end]',
    });
  }
  if (anchor === undefined) return;
  const recurring = prices.find((price) => price.recurring !== null)?.recurring;
  if (recurring === undefined || recurring === null) return;
  const start = trialEnd ?? now + (days ?? 0) * DAY_SECONDS;
  const end = addIntervals(start, recurring.interval, recurring.intervalCount);
  if (anchor > now && anchor <= end) return;
  throw invalid(
    anchor <= now
      ? '`billing_cycle_anchor` must be in the future.'
      : '`billing_cycle_anchor` cannot be later than next natural billing date.',
    { param: 'subscription_data[billing_cycle_anchor]' },
  );
}

function invoiceCreationOf(said: InvoiceCreationParams | undefined): InvoiceCreation {
  const data = said?.invoice_data;
  return {
    enabled: said?.enabled ?? false,
    description: data?.description ?? null,
    footer: data?.footer ?? null,
    metadata: mergeMetadata({}, data?.metadata),
  };
}

function intentDataOf(said: IntentDataParams | undefined): IntentData {
  return {
    captureMethod: said?.capture_method ?? 'automatic_async',
    description: said?.description ?? null,
    metadata: mergeMetadata({}, said?.metadata),
    receiptEmail: said?.receipt_email ?? null,
    setupFutureUsage: said?.setup_future_usage ?? null,
    shipping: said?.shipping === undefined ? null : shippingOf(said.shipping),
    statementDescriptor: said?.statement_descriptor ?? null,
    statementDescriptorSuffix: said?.statement_descriptor_suffix ?? null,
  };
}
