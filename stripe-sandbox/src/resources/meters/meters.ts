import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { emit } from '../../events/event.ts';
import { invalid } from '../../http/errors.ts';
import { isAsked, pageOf, pageSpecs, rowsOf, type ListObject } from '../../http/lists.ts';
import { hash, oneOf, optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { activeMeterOf, getMeter, meters, renderMeter, type MeterRow } from '../../meters/meter.ts';

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

function listMeters(tx: Tx, said: Params<typeof listSpecs>): ListObject<Stripe.Billing.Meter> {
  const status = (meter: MeterRow): string => (isActive(meter) ? 'active' : 'inactive');
  return pageOf(rowsOf(tx, meters, getMeter), said, {
    url: all,
    render: renderMeter,
    passes: (meter) => isAsked<string>(said.status, status(meter)),
  });
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
