import type Stripe from 'stripe';
import {
  changedItemSpecs,
  newItemSpecs,
  paymentSpec,
  prorationSpec,
} from '../../billing/subscriptions/params.ts';
import { renderItem } from '../../billing/subscriptions/render.ts';
import { getItem, getSubscription } from '../../billing/subscriptions/rows.ts';
import { updateSubscription } from '../../billing/subscriptions/update.ts';
import type { Tx } from '../../engine/transaction.ts';
import { pageOf, pageSpecs, partsOf } from '../../http/lists.ts';
import { boolean, optional, paramsOf, text, timestamp, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';

const how = {
  payment_behavior: paymentSpec,
  proration_behavior: prorationSpec,
  proration_date: optional(timestamp),
} as const;

const { deleted: _deleted, id: _id, clear_usage: _usage, ...changed } = changedItemSpecs;

const createSpecs = paramsOf<Stripe.SubscriptionItemCreateParams>()({
  ...newItemSpecs,
  ...how,
  subscription: text(),
});

const updateSpecs = paramsOf<Stripe.SubscriptionItemUpdateParams>()({
  ...changed,
  ...how,
  off_session: optional(boolean),
});

const deleteSpecs = paramsOf<Stripe.SubscriptionItemDeleteParams>()({
  ...how,
  clear_usage: optional(boolean),
});

const listSpecs = paramsOf<Stripe.SubscriptionItemListParams>()({
  ...pageSpecs,
  subscription: text(),
});

function create(tx: Tx, said: Params<typeof createSpecs>): Stripe.SubscriptionItem {
  const { subscription: id, payment_behavior, proration_behavior, proration_date, ...item } = said;
  getSubscription(tx, id, 'subscription');
  const items = [item];
  updateSubscription(tx, id, { items, payment_behavior, proration_behavior, proration_date });
  return renderItem(tx, getSubscription(tx, id).items.at(-1)!, id);
}

function update(tx: Tx, id: string, said: Params<typeof updateSpecs>): Stripe.SubscriptionItem {
  const { payment_behavior, proration_behavior, proration_date, off_session, ...item } = said;
  const { subscription } = getItem(tx, id);
  updateSubscription(tx, subscription.id, {
    items: [{ ...item, id }],
    payment_behavior,
    proration_behavior,
    proration_date,
    off_session,
  });
  return renderItem(tx, getItem(tx, id).item, subscription.id);
}

function remove(
  tx: Tx,
  id: string,
  said: Params<typeof deleteSpecs>,
): Stripe.DeletedSubscriptionItem {
  const { clear_usage, ...rest } = said;
  const { subscription } = getItem(tx, id);
  updateSubscription(tx, subscription.id, { ...rest, items: [{ id, deleted: true, clear_usage }] });
  return { id, object: 'subscription_item', deleted: true };
}

const all = '/v1/subscription_items';
const one = `${all}/{item}`;

export const subscriptionItemRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { params }) => create(tx, params)),
  route('GET', all, listSpecs, (tx, { params }) => {
    const { id, items } = getSubscription(tx, params.subscription, 'subscription');
    return pageOf(partsOf('subscription_item', items), params, {
      url: all,
      render: (row) => renderItem(tx, row, id),
    });
  }),
  route('GET', one, {}, (tx, { ids }) => {
    const { subscription, item } = getItem(tx, ids['item']!);
    return renderItem(tx, item, subscription.id);
  }),
  route('POST', one, updateSpecs, (tx, { ids, params }) => update(tx, ids['item']!, params)),
  route('DELETE', one, deleteSpecs, (tx, { ids, params }) => remove(tx, ids['item']!, params)),
];
