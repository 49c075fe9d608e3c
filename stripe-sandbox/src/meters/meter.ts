import type Stripe from 'stripe';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { missing } from '../http/errors.ts';

/** What usage is counted by. */
export interface MeterRow {
  readonly id: string;
  readonly created: number;
  readonly updated: number;
  readonly displayName: string;
  /** What events of usage are named by; one active meter has it. */
  readonly eventName: string;
  readonly formula: 'count' | 'last' | 'sum';
  /** The keys of an event's payload. */
  readonly customerKey: string;
  readonly valueKey: string;
  readonly window: 'day' | 'hour' | null;
  /** Epoch seconds; `null` while it is active. */
  readonly deactivatedAt: number | null;
}

export const meters = collection<MeterRow>('meters', { eventName: (meter) => meter.eventName });

export function getMeter(tx: Tx, id: string, param?: string): MeterRow {
  const meter = tx.find(meters, id);
  if (meter === undefined) throw missing('billing meter', id, param);
  return meter;
}

export function renderMeter(meter: MeterRow): Stripe.Billing.Meter {
  return {
    id: meter.id,
    object: 'billing.meter',
    created: meter.created,
    customer_mapping: { event_payload_key: meter.customerKey, type: 'by_id' },
    default_aggregation: { formula: meter.formula },
    display_name: meter.displayName,
    event_name: meter.eventName,
    event_time_window: meter.window,
    livemode: false,
    status: meter.deactivatedAt === null ? 'active' : 'inactive',
    status_transitions: { deactivated_at: meter.deactivatedAt },
    updated: meter.updated,
    value_settings: { event_payload_key: meter.valueKey },
  };
}

/** The meter that counts the events of a name. */
export function activeMeterOf(tx: Tx, eventName: string): MeterRow | undefined {
  return tx.by(meters, 'eventName', eventName).find((meter) => meter.deactivatedAt === null);
}
