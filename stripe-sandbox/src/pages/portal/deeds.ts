import { cancelSubscription } from '../../billing/subscriptions/cancel.ts';
import type { SubscriptionRow } from '../../billing/subscriptions/rows.ts';
import { updateSubscription } from '../../billing/subscriptions/update.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, StripeError } from '../../http/errors.ts';
import type { FormHash } from '../../http/form.ts';
import { getCustomer, updateCustomer } from '../../customers/customer.ts';
import { requiredEmail, said } from '../fields.ts';
import { CANCELLATION_REASONS } from './configuration-params.ts';
import type { Features } from './features.ts';
import { pricesOffered, quantityLimits } from './offers.ts';

/** What the portal says once it is done; addresses name these, so that nothing else is said. */
export const NOTICES = {
  canceled: 'Your subscription has been canceled.',
  ending: 'Your subscription ends with its period.',
  kept: 'Your subscription goes on.',
  changed: 'Your subscription has been changed.',
  preferred: 'Your payment method has been changed.',
  saved: 'Your payment method has been saved.',
  details: 'Your details have been changed.',
} as const;

export type Done = keyof typeof NOTICES;

/** What an address says has been done, where it is something that can be. */
export function noticeNamed(name: string | null): string | null {
  return name !== null && Object.hasOwn(NOTICES, name) ? NOTICES[name as Done] : null;
}

interface Wish {
  readonly features: Features;
  readonly form: FormHash;
}

/** Ends a subscription at once or with its period, as the configuration has it. */
export function cancel(tx: Tx, row: SubscriptionRow, { features, form }: Wish): Done {
  const { mode, proration_behavior: proration } = features.subscription_cancel;
  const wanted = said(form, 'reason');
  const feedback = CANCELLATION_REASONS.find((each) => each === wanted) ?? null;
  const details = { comment: said(form, 'comment'), feedback, feedback_option: undefined };
  if (mode === 'immediately') {
    const prorate = proration !== 'none';
    const invoiceNow = proration === 'always_invoice';
    cancelSubscription(tx, row.id, { prorate, invoiceNow, details });
    return 'canceled';
  }
  // Where billing is flexible, Stripe's portal sets `cancel_at` and leaves the old flag alone.
  updateSubscription(tx, row.id, {
    ...(row.billingMode === 'flexible'
      ? { cancel_at: 'period_end' }
      : { cancel_at_period_end: true }),
    cancellation_details: details,
    proration_behavior: 'none',
  });
  return 'ending';
}

/** Takes back a cancellation that is still to come. */
export function keep(tx: Tx, row: SubscriptionRow): Done {
  updateSubscription(tx, row.id, {
    ...(row.cancelAtPeriodEnd ? { cancel_at_period_end: false } : { cancel_at: null }),
    proration_behavior: 'none',
  });
  return 'kept';
}

/** Changes the price or the quantity of a subscription to what the configuration offers. */
export function changePlan(tx: Tx, row: SubscriptionRow, { features, form }: Wish): Done {
  const [item] = row.items;
  const { proration_behavior, billing_cycle_anchor, trial_update_behavior } =
    features.subscription_update;
  if (item === undefined || row.items.length > 1) {
    throw invalid('A subscription to several things cannot be changed here.');
  }
  const price = said(form, 'price') ?? item.price;
  if (price !== item.price && !pricesOffered(tx, row, features).some(({ id }) => id === price)) {
    throw invalid('This price is not offered here.', { param: 'price' });
  }
  const endsTrial = row.status === 'trialing' && trial_update_behavior === 'end_trial';
  const quantity =
    quantityOf(features, { price, product: said(form, 'quantity'), tx }) ?? item.quantity;
  undone(() =>
    updateSubscription(tx, row.id, {
      items: [{ id: item.id, price, quantity: quantity ?? undefined }],
      proration_behavior: prorationOf(proration_behavior),
      billing_cycle_anchor: billing_cycle_anchor === 'now' ? 'now' : undefined,
      trial_end: endsTrial ? 'now' : undefined,
      payment_behavior: 'error_if_incomplete',
    }),
  );
  return 'changed';
}

function prorationOf(behavior: string): 'always_invoice' | 'create_prorations' | 'none' {
  if (behavior === 'always_invoice' || behavior === 'create_prorations') return behavior;
  return 'none';
}

function quantityOf(
  features: Features,
  { tx, price, product: text }: { tx: Tx; price: string; product: string | null },
): number | null {
  if (text === null) return null;
  const limits = quantityLimits(tx, price, features);
  const quantity = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (limits !== null && quantity >= limits.least && quantity <= limits.most) return quantity;
  throw invalid('This quantity is not offered here.', { param: 'quantity' });
}

/** A change that cannot be paid leaves nothing behind, whatever Stripe keeps of it. */
function undone(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof StripeError) || !error.keepsChanges) throw error;
    throw new StripeError(error.status, error.details, false);
  }
}

export function changeDetails(tx: Tx, id: string, { features, form }: Wish): Done {
  const { allowed_updates: allowed } = features.customer_update;
  const customer = getCustomer(tx, id);
  updateCustomer(tx, {
    ...customer,
    email: allowed.includes('email') ? requiredEmail(form) : customer.email,
    name: allowed.includes('name') ? said(form, 'name') : customer.name,
    phone: allowed.includes('phone') ? said(form, 'phone') : customer.phone,
  });
  return 'details';
}
