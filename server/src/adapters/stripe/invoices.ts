import type Stripe from 'stripe';
import type { PaymentGateway, RemoteInvoice } from '../../domains/billing/index.ts';
import { linesOf } from './customers.ts';
import { asking, isMissing } from './faults.ts';
import { once } from './once.ts';
import { invoiceOf } from './translate/invoices.ts';
import { idOrNull, secondsOf } from './translate/references.ts';

type InvoiceCalls = Pick<
  PaymentGateway,
  'createInvoiceItem' | 'retrieveInvoice' | 'payInvoice' | 'refundInvoice'
>;

const EXPAND = ['payments'];
const PAGE = 100;
const MOST_ITEMS = 1_000;

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
