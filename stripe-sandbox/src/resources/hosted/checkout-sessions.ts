import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { instantRange, isWithin, listOf, pageSpecs } from '../../http/lists.ts';
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

/** By the narrowest of the filters, so that a list of one customer's stays quick. */
function candidates(tx: Tx, said: Params<typeof listSpecs>): CheckoutSessionRow[] {
  const { customer, payment_intent: intent, subscription } = said;
  if (intent !== undefined) return tx.by(checkoutSessions, 'paymentIntent', intent);
  if (subscription !== undefined) return tx.by(checkoutSessions, 'subscription', subscription);
  if (customer !== undefined) return tx.by(checkoutSessions, 'customer', customer);
  return tx.all(checkoutSessions);
}

function isWanted(session: CheckoutSessionRow, said: Params<typeof listSpecs>): boolean {
  const wanted = [
    [said.customer, session.customer],
    [said.payment_intent, session.paymentIntent],
    [said.subscription, session.subscription],
    [said.status, session.status],
    [said.customer_details?.email, session.customerDetails?.email],
  ];
  if (wanted.some(([asked, is]) => asked !== undefined && asked !== is)) return false;
  return isWithin(session.created, said.created);
}

const all = '/v1/checkout/sessions';
const one = `${all}/{session}`;

export const checkoutSessionRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) =>
    renderSession(tx, createCheckoutSession(tx, params)),
  ),
  route('GET', all, listSpecs, (tx, { params }) => {
    const rows = candidates(tx, params).filter((row) => isWanted(row, params));
    return listOf(rows, params, { url: all, render: (row) => renderSession(tx, row) });
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
    // Lists show what came last first; line items stay in the order in which they were given.
    return listOf(session.lineItems.toReversed(), params, {
      url: `${all}/${session.id}/line_items`,
      render: (item) => renderLineItem(tx, session, item),
    });
  }),
];

export const checkoutTimers: TimerHandlers = { [EXPIRES]: expireOverdue };
