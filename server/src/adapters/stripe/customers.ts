import type Stripe from 'stripe';
import type { PaymentGateway, RemoteCustomer, Retrieval } from '../../domains/billing/index.ts';
import { asking, isMissing } from './faults.ts';
import { once } from './once.ts';
import { cardOf, checkoutOf } from './translate/checkouts.ts';
import { createPrices, type Prices } from './prices.ts';
import { invoiceOf, priceIdOf } from './translate/invoices.ts';
import {
  scheduledPriceIds,
  SUBSCRIPTION_EXPANSIONS,
  subscriptionOf,
} from './translate/subscriptions.ts';

type CustomerCalls = Pick<
  PaymentGateway,
  'createCustomer' | 'retrieveCustomer' | 'listCustomerIds'
>;

type CheckoutSession = Stripe.Checkout.Session;

const PAGE = 100;
/** More than any customer has; a bound all the same. */
const MOST_OF_EACH = 10_000;

export function customerCalls(stripe: Stripe): CustomerCalls {
  const prices = createPrices(stripe);
  return {
    createCustomer: ({ idempotencyKey, email, name, metadata }) =>
      asking(() =>
        once({
          idempotencyKey,
          async act(key) {
            const params = { email, metadata, ...(name !== null && { name }) };
            return (await stripe.customers.create(params, { idempotencyKey: key })).id;
          },
          async find() {
            const { data } = await stripe.customers.list({ email, limit: PAGE });
            return data.find((each) => each.metadata.account_id === metadata.account_id)?.id;
          },
        }),
      ),
    retrieveCustomer: (id) => asking(() => retrieveCustomer(stripe, prices, id)),
    listCustomerIds: (cursor) =>
      asking(async () => {
        const page = await stripe.customers.list({
          limit: PAGE,
          ...(cursor !== null && { starting_after: cursor }),
        });
        const data = page.data.map(({ id }) => id);
        return { data, next: page.has_more ? (data.at(-1) ?? null) : null };
      }),
  };
}

/**
 * Reads a customer in two steps, since each call to Stripe takes its time: the customer and the
 * subscriptions, and then what may be newer than the subscriptions, and never older.
 */
async function retrieveCustomer(stripe: Stripe, prices: Prices, id: string): Promise<Retrieval> {
  const listing = listSubscriptions(stripe, id, prices);
  // Where the customer cannot be read, or is gone, nobody waits for the list.
  listing.catch(() => undefined);
  const found = await findCustomer(stripe, id);
  // An answer without an id is somebody else's 404, which the SDK takes for an object.
  if (found === undefined) return { kind: 'unknown', id };
  if (found.id !== id) throw new TypeError('what answers at the address of Stripe is not Stripe');
  if (found.deleted) {
    // They end with the customer, and may have been listed before.
    const { subscriptions } = await listSubscriptions(stripe, id, prices);
    const invoices = await listInvoices(stripe, id, prices);
    const lists = { subscriptions: subscriptions.toReversed(), invoices: invoices.toReversed() };
    return { kind: 'deleted', customer: { id, ...NOTHING, ...lists } };
  }
  const { subscriptions, card } = await listing;
  const [invoices, checkouts] = await Promise.all([
    listInvoices(stripe, id, prices),
    listCheckouts(stripe, id),
  ]);
  const customer: RemoteCustomer = {
    id,
    email: found.email,
    currency: found.currency ?? null,
    balanceMinor: found.balance,
    isDelinquent: found.delinquent === true,
    metadata: found.metadata,
    defaultCard: card ?? cardOf(found.invoice_settings.default_payment_method),
    subscriptions: subscriptions.toReversed(),
    invoices: invoices.toReversed(),
    checkouts: checkouts.map(checkoutOf).toReversed(),
  };
  return { kind: 'found', customer };
}

async function findCustomer(stripe: Stripe, id: string) {
  try {
    const expand = ['invoice_settings.default_payment_method'];
    return await stripe.customers.retrieve(id, { expand });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** What is left of a customer that was deleted. */
const NOTHING = {
  email: null,
  currency: null,
  balanceMinor: 0,
  isDelinquent: false,
  metadata: {},
  defaultCard: null,
  checkouts: [],
} as const;

async function listSubscriptions(stripe: Stripe, customer: string, prices: Prices) {
  const all = await stripe.subscriptions
    .list({
      customer,
      status: 'all',
      limit: PAGE,
      expand: [...SUBSCRIPTION_EXPANSIONS, 'default_payment_method'].map((path) => `data.${path}`),
    })
    .autoPagingToArray({ limit: MOST_OF_EACH });
  const found = await prices.find(all.flatMap(scheduledPriceIds));
  // A checkout leaves its card with the subscription, and not with the customer.
  const live = all.find(({ ended_at: endedAt }) => endedAt === null);
  return {
    subscriptions: all.map((subscription) => subscriptionOf(subscription, found)),
    card: cardOf(live?.default_payment_method),
  };
}

/**
 * The newest purchases, and all that were made: whoever begins many and leaves them does not hide
 * what was paid for, and may have been given back.
 */
async function listCheckouts(stripe: Stripe, customer: string): Promise<CheckoutSession[]> {
  const asked = { customer, limit: PAGE, expand: ['data.payment_intent.latest_charge'] };
  const newest = await stripe.checkout.sessions.list(asked);
  if (!newest.has_more) return newest.data;
  const complete = await stripe.checkout.sessions
    .list({ ...asked, status: 'complete' })
    .autoPagingToArray({ limit: MOST_OF_EACH });
  const known = new Set(newest.data.map(({ id }) => id));
  return [...newest.data, ...complete.filter(({ id }) => !known.has(id))];
}

async function listInvoices(stripe: Stripe, customer: string, prices: Prices) {
  const all = await stripe.invoices
    .list({ customer, limit: PAGE, expand: ['data.payments', 'data.discounts.source.coupon'] })
    .autoPagingToArray({ limit: MOST_OF_EACH });
  const whole = await Promise.all(
    all.map(async (invoice) => ({ invoice, lines: await linesOf(stripe, invoice) })),
  );
  const named = whole.flatMap(({ lines }) => lines.flatMap((line) => priceIdOf(line) ?? []));
  const found = await prices.find(named);
  return whole.map(({ invoice, lines }) => invoiceOf(invoice, lines, found));
}

/** All lines of an invoice, of which it brings only the first along. */
export async function linesOf(
  stripe: Stripe,
  invoice: Stripe.Invoice,
): Promise<readonly Stripe.InvoiceLineItem[]> {
  const { id, lines } = invoice;
  if (!lines.has_more || id === undefined) return lines.data;
  return stripe.invoices
    .listLineItems(id, { limit: PAGE })
    .autoPagingToArray({ limit: MOST_OF_EACH });
}
