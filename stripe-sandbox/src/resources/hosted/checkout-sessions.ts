import type Stripe from 'stripe';
import {
  instantRange,
  isAsked,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  partsOf,
  rowsOf,
} from '../../http/lists.ts';
import {
  hash,
  mergeMetadata,
  metadata,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import type { TimerHandlers } from '../../engine/deeds.ts';
import { route, type Route } from '../../http/routes.ts';
import { createSpecs } from '../../pages/checkout/create-params.ts';
import { createCheckoutSession } from '../../pages/checkout/create-session.ts';
import { expireOverdue, EXPIRES, expireSession } from '../../pages/checkout/expire-session.ts';
import { renderLineItem, renderSession } from '../../pages/checkout/render-session.ts';
import {
  checkoutSessions,
  getCheckoutSession,
  type CheckoutSessionRow,
} from '../../pages/checkout/session-rows.ts';

const updateSpecs = paramsOf<Stripe.Checkout.SessionUpdateParams>()({
  collected_information: unsupported,
  line_items: unsupported,
  metadata,
  payment_intent_data: unsupported,
  shipping_options: unsupported,
});

const listSpecs = paramsOf<Stripe.Checkout.SessionListParams>()({
  ...pageSpecs,
  created: instantRange,
  customer: optional(text()),
  customer_account: unsupported,
  customer_details: optional(hash({ email: text(512) })),
  payment_intent: optional(text()),
  payment_link: unsupported,
  status: optional(oneOf('complete', 'expired', 'open')),
  subscription: optional(text()),
});

function isWanted(session: CheckoutSessionRow, said: Params<typeof listSpecs>): boolean {
  return (
    isAsked(said.customer, session.customer) &&
    isAsked(said.payment_intent, session.paymentIntent) &&
    isAsked(said.subscription, session.subscription) &&
    isAsked(said.status, session.status) &&
    isAsked(said.customer_details?.email, session.customerDetails?.email) &&
    isWithin(session.created, said.created)
  );
}

const all = '/v1/checkout/sessions';
const one = `${all}/{session}`;

export const checkoutSessionRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) =>
    renderSession(tx, createCheckoutSession(tx, params)),
  ),
  route('GET', all, listSpecs, (tx, { params }) => {
    const { customer, payment_intent: paymentIntent, subscription } = params;
    const key = narrowestKey({ paymentIntent, subscription, customer });
    return pageOf(rowsOf(tx, checkoutSessions, getCheckoutSession, key), params, {
      url: all,
      render: (row) => renderSession(tx, row),
      passes: (row) => isWanted(row, params),
    });
  }),
  route('GET', one, {}, (tx, { ids }) =>
    renderSession(tx, getCheckoutSession(tx, ids['session']!)),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) => {
    const session = getCheckoutSession(tx, ids['session']!);
    const changed = { ...session, metadata: mergeMetadata(session.metadata, params.metadata) };
    return renderSession(tx, tx.put(checkoutSessions, changed));
  }),
  route('POST', `${one}/expire`, {}, (tx, { ids }) =>
    renderSession(tx, expireSession(tx, ids['session']!)),
  ),
  route('GET', `${one}/line_items`, pageSpecs, (tx, { ids, params }) => {
    const session = getCheckoutSession(tx, ids['session']!);
    return pageOf(partsOf('line_item', session.lineItems), params, {
      url: `${all}/${session.id}/line_items`,
      render: (item) => renderLineItem(tx, session, item),
    });
  }),
];

export const checkoutTimers: TimerHandlers = { [EXPIRES]: expireOverdue };
