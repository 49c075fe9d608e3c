import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { instantRange, isWithin, listOf, pageSpecs } from '../../http/lists.ts';
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
import { route, type Route } from '../../http/routes.ts';
import { currencyCode } from '../../money/parameters.ts';
import {
  balanceTransactions,
  recordBalance,
  type BalanceChange,
  type BalanceTransactionRow,
} from './balance-rows.ts';
import { findCustomer, getCustomer, updateCustomer, type CustomerRow } from '../customers.ts';

/** Changes a customer's balance and keeps what changed it. */
export function changeBalance(
  tx: Tx,
  customer: CustomerRow,
  change: BalanceChange,
): BalanceTransactionRow {
  const balance = customer.balance + change.amount;
  return recordBalance(tx, updateCustomer(tx, { ...customer, balance }), change);
}

export function renderBalanceTransaction(
  row: BalanceTransactionRow,
): Stripe.CustomerBalanceTransaction {
  return {
    id: row.id,
    object: 'customer_balance_transaction',
    amount: row.amount,
    checkout_session: null,
    created: row.created,
    credit_note: null,
    currency: row.currency,
    customer: row.customer,
    customer_account: null,
    description: row.description,
    ending_balance: row.endingBalance,
    invoice: row.invoice,
    livemode: false,
    metadata: row.metadata,
    type: row.type,
  };
}

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

function getTransaction(tx: Tx, customer: string, id: string): BalanceTransactionRow {
  const found = tx.find(balanceTransactions, id);
  if (found?.customer !== customer) throw missing('customer balance transaction', id);
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

function list(tx: Tx, id: string, said: Params<typeof listSpecs>): object {
  findCustomer(tx, id);
  const rows = tx
    .by(balanceTransactions, 'customer', id)
    .filter(
      (row) =>
        isWithin(row.created, said.created) &&
        (said.invoice === undefined || row.invoice === said.invoice),
    );
  const url = `/v1/customers/${id}/balance_transactions`;
  return listOf(rows, said, { url, render: renderBalanceTransaction });
}

const all = '/v1/customers/{customer}/balance_transactions';
const one = `${all}/{transaction}`;

export const balanceTransactionRoutes: readonly Route[] = [
  route('POST', all, createSpecs, (tx, { ids, params }) =>
    renderBalanceTransaction(create(tx, ids['customer']!, params)),
  ),
  route('GET', all, listSpecs, (tx, { ids, params }) => list(tx, ids['customer']!, params)),
  route('GET', one, {}, (tx, { ids }) =>
    renderBalanceTransaction(getTransaction(tx, ids['customer']!, ids['transaction']!)),
  ),
  route('POST', one, updateSpecs, (tx, { ids, params }) =>
    renderBalanceTransaction(
      update(tx, getTransaction(tx, ids['customer']!, ids['transaction']!), params),
    ),
  ),
];
