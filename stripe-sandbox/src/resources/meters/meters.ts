import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { listOf, pageSpecs } from '../../http/lists.ts';
import { hash, oneOf, optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { emit } from '../events.ts';

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

const createSpecs = paramsOf<Stripe.Billing.MeterCreateParams>()({
  customer_mapping: optional(hash({ event_payload_key: text(100), type: oneOf('by_id') })),
  default_aggregation: hash({ formula: oneOf('count', 'last', 'sum') }),
  display_name: text(250),
  event_name: text(100),
  event_time_window: optional(oneOf('day', 'hour')),
  value_settings: optional(hash({ event_payload_key: text(100) })),
});

const updateSpecs = paramsOf<Stripe.Billing.MeterUpdateParams>()({
  display_name: optional(text(250)),
});

const listSpecs = paramsOf<Stripe.Billing.MeterListParams>()({
  ...pageSpecs,
  status: optional(oneOf('active', 'inactive')),
});

/** The meter that counts the events of a name. */
export function activeMeterOf(tx: Tx, eventName: string): MeterRow | undefined {
  return tx.by(meters, 'eventName', eventName).find((meter) => meter.deactivatedAt === null);
}

function requireFreeName(tx: Tx, eventName: string): void {
  const other = activeMeterOf(tx, eventName);
  if (other === undefined) return;
  throw invalid(`An active meter (${other.id}) already exists with event_name "${eventName}".`, {
    param: 'event_name',
  });
}

function create(tx: Tx, said: Params<typeof createSpecs>): MeterRow {
  requireFreeName(tx, said.event_name);
  const meter = tx.put(meters, {
    id: tx.newId('mtr_test'),
    created: tx.sandboxNow,
    updated: tx.sandboxNow,
    displayName: said.display_name,
    eventName: said.event_name,
    formula: said.default_aggregation.formula,
    customerKey: said.customer_mapping?.event_payload_key ?? 'stripe_customer_id',
    valueKey: said.value_settings?.event_payload_key ?? 'value',
    window: said.event_time_window ?? null,
    deactivatedAt: null,
  });
  emit(tx, { type: 'billing.meter.created', object: renderMeter(meter), now: tx.sandboxNow });
  return meter;
}

function update(tx: Tx, meter: MeterRow, said: Params<typeof updateSpecs>): MeterRow {
  const { display_name: displayName = meter.displayName } = said;
  return change(tx, { ...meter, displayName }, 'billing.meter.updated');
}

type MeterNews =
  'billing.meter.deactivated' | 'billing.meter.reactivated' | 'billing.meter.updated';

function change(tx: Tx, to: MeterRow, type: MeterNews): MeterRow {
  const before = renderMeter(getMeter(tx, to.id));
  const meter = tx.put(meters, { ...to, updated: tx.sandboxNow });
  emit(tx, { type, object: renderMeter(meter), before, now: tx.sandboxNow });
  return meter;
}

function deactivate(tx: Tx, meter: MeterRow): MeterRow {
  if (meter.deactivatedAt !== null) throw invalid('This meter is already inactive.');
  return change(tx, { ...meter, deactivatedAt: tx.sandboxNow }, 'billing.meter.deactivated');
}

function reactivate(tx: Tx, meter: MeterRow): MeterRow {
  if (meter.deactivatedAt === null) throw invalid('This meter is already active.');
  requireFreeName(tx, meter.eventName);
  return change(tx, { ...meter, deactivatedAt: null }, 'billing.meter.reactivated');
}

function listMeters(tx: Tx, said: Params<typeof listSpecs>): object {
  const rows = tx.all(meters).filter((meter) => {
    return said.status === undefined || (said.status === 'active') === isActive(meter);
  });
  return listOf(rows, said, { url: all, render: renderMeter });
}

const isActive = (meter: MeterRow): boolean => meter.deactivatedAt === null;

const all = '/v1/billing/meters';
const one = `${all}/{meter}`;

export const meterRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderMeter(create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listMeters(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderMeter(getMeter(tx, ids['meter']!))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderMeter(update(tx, getMeter(tx, ids['meter']!), params)),
  ),
  route('POST', `${one}/deactivate`, {}, (tx, { ids }) =>
    renderMeter(deactivate(tx, getMeter(tx, ids['meter']!))),
  ),
  route('POST', `${one}/reactivate`, {}, (tx, { ids }) =>
    renderMeter(reactivate(tx, getMeter(tx, ids['meter']!))),
  ),
];
