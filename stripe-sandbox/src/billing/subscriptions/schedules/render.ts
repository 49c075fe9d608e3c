import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { emit } from '../../../events/event.ts';
import { nowOn } from '../../../clocks/test-clock.ts';
import { phaseAt, type NamedDiscount, type PhaseRow, type ScheduleRow, schedules } from './rows.ts';

type PhaseDiscount = Stripe.SubscriptionSchedule.Phase.Discount;

function discountOf(said: NamedDiscount): PhaseDiscount {
  const { coupon = null, discount = null, promotion_code = null } = said;
  return { coupon, discount, promotion_code };
}

function renderPhase(phase: PhaseRow): Stripe.SubscriptionSchedule.Phase {
  const anchor = phase.anchorsAtStart;
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: anchor === null ? null : anchor ? 'phase_start' : 'automatic',
    billing_thresholds: null,
    collection_method: phase.collectionMethod,
    currency: phase.currency,
    default_payment_method: phase.defaultPaymentMethod,
    default_tax_rates: [],
    description: phase.description,
    discounts: phase.discounts.map(discountOf),
    end_date: phase.end,
    invoice_settings: null,
    items: phase.items.map((item) => ({
      billing_thresholds: null,
      discounts: item.discounts.map(discountOf),
      metadata: item.metadata,
      plan: item.price,
      price: item.price,
      ...(item.quantity === null ? {} : { quantity: item.quantity }),
      tax_rates: [],
    })),
    metadata: phase.metadata,
    on_behalf_of: null,
    proration_behavior: phase.prorationBehavior,
    start_date: phase.start,
    transfer_data: null,
    trial_end: phase.trialEnd,
  };
}

export function renderSchedule(tx: Tx, row: ScheduleRow): Stripe.SubscriptionSchedule {
  const phase = row.status === 'active' ? phaseAt(row, scheduleNow(tx, row)) : undefined;
  return {
    id: row.id,
    object: 'subscription_schedule',
    application: null,
    billing_mode: {
      flexible: row.billingMode === 'flexible' ? { proration_discounts: 'included' } : null,
      type: row.billingMode,
    },
    canceled_at: row.canceledAt,
    completed_at: row.completedAt,
    created: row.created,
    current_phase: phase === undefined ? null : { start_date: phase.start, end_date: phase.end },
    customer: row.customer,
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      automatic_tax: { disabled_reason: null, enabled: false, liability: null },
      billing_cycle_anchor: row.anchorsAtPhase ? 'phase_start' : 'automatic',
      billing_thresholds: null,
      collection_method: row.collectionMethod,
      default_payment_method: row.defaultPaymentMethod,
      description: row.description,
      invoice_settings: {
        account_tax_ids: null,
        custom_fields: null,
        days_until_due: row.daysUntilDue,
        description: null,
        footer: null,
        issuer: { type: 'self' },
      },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: row.endBehavior,
    livemode: false,
    metadata: row.metadata,
    pause_schedules: [],
    phases: row.phases.map(renderPhase),
    released_at: row.releasedAt,
    released_subscription: row.releasedSubscription,
    status: row.status,
    subscription: row.subscription,
    test_clock: row.testClock,
  };
}

export function scheduleNow(tx: Tx, { testClock }: Pick<ScheduleRow, 'testClock'>): number {
  return nowOn(tx, testClock);
}

type ScheduleNews = Extract<Stripe.Event['type'], `subscription_schedule.${string}`>;

export function tellSchedule(tx: Tx, type: ScheduleNews, row: ScheduleRow): void {
  emit(tx, { type, object: renderSchedule(tx, row), now: scheduleNow(tx, row) });
}

/** Puts a schedule in the place of what it was, and tells so where anything shows. */
export function putSchedule(tx: Tx, row: ScheduleRow): ScheduleRow {
  const known = tx.find(schedules, row.id);
  const before = known && renderSchedule(tx, known);
  tx.put(schedules, row);
  const object = renderSchedule(tx, row);
  if (before === undefined || JSON.stringify(before) === JSON.stringify(object)) return row;
  const type = 'subscription_schedule.updated';
  emit(tx, { type, object, before, now: scheduleNow(tx, row) });
  return row;
}
