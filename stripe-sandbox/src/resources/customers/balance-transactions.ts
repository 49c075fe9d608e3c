import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import {
  instantRange,
  isAsked,
  isWithin,
  pageOf,
  pageSpecs,
  rowsOf,
  type ListObject,
} from '../../http/lists.ts';
import {
  emptyable,
  integer,
  mergeMetadata,
  metadata,
  optional,
  paramsOf,
  text,
  type Params,
} from '../../http/params.ts';
import { route, type PathIds, type Route } from '../../http/routes.ts';
import { currencyCode } from '../../money/parameters.ts';
import {
  balanceTransactions,
  changeBalance,
  renderBalanceTransaction,
  type BalanceTransactionRow,
} from '../../customers/balance.ts';
import { findCustomer, getCustomer } from '../../customers/customer.ts';

const MOST_AMOUNT = 999_999_999_999;

const createSpecs = paramsOf<Stripe.CustomerCreateBalanceTransactionParams>()({
  amount: integer({ least: -MOST_AMOUNT, most: MOST_AMOUNT }),
  currency: currencyCode,
  description: optional(text(350)),
  metadata,
});

function create(tx: Tx, id: string, said: Params<typeof createSpecs>): BalanceTransactionRow {
  const customer = getCustomer(tx, id);
  const { currency } = said;
  if (customer.currency !== null && customer.currency !== currency) {
    throw invalid(
      `The customer's balance is in ${customer.currency}; the sandbox keeps no balance in ` +
        `${currency} beside it.`,
      { param: 'currency' },
    );
  }
  return changeBalance(
    tx,
    { ...customer, currency },
    {
      amount: said.amount,
      type: 'adjustment',
      description: said.description ?? null,
      metadata: mergeMetadata({}, said.metadata),
    },
  );
}

const updateSpecs = paramsOf<Stripe.CustomerUpdateBalanceTransactionParams>()({
  description: emptyable(text(350)),
  metadata,
});

interface Named {
  readonly customer: string;
  readonly id: string;
  readonly param?: string | undefined;
}

function getTransaction(tx: Tx, { customer, id, param }: Named): BalanceTransactionRow {
  const found = tx.find(balanceTransactions, id);
  if (found?.customer !== customer) throw missing('customer balance transaction', id, param);
  return found;
}

function update(
  tx: Tx,
  row: BalanceTransactionRow,
  said: Params<typeof updateSpecs>,
): BalanceTransactionRow {
  return tx.put(balanceTransactions, {
    ...row,
    description: said.description === undefined ? row.description : said.description,
    metadata: mergeMetadata(row.metadata, said.metadata),
  });
}

const listSpecs = paramsOf<Stripe.CustomerListBalanceTransactionsParams>()({
  ...pageSpecs,
  created: instantRange,
  invoice: optional(text()),
});

function list(
  tx: Tx,
  customer: string,
  said: Params<typeof listSpecs>,
): ListObject<Stripe.CustomerBalanceTransaction> {
  findCustomer(tx, customer);
  const get = (_: Tx, id: string, param?: string): BalanceTransactionRow =>
    getTransaction(tx, { customer, id, param });
  const listed = rowsOf(tx, balanceTransactions, get, { index: 'customer', key: customer });
  return pageOf(listed, said, {
    url: `/v1/customers/${customer}/balance_transactions`,
    render: renderBalanceTransaction,
    passes: (row) => isWithin(row.created, said.created) && isAsked(said.invoice, row.invoice),
  });
}

const all = '/v1/customers/{customer}/balance_transactions';
const one = `${all}/{transaction}`;

function named(ids: PathIds): Named {
  return { customer: ids['customer']!, id: ids['transaction']! };
}

export const balanceTransactionRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { ids, params }) =>
    renderBalanceTransaction(create(tx, ids['customer']!, params)),
  ),
  route('GET', all, listSpecs, (tx, { ids, params }) => list(tx, ids['customer']!, params)),
  route('GET', one, {}, (tx, { ids }) => renderBalanceTransaction(getTransaction(tx, named(ids)))),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderBalanceTransaction(update(tx, getTransaction(tx, named(ids)), params)),
  ),
];
