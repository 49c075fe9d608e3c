import { collection } from '../../../engine/collection.ts';
import type { Tx } from '../../../engine/transaction.ts';
import { missing } from '../../../http/errors.ts';
import type { Period, ProrationBehavior, SubscriptionRow } from '../rows.ts';

/** A coupon, discount or promotion code as a schedule names it until it is redeemed. */
export interface NamedDiscount {
  readonly coupon?: string | undefined;
  readonly discount?: string | undefined;
  readonly promotion_code?: string | undefined;
}

export interface PhaseItem {
  readonly price: string;
  readonly quantity: number | null;
  readonly metadata: Record<string, string>;
  readonly discounts: readonly NamedDiscount[];
}

export interface PhaseRow extends Period {
  readonly items: readonly PhaseItem[];
  readonly currency: string;
  readonly discounts: readonly NamedDiscount[];
  readonly prorationBehavior: ProrationBehavior;
  readonly anchorsAtStart: boolean | null;
  readonly collectionMethod: 'charge_automatically' | 'send_invoice' | null;
  readonly daysUntilDue: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  readonly trialEnd: number | null;
}

export interface ScheduleRow {
  readonly id: string;
  readonly customer: string;
  readonly testClock: string | null;
  readonly created: number;
  readonly status: 'not_started' | 'active' | 'completed' | 'released' | 'canceled';
  readonly billingMode: 'classic' | 'flexible';
  readonly subscription: string | null;
  readonly releasedSubscription: string | null;
  readonly endBehavior: 'cancel' | 'release';
  readonly metadata: Record<string, string>;
  readonly phases: readonly PhaseRow[];
  readonly collectionMethod: 'charge_automatically' | 'send_invoice';
  readonly daysUntilDue: number | null;
  readonly defaultPaymentMethod: string | null;
  readonly description: string | null;
  readonly anchorsAtPhase: boolean;
  readonly canceledAt: number | null;
  readonly completedAt: number | null;
  readonly releasedAt: number | null;
}

export const schedules = collection<ScheduleRow>('subscription_schedules', {
  customer: (schedule) => schedule.customer,
});

export function getSchedule(tx: Tx, id: string, param?: string): ScheduleRow {
  const schedule = tx.find(schedules, id);
  if (schedule === undefined) throw missing('subscription_schedule', id, param);
  return schedule;
}

/** The phase that an instant is in; phases follow on each other without gaps. */
export function phaseAt({ phases }: ScheduleRow, at: number): PhaseRow | undefined {
  return phases.find((phase) => phase.start <= at && at < phase.end);
}

/** The ends of phases that still lie ahead of a subscription, the nearest of them. */
export function nextPhaseEnd(tx: Tx, row: SubscriptionRow, now: number): number | null {
  const schedule = row.schedule === null ? undefined : tx.find(schedules, row.schedule);
  if (schedule?.status !== 'active') return null;
  return schedule.phases.find((phase) => phase.end > now)?.end ?? null;
}
