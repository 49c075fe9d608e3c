import type Stripe from 'stripe';
import { idText } from '../../engine/ids.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { pageOf, pageSpecs, partsOf, type ListObject } from '../../http/lists.ts';
import { oneOf, optional, paramsOf, text, timestamp, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { DAY_SECONDS, HOUR_SECONDS } from '../../money/calendar.ts';
import { findCustomer } from '../../customers/customer.ts';
import { usages, type UsageRow } from '../../meters/usage.ts';
import { getMeter, type MeterRow } from '../../meters/meter.ts';

const specs = paramsOf<Stripe.Billing.MeterListEventSummariesParams>()({
  ...pageSpecs,
  customer: text(),
  end_time: timestamp,
  start_time: timestamp,
  value_grouping_window: optional(oneOf('day', 'hour')),
});

const WINDOW_SECONDS = { day: DAY_SECONDS, hour: HOUR_SECONDS, minute: 60 };

/** Usage of a customer in a span of time, or in each hour or day of it that has any. */
interface Summary {
  readonly id: string;
  readonly start: number;
  readonly end: number;
  readonly used: readonly UsageRow[];
}

function summarize(
  tx: Tx,
  meter: MeterRow,
  said: Params<typeof specs>,
): ListObject<Stripe.Billing.MeterEventSummary> {
  const { start_time: start, end_time: end, value_grouping_window: window } = said;
  findCustomer(tx, said.customer, 'customer');
  const size = WINDOW_SECONDS[window ?? 'minute'];
  for (const [param, at] of Object.entries({ start_time: start, end_time: end })) {
    if (at % size === 0) continue;
    throw invalid(`${param} must be aligned with ${window ?? 'minute'} boundaries.`, { param });
  }
  if (end <= start) {
    throw invalid('end_time must be after start_time.', { param: 'end_time' });
  }
  const used = tx
    .by(usages, 'meter', meter.id)
    .filter(({ customer, at }) => customer === said.customer && at >= start && at < end);
  const groups = Map.groupBy(used, ({ at }) => (window === undefined ? start : at - (at % size)));
  const summaries: Summary[] = [...groups]
    .toSorted(([one], [other]) => other - one)
    .map(([from, rows]) => ({
      id: `mtrusg_test_${idText(`${meter.id} ${said.customer}`, window ?? 'all', from)}`,
      start: from,
      end: window === undefined ? end : from + size,
      used: rows,
    }));
  const url = `/v1/billing/meters/${meter.id}/event_summaries`;
  return pageOf(partsOf('billing meter event summary', summaries), said, {
    url,
    render: (summary) => render(meter, summary),
  });
}

function render(
  meter: MeterRow,
  { id, start, end, used }: Summary,
): Stripe.Billing.MeterEventSummary {
  return {
    id,
    object: 'billing.meter_event_summary',
    aggregated_value: aggregate(meter, used),
    end_time: end,
    livemode: false,
    meter: meter.id,
    start_time: start,
  };
}

const DECIMALS = 12;

/** Summed exactly as whole numbers of the smallest decimal: 0.1 and 0.2 are 0.3. */
function aggregate({ formula }: MeterRow, used: readonly UsageRow[]): number {
  if (formula === 'count') return used.length;
  if (formula === 'last') {
    const latest = used.reduce((one, other) => (other.at >= one.at ? other : one));
    return Number(latest.value);
  }
  const sum = used.reduce((total, { value }) => total + smallestUnits(value), 0n);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(DECIMALS + 1, '0');
  const decimal = `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`;
  return Number(sum < 0n ? `-${decimal}` : decimal);
}

function smallestUnits(value: string): bigint {
  const [whole = '0', fraction = ''] = value.split('.');
  return BigInt(`${whole}${fraction.padEnd(DECIMALS, '0')}`);
}

export const meterEventSummaryRoutes: readonly Route[] = [
  route('GET', '/v1/billing/meters/{meter}/event_summaries', specs, (tx, { ids, params }) =>
    summarize(tx, getMeter(tx, ids['meter']!), params),
  ),
];
