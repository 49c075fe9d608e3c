import { cancelSubscriptionsOf } from '../../billing/subscriptions/cancel.ts';
import { route, type Route } from '../../http/routes.ts';
import { deleteCustomer, getCustomer, renderCustomer } from '../../customers/customer.ts';

/** Deletes a customer, after all that the customer subscribed to. */
export const customerDeletionRoutes: readonly Route[] = [
  route('DELETE', '/v1/customers/{customer}', {}, (tx, { ids }) => {
    const { id } = getCustomer(tx, ids['customer']!);
    cancelSubscriptionsOf(tx, id);
    return renderCustomer(deleteCustomer(tx, getCustomer(tx, id)));
  }),
];
