import type Stripe from 'stripe';
import { textOfInstant } from '../clock.ts';
import { customerNow, customers } from '../customers/customer.ts';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { emitThin } from '../events/thin-event.ts';
import { DAY_SECONDS } from '../money/calendar.ts';
import { activeMeterOf, meters, type MeterRow } from './meter.ts';

/** Usage of a customer that a meter has counted. */
export interface UsageRow {
  readonly id: string;
  readonly meter: string;
  readonly customer: string;
  /** Epoch seconds at which it was used. */
  readonly at: number;
  /** A decimal text. */
  readonly value: string;
}

export const usages = collection<UsageRow>('meter_usages', { meter: (usage) => usage.meter });

/** Identifiers of events of usage that came in, each of which counts once within a day. */
export const meterEventIdentifiers = collection<{ readonly id: string; readonly at: number }>(
  'meter_event_identifiers',
);

const UNIQUE_SECONDS = DAY_SECONDS;
const OLDEST_SECONDS = 35 * DAY_SECONDS;
const AHEAD_SECONDS = 300;

/** Usage as it is told of. */
export interface MeterEvent {
  readonly eventName: string;
  readonly identifier: string;
  readonly payload: Readonly<Record<string, string>>;
  readonly at: number;
}

type FaultCode =
  Stripe.Events.V1BillingMeterErrorReportTriggeredEvent.Data.Reason.ErrorType['code'];

/** Why usage was not counted. */
interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly identifier: string;
}

/** A customer on a test clock lives by that clock. */
export function nowFor(
  tx: Tx,
  { payload }: Pick<MeterEvent, 'payload'>,
  customerKey: string,
): number {
  const customer = tx.find(customers, payload[customerKey] ?? '');
  return customer === undefined ? tx.sandboxNow : customerNow(tx, customer);
}

/** Notes an identifier; whether it is the first of its kind within a day. */
export function claimIdentifier(tx: Tx, identifier: string): boolean {
  const earlier = tx.find(meterEventIdentifiers, identifier);
  if (earlier !== undefined && tx.sandboxNow - earlier.at < UNIQUE_SECONDS) return false;
  tx.put(meterEventIdentifiers, { id: identifier, at: tx.sandboxNow });
  return true;
}

/** Counts usage, and reports what could not be counted for each meter, or for none. */
export function takeIn(tx: Tx, events: readonly MeterEvent[]): void {
  const faults = new Map<MeterRow | null, Fault[]>();
  for (const event of events) {
    const meter = activeMeterOf(tx, event.eventName) ?? archivedMeterOf(tx, event.eventName);
    const fault = count(tx, event, meter);
    if (fault === undefined) continue;
    faults.set(meter, [...(faults.get(meter) ?? []), fault]);
  }
  for (const [meter, found] of faults) report(tx, meter, found);
}

function archivedMeterOf(tx: Tx, eventName: string): MeterRow | null {
  return tx.by(meters, 'eventName', eventName).at(-1) ?? null;
}

function count(tx: Tx, event: MeterEvent, meter: MeterRow | null): Fault | undefined {
  const { identifier, payload, at } = event;
  const fault = (code: FaultCode, message: string): Fault => ({ code, message, identifier });
  if (meter === null) return fault('no_meter', `No meter found for ${event.eventName}.`);
  if (meter.deactivatedAt !== null) return fault('archived_meter', 'The meter is inactive.');
  const customer = payload[meter.customerKey];
  if (customer === undefined) {
    const message = `Customer mapping key ${meter.customerKey} not found in payload.`;
    return fault('meter_event_no_customer_defined', message);
  }
  if (tx.find(customers, customer)?.isDeleted !== false) {
    return fault('meter_event_customer_not_found', `Customer ${customer} not found.`);
  }
  const value = payload[meter.valueKey] ?? (meter.formula === 'count' ? '1' : '');
  if (!/^-?\d{1,15}(\.\d{1,12})?$/.test(value)) {
    const message = `Value key ${meter.valueKey} does not hold a number.`;
    return fault('meter_event_invalid_value', message);
  }
  const untimely = findUntimely(event, nowFor(tx, event, meter.customerKey));
  if (untimely !== undefined) return fault(untimely.code, untimely.message);
  tx.put(usages, { id: tx.newId('mtrusg'), meter: meter.id, customer, at, value });
  return undefined;
}

/** What is wrong with the instant of an event, if anything is. */
export function findUntimely(
  { at }: MeterEvent,
  now: number,
): Pick<Fault, 'code' | 'message'> | undefined {
  if (at < now - OLDEST_SECONDS) {
    const message = 'The timestamp must be within the past 35 calendar days.';
    return { code: 'timestamp_too_far_in_past', message };
  }
  if (at <= now + AHEAD_SECONDS) return undefined;
  const message = 'The timestamp must be at most 5 minutes in the future.';
  return { code: 'timestamp_in_future', message };
}

const VALIDATION_SECONDS = 10;
const MOST_SAMPLES = 5;

function report(tx: Tx, meter: MeterRow | null, faults: readonly Fault[]): void {
  const codes = [...new Set(faults.map(({ code }) => code))];
  const plural = faults.length === 1 ? 'is 1 invalid event' : `are ${faults.length} invalid events`;
  const data: Stripe.Events.V1BillingMeterErrorReportTriggeredEvent.Data = {
    developer_message_summary: `There ${plural}`,
    reason: {
      error_count: faults.length,
      error_types: codes.map((code) => reportOf(code, faults)),
    },
    validation_end: textOfInstant(tx.sandboxNow),
    validation_start: textOfInstant(tx.sandboxNow - VALIDATION_SECONDS),
  };
  if (meter === null) {
    return emitThin(tx, { type: 'v1.billing.meter.no_meter_found', related: null, data });
  }
  const url = `/v1/billing/meters/${meter.id}`;
  const related = { id: meter.id, type: 'billing.meter', url };
  emitThin(tx, { type: 'v1.billing.meter.error_report_triggered', related, data });
}

function reportOf(code: FaultCode, faults: readonly Fault[]) {
  const found = faults.filter((fault) => fault.code === code);
  const samples = found.slice(0, MOST_SAMPLES).map(({ message, identifier }) => ({
    error_message: message,
    request: { identifier },
  }));
  return { code, error_count: found.length, sample_errors: samples };
}
