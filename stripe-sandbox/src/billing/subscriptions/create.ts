import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  hash,
  integer,
  list,
  mergeMetadata,
  optional,
  paramsOf,
  text,
  timestamp,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { currencyCode } from '../../money/parameters.ts';
import { customerNow, getCustomer } from '../../customers/customer.ts';
import { addInvoiceItems } from './terms/add-invoice-items.ts';
import { collect, makeInvoice } from './bill.ts';
import { planCycle, type Cycle } from './turns/cycle.ts';
import { readDiscounts } from './terms/discounts.ts';
import { readItem, requireAlike, type NewItem } from './items.ts';
import { periodLines } from './terms/lines.ts';
import { billingModeSpec, cancelAtSpec, newItemSpecs, sharedSpecs } from './params.ts';
import {
  keepPaymentMethod,
  lacksPaymentMethod,
  requireOwnPaymentMethod,
  requirePaymentMethod,
} from './terms/payment-method.ts';
import { amountOfItem, currencyOf } from './terms/pricing.ts';
import { putSubscription, tellSubscription } from './render.ts';
import { setUpLater } from './terms/setup.ts';
import { getSubscription, subscriptions, type SubscriptionRow } from './rows.ts';
import { setTimers } from './timers.ts';
import { tellShortTrial } from './turns/trials.ts';
import { daysMissing, paymentSettingsOf } from './update.ts';

export const createSpecs = paramsOf<Stripe.SubscriptionCreateParams>()({
  ...sharedSpecs,
  backdate_start_date: unsupported,
  billing_cycle_anchor: optional(timestamp),
  billing_cycle_anchor_config: optional(
    hash({
      day_of_month: integer({ least: 1, most: 31 }),
      hour: optional(integer({ least: 0, most: 23 })),
      minute: optional(integer({ least: 0, most: 59 })),
      month: optional(integer({ least: 1, most: 12 })),
      second: optional(integer({ least: 0, most: 59 })),
    }),
  ),
  billing_mode: billingModeSpec,
  cancel_at: optional(cancelAtSpec),
  currency: optional(currencyCode),
  customer: text(),
  customer_account: unsupported,
  items: list(hash(newItemSpecs), 100),
  trial_period_days: optional(integer({ least: 0, most: 730 })),
});

/** What a new subscription is to be, by Stripe's names. */
export type CreateParams = Omit<Partial<Params<typeof createSpecs>>, 'items'> & {
  readonly customer: string;
  readonly items: readonly NewItem[];
  /** The schedule that makes it. */
  readonly schedule?: string;
};

/** Makes a subscription as `POST /v1/subscriptions` does, with its first invoice. */
export function createSubscription(tx: Tx, said: CreateParams): SubscriptionRow {
  const row = tx.put(subscriptions, newRow(tx, said));
  addInvoiceItems(tx, row, said.add_invoice_items ?? []);
  const isTrial = row.status === 'trialing';
  const isFree = said.proration_behavior === 'none' && row.anchor > row.created;
  const lines = periodLines(tx, row, { isTrial, isFree });
  const behavior = said.payment_behavior ?? 'allow_incomplete';
  if (behavior === 'pending_if_incomplete') throw notYetPending();
  const invoice = makeInvoice(tx, row, {
    reason: 'subscription_create',
    lines,
    autoAdvance: true,
    periodStart: row.created,
    periodEnd: row.created,
  });
  // The first invoice of a schedule is a draft for an hour, as all later ones are.
  if (row.schedule !== null) return announce(tx, activated(tx, row.id, isTrial));
  const how = { paymentBehavior: behavior, offSession: said.off_session ?? false };
  const collected = collect(tx, invoice, how);
  const current = keepPaymentMethod(tx, getSubscription(tx, row.id), collected);
  const isOwed = collected.status === 'open';
  if (isOwed && behavior !== 'default_incomplete') requirePaymentMethod(tx, row);
  const status = isTrial ? 'trialing' : isOwed ? 'incomplete' : 'active';
  const withSetup = isTrial && lacksPaymentMethod(tx, current) ? setUpLater(tx, current) : current;
  return announce(tx, { ...withSetup, status });
}

function activated(tx: Tx, id: string, isTrial: boolean): SubscriptionRow {
  return { ...getSubscription(tx, id), status: isTrial ? 'trialing' : 'active' };
}

function announce(tx: Tx, row: SubscriptionRow): SubscriptionRow {
  const created = putSubscription(tx, row);
  const announced = tx.put(subscriptions, { ...created, isAnnounced: true });
  setTimers(tx, announced);
  tellSubscription(tx, 'customer.subscription.created', announced);
  tellShortTrial(tx, announced);
  return announced;
}

export function newRow(tx: Tx, said: CreateParams): SubscriptionRow {
  const customer = getCustomer(tx, said.customer, 'customer');
  const now = customerNow(tx, customer);
  const id = tx.newId('sub');
  const context = { subscription: id, customer: customer.id, now };
  const period = { start: now, end: now };
  if (said.items.length === 0) throw itemsMissing();
  const items = said.items.map((item, index) =>
    readItem(tx, item, { ...context, period, param: `items[${index}]` }),
  );
  const currency = said.currency ?? currencyOf(tx, items[0]!.price);
  requireAlike(tx, items, currency);
  const amount = items.reduce((sum, item) => sum + amountOfItem(tx, item, currency), 0);
  const billed = { amount, currency };
  const cycle = planCycle(tx, { said, items, now });
  const isSent = said.collection_method === 'send_invoice';
  if (isSent && said.days_until_due === undefined) throw daysMissing();
  return {
    id,
    customer: customer.id,
    testClock: customer.testClock,
    created: now,
    startDate: now,
    currency,
    status: cycle.trialEnd === null ? 'incomplete' : 'trialing',
    isAnnounced: false,
    items: items.map((item) => ({ ...item, period: cycle.period })),
    ...cancellationOf(said, { cycle, now }),
    anchor: cycle.anchor,
    anchorConfig: cycle.anchorConfig,
    billingMode: said.billing_mode?.type ?? 'flexible',
    endedAt: null,
    collectionMethod: said.collection_method ?? 'charge_automatically',
    daysUntilDue: isSent ? said.days_until_due! : null,
    defaultPaymentMethod: said.default_payment_method
      ? requireOwnPaymentMethod(tx, customer.id, said.default_payment_method)
      : null,
    description: said.description ?? null,
    discounts: readDiscounts(tx, said.discounts, { ...context, known: [], billed }) ?? [],
    latestInvoice: null,
    metadata: mergeMetadata({}, said.metadata),
    pauseCollection: null,
    ...paymentSettingsOf(said, { paymentMethodTypes: null, savesPaymentMethod: false }),
    pendingSetupIntent: null,
    pendingUpdate: null,
    schedule: said.schedule ?? null,
    trialStart: cycle.trialEnd === null ? null : now,
    trialEnd: cycle.trialEnd,
    missingPaymentMethod:
      said.trial_settings?.end_behavior.missing_payment_method ?? 'create_invoice',
    pause: null,
    resumption: null,
  };
}

function itemsMissing(): Error {
  const param = 'items';
  return invalid('Missing required param: items.', { code: 'parameter_missing', param });
}

function notYetPending(): Error {
  return invalid('`pending_if_incomplete` can only be used when a subscription is updated.', {
    param: 'payment_behavior',
  });
}

function cancellationOf(
  said: CreateParams,
  { cycle, now }: { readonly cycle: Cycle; readonly now: number },
): Pick<SubscriptionRow, 'cancelAt' | 'cancelAtPeriodEnd' | 'canceledAt' | 'cancellationDetails'> {
  const { end } = cycle.period;
  const isAtEnd = said.cancel_at_period_end === true;
  const asked = said.cancel_at === 'period_end' ? end : (said.cancel_at ?? null);
  const cancelAt = isAtEnd ? end : asked;
  if (cancelAt !== null && cancelAt <= now) {
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', {
      param: 'cancel_at',
    });
  }
  const reason = cancelAt === null ? null : 'cancellation_requested';
  return {
    cancelAt,
    cancelAtPeriodEnd: isAtEnd,
    canceledAt: cancelAt === null ? null : now,
    cancellationDetails: { comment: null, feedback: null, reason },
  };
}
