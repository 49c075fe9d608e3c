import type Stripe from 'stripe';
import type {
  ItemStanding,
  PaymentGateway,
  PendingInvoice,
  RemoteInvoice,
} from '../../domains/billing/index.ts';
import { linesOf } from './customers.ts';
import { asking, isMissing } from './faults.ts';
import { once } from './once.ts';
import { invoiceOf } from './translate/invoices.ts';
import { idOrNull, secondsOf } from './translate/references.ts';

type InvoiceCalls = Pick<
  PaymentGateway,
  | 'createInvoiceItem'
  | 'findItem'
  | 'invoicePendingItems'
  | 'retrieveInvoice'
  | 'payInvoice'
  | 'refundInvoice'
>;

const EXPAND = ['payments'];
const PAGE = 100;
const MOST_ITEMS = 1_000;
const MOST_INVOICES = 1_000;

export function invoiceCalls(stripe: Stripe): InvoiceCalls {
  return {
    createInvoiceItem: ({ idempotencyKey, ...item }) =>
      asking(() =>
        once({
          idempotencyKey,
          async act(key) {
            const { subscriptionId: subscription } = item;
            const made = await stripe.invoiceItems.create(
              {
                customer: item.customerId,
                amount: item.amountMinor,
                currency: item.currency,
                description: item.description,
                discountable: false,
                period: {
                  start: secondsOf(item.period.startMs),
                  end: secondsOf(item.period.endMs),
                },
                metadata: { ...item.metadata, key: idempotencyKey },
                ...(subscription !== null && { subscription }),
              },
              { idempotencyKey: key },
            );
            return made.id;
          },
          async find() {
            const all = await stripe.invoiceItems
              .list({ customer: item.customerId, limit: PAGE })
              .autoPagingToArray({ limit: MOST_ITEMS });
            return all.find(({ metadata }) => metadata?.key === idempotencyKey)?.id;
          },
        }),
      ),
    findItem: (itemId) => asking(() => findItem(stripe, itemId)),
    invoicePendingItems: (pending) => asking(() => invoicePendingItems(stripe, pending)),
    retrieveInvoice: (id) => asking(() => retrieveInvoice(stripe, id)),
    payInvoice: ({ invoiceId, idempotencyKey }) =>
      asking(async () => {
        const expand = EXPAND;
        const isPaid = async (): Promise<Stripe.Invoice | undefined> => {
          const invoice = await stripe.invoices.retrieve(invoiceId, { expand });
          return invoice.status === 'paid' ? invoice : undefined;
        };
        const act = (key: string): Promise<Stripe.Invoice> =>
          stripe.invoices.pay(invoiceId, { expand }, { idempotencyKey: key });
        const paid = (await isPaid()) ?? (await once({ idempotencyKey, act, find: isPaid }));
        return invoiceOf(paid, await linesOf(stripe, paid));
      }),
    refundInvoice: ({ invoiceId, idempotencyKey }) =>
      asking(async () => {
        const invoice = await stripe.invoices.retrieve(invoiceId, { expand: EXPAND });
        const paid = (invoice.payments?.data ?? []).filter(({ status }) => status === 'paid');
        for (const { payment } of paid) {
          const intent = idOrNull(payment.payment_intent);
          if (intent === null) continue;
          const find = async (): Promise<Stripe.Refund | undefined> =>
            (await stripe.refunds.list({ payment_intent: intent, limit: PAGE })).data[0];
          if ((await find()) !== undefined) continue;
          await once({
            idempotencyKey: `${idempotencyKey}:${intent}`,
            act: (key) =>
              stripe.refunds.create({ payment_intent: intent }, { idempotencyKey: key }),
            find,
          });
        }
      }),
  };
}

async function retrieveInvoice(stripe: Stripe, id: string): Promise<RemoteInvoice | null> {
  try {
    const invoice = await stripe.invoices.retrieve(id, { expand: EXPAND });
    return invoiceOf(invoice, await linesOf(stripe, invoice));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

async function findItem(stripe: Stripe, itemId: string): Promise<ItemStanding> {
  try {
    const { invoice } = await stripe.invoiceItems.retrieve(itemId);
    const invoiceId = idOrNull(invoice);
    return invoiceId === null ? { kind: 'waiting' } : { kind: 'billed', invoiceId };
  } catch (error) {
    if (isMissing(error)) return { kind: 'deleted' };
    throw error;
  }
}

/** A draft that nobody makes final is made so by Stripe an hour later. */
async function invoicePendingItems(stripe: Stripe, asked: PendingInvoice): Promise<string | null> {
  const { customerId: customer, currency, idempotencyKey } = asked;
  // Stripe forgets keys after a day; what was made under one is found all the same.
  const find = async (): Promise<Stripe.Invoice | undefined> => {
    const all = await stripe.invoices
      .list({ customer, limit: PAGE })
      .autoPagingToArray({ limit: MOST_INVOICES });
    return all.find(({ metadata }) => metadata?.['key'] === idempotencyKey);
  };
  const make = async (): Promise<Stripe.Invoice> => {
    const card = await cardOfSubscriptions(stripe, customer);
    const params: Stripe.InvoiceCreateParams = {
      customer,
      currency,
      auto_advance: true,
      pending_invoice_items_behavior: 'include',
      metadata: { ...asked.metadata, key: idempotencyKey },
      ...(card !== null && { default_payment_method: card }),
    };
    // A key stands for what was asked, and the card may be another by the next attempt.
    return once({
      idempotencyKey: `${idempotencyKey}:${card ?? 'customer'}`,
      act: (key) => stripe.invoices.create(params, { idempotencyKey: key }),
      find,
    });
  };
  const invoice = (await find()) ?? (await make());
  if (invoice.lines.data.length > 0) return finalized(stripe, invoice.id, idempotencyKey);
  if (invoice.status === 'draft') await stripe.invoices.del(invoice.id);
  return null;
}

/** What was paid for last by a card of its own, as Checkout leaves it; else the customer's pays. */
async function cardOfSubscriptions(stripe: Stripe, customer: string): Promise<string | null> {
  const { data } = await stripe.subscriptions.list({ customer, status: 'all', limit: PAGE });
  return (
    data.map((each) => idOrNull(each.default_payment_method)).find((id) => id !== null) ?? null
  );
}

async function finalized(stripe: Stripe, id: string, idempotencyKey: string): Promise<string> {
  const find = async (): Promise<true | undefined> => {
    const { status } = await stripe.invoices.retrieve(id);
    return status === 'draft' ? undefined : true;
  };
  if ((await find()) === true) return id;
  await once({
    idempotencyKey: `${idempotencyKey}:final`,
    async act(key) {
      await stripe.invoices.finalizeInvoice(id, {}, { idempotencyKey: key });
      return true;
    },
    find,
  });
  return id;
}
