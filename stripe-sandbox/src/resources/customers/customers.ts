import type Stripe from 'stripe';
import {
  customerDiscountSpecs,
  withDiscount,
} from '../../catalogue/discounts/customer-discount.ts';
import { getTestClock } from '../../clocks/test-clock.ts';
import {
  customers,
  findCustomer,
  getCustomer,
  renderCustomer,
  updateCustomer,
  type CustomerRow,
} from '../../customers/customer.ts';
import {
  changedCustomer,
  createSpecs,
  makeCustomer,
  noteBalance,
  tellOfCustomer,
  updateSpecs,
  type CreateParams,
} from '../../customers/making.ts';
import type { Tx } from '../../engine/transaction.ts';
import {
  instantRange,
  isWithin,
  narrowestKey,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import { optional, paramsOf, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { withPaymentMethods } from '../../payments/methods/customer-methods.ts';

function createCustomer(tx: Tx, said: CreateParams): CustomerRow {
  const made = makeCustomer(tx, said);
  return tellOfCustomer(tx, tx.put(customers, withPaymentMethods(tx, made, said)));
}

const listSpecs = paramsOf<Stripe.CustomerListParams>()({
  ...pageSpecs,
  created: instantRange,
  email: optional(text(512)),
  test_clock: optional(text()),
});

function listCustomers(
  tx: Tx,
  said: Params<typeof listSpecs>,
): ListObject<Stripe.Customer | Stripe.DeletedCustomer> {
  const clock = said.test_clock ?? null;
  if (clock !== null) getTestClock(tx, clock, 'test_clock');
  const passes = (row: CustomerRow): boolean =>
    !row.isDeleted && row.testClock === clock && isWithin(row.created, said.created);
  const listed = rowsOf(tx, customers, findCustomer, narrowestKey({ email: said.email }));
  return pageOf(listed, said, { url: '/v1/customers', render: renderCustomer, passes });
}

const one = '/v1/customers/{customer}';

export const customerRoutes: readonly Route[] = [
  route('POST', '/v1/customers', { ...createSpecs, ...customerDiscountSpecs }, (tx, { params }) =>
    renderCustomer(updateCustomer(tx, withDiscount(tx, createCustomer(tx, params), params))),
  ),
  route('GET', '/v1/customers', listSpecs, (tx, { params }) => listCustomers(tx, params)),
  route('GET', one, {}, (tx, { ids }) => renderCustomer(findCustomer(tx, ids['customer']!))),
  route('POST', one, { ...updateSpecs, ...customerDiscountSpecs }, (tx, { ids, params }) => {
    const asked = changedCustomer(getCustomer(tx, ids['customer']!), params);
    const reduced = withDiscount(tx, asked, params);
    const before = getCustomer(tx, ids['customer']!);
    const customer = updateCustomer(tx, withPaymentMethods(tx, reduced, params));
    noteBalance(tx, customer, before.balance);
    return renderCustomer(customer);
  }),
];
