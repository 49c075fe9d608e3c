import type Stripe from 'stripe';
import type { TimerHandlers } from '../../engine/deeds.ts';
import type { Tx } from '../../engine/transaction.ts';
import { StripeError } from '../../http/errors.ts';
import { route, type Route } from '../../http/routes.ts';
import { withoutDiscount } from '../../catalogue/discounts/customer-discount.ts';
import { customers, getCustomer, updateCustomer } from '../../customers/customer.ts';
import {
  DISCOUNT_END,
  getDiscount,
  renderDeletedDiscount,
} from '../../catalogue/discounts/discount.ts';

function remove(tx: Tx, id: string): Stripe.DeletedDiscount {
  const customer = getCustomer(tx, id);
  if (customer.discount === null) {
    throw new StripeError(404, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No active discount for customer: ${id}`,
    });
  }
  updateCustomer(tx, withoutDiscount(tx, customer));
  return renderDeletedDiscount(getDiscount(tx, customer.discount.id));
}

/** Takes a discount from its customer when its months are over, or an invoice has used it up. */
function end(tx: Tx, id: string): void {
  const { customer } = getDiscount(tx, id);
  const holder = customer === null ? undefined : tx.find(customers, customer);
  if (holder === undefined || holder.isDeleted || holder.discount?.id !== id) return;
  updateCustomer(tx, withoutDiscount(tx, holder));
}

export const customerDiscountTimers: TimerHandlers = { [DISCOUNT_END]: end };

export const customerDiscountRoutes: readonly Route[] = [
  route('DELETE', '/v1/customers/{customer}/discount', {}, (tx, { ids }) =>
    remove(tx, ids['customer']!),
  ),
];
