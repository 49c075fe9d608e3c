import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  ignored,
  mergeMetadata,
  metadata,
  noParams,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import { positiveAmountSpec, requireGranule } from '../../money/parameters.ts';
import { shownAmount } from '../../payments/charges/amounts.ts';
import { getCharge, refundable, type ChargeRow } from '../../payments/charges/charges.ts';
import { getIntent } from '../../payments/intents.ts';
import {
  getRefund,
  refunds,
  renderRefund,
  type RefundRow,
} from '../../payments/charges/refund-rows.ts';
import { refundCharge } from '../../payments/charges/refunding.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';

const createSpecs = paramsOf<Stripe.RefundCreateParams>()({
  amount: optional(positiveAmountSpec),
  charge: optional(text()),
  currency: unsupported,
  customer: unsupported,
  instructions_email: ignored,
  metadata,
  origin: unsupported,
  payment_intent: optional(text()),
  reason: optional(oneOf('duplicate', 'fraudulent', 'requested_by_customer')),
  refund_application_fee: unsupported,
  reverse_transfer: unsupported,
});

type Said = Params<typeof createSpecs>;

function create(tx: Tx, said: Said): RefundRow {
  const charge = requirePaid(chargeOf(tx, said));
  const left = refundable(charge);
  if (left === 0) {
    throw invalid(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  const amount = said.amount ?? left;
  requireGranule(amount, charge.currency, 'amount');
  if (amount > left) throw tooMuch(charge, amount);
  const { refund } = refundCharge(tx, charge, {
    amount,
    reason: said.reason ?? null,
    metadata: mergeMetadata({}, said.metadata),
  });
  return refund;
}

function chargeOf(tx: Tx, said: Said): ChargeRow {
  const { charge, payment_intent: intentId } = said;
  if (intentId === undefined) {
    if (charge !== undefined) return getCharge(tx, charge, 'charge');
    throw invalid(
      'One of the following params should be provided for this request: payment_intent or charge.',
    );
  }
  const { latestCharge } = getIntent(tx, intentId, 'payment_intent');
  if (charge !== undefined && charge !== latestCharge) {
    throw invalid(`The charge ${charge} is not of the PaymentIntent ${intentId}.`, {
      param: 'charge',
    });
  }
  const found = latestCharge === null ? undefined : getCharge(tx, latestCharge);
  if (found?.status === 'succeeded' && found.isCaptured) return found;
  throw invalid(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`, {
    param: 'payment_intent',
  });
}

function requirePaid(charge: ChargeRow): ChargeRow {
  if (charge.status === 'failed') {
    throw invalid(`Charge ${charge.id} has failed: there is nothing to refund.`, {
      param: 'charge',
    });
  }
  if (charge.status === 'pending') {
    throw invalid(`Charge ${charge.id} is pending: it can be refunded when it has succeeded.`, {
      code: 'charge_not_refundable',
      param: 'charge',
    });
  }
  if (charge.isCaptured) return charge;
  throw invalid(
    `Charge ${charge.id} has not been captured. Cancel its PaymentIntent to let the money go.`,
    { code: 'charge_not_refundable', param: 'charge' },
  );
}

function tooMuch(charge: ChargeRow, amount: number): Error {
  const asked = shownAmount(amount, charge.currency);
  const left = shownAmount(refundable(charge), charge.currency);
  const most = charge.amountRefunded === 0 ? 'charge amount' : 'unrefunded amount on charge';
  return invalid(`Refund amount (${asked}) is greater than ${most} (${left})`, { param: 'amount' });
}

const updateSpecs = paramsOf<Stripe.RefundUpdateParams>()({ metadata });

function update(tx: Tx, refund: RefundRow, said: Params<typeof updateSpecs>): RefundRow {
  const before = renderRefund(refund);
  const merged = mergeMetadata(refund.metadata, said.metadata);
  const updated = tx.put(refunds, { ...refund, metadata: merged });
  const object = renderRefund(updated);
  const now = nowOn(tx, refund.testClock);
  for (const type of ['refund.updated', 'charge.refund.updated'] as const) {
    emit(tx, { type, object, before, now });
  }
  return updated;
}

const listSpecs = paramsOf<Stripe.RefundListParams>()({
  ...pageSpecs,
  charge: optional(text()),
  created: instantRange,
  payment_intent: optional(text()),
});

function listRefunds(tx: Tx, said: Params<typeof listSpecs>): ListObject<Stripe.Refund> {
  const { charge, payment_intent: paymentIntent } = said;
  const listed = rowsOf(tx, refunds, getRefund, narrowestKey({ charge, paymentIntent }));
  return pageOf(listed, said, {
    url: all,
    render: renderRefund,
    passes: (row) =>
      isWithin(row.created, said.created) &&
      isAsked(charge, row.charge) &&
      isAsked(paymentIntent, row.paymentIntent),
  });
}

const all = '/v1/refunds';
const one = `${all}/{refund}`;

const named = (tx: Tx, ids: PathIds): RefundRow => getRefund(tx, ids['refund']!);

export const refundRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => renderRefund(create(tx, params))),
  route('GET', all, listSpecs, (tx, { params }) => listRefunds(tx, params)),
  route('GET', one, noParams, (tx, { ids }) => renderRefund(named(tx, ids))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderRefund(update(tx, named(tx, ids), params)),
  ),
  route('POST', `${one}/cancel`, noParams, (tx, { ids }) => {
    const refund = named(tx, ids);
    throw invalid(
      `You cannot cancel the refund ${refund.id}: only refunds with a status of requires_action ` +
        'can be canceled, and this one has a status of succeeded.',
      { code: 'refund_not_cancelable' },
    );
  }),
];
