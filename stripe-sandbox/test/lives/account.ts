import type Stripe from 'stripe';
import type { Account } from './invariants.ts';
import type { Life } from './living.ts';

export async function readAccount(life: Life): Promise<Account> {
  const { customer } = life.setting;
  const of = { customer };
  const found = await life.stripe.customers.retrieve(customer);
  if (found.deleted === true) throw new Error('the customer is gone');
  const invoices = await life.list<Stripe.Invoice>('/v1/invoices', of);
  return {
    customer: found,
    invoices,
    wholeInvoices: await withAllLines(life, invoices),
    charges: await life.list('/v1/charges', of),
    intents: await life.list('/v1/payment_intents', of),
    refunds: await life.list('/v1/refunds', {}),
    items: await life.list('/v1/invoiceitems', of),
    balance: await life.list(`/v1/customers/${customer}/balance_transactions`, {}),
    subscriptions: await life.list('/v1/subscriptions', { ...of, status: 'all' }),
    schedules: await life.list('/v1/subscription_schedules', of),
  };
}

async function withAllLines(
  life: Life,
  invoices: readonly Stripe.Invoice[],
): Promise<readonly Stripe.Invoice[]> {
  const whole: Stripe.Invoice[] = [];
  for (const invoice of invoices) {
    const { id, lines } = invoice;
    if (!lines.has_more) whole.push(invoice);
    else {
      const data = await life.list<Stripe.InvoiceLineItem>(`/v1/invoices/${id}/lines`, {});
      whole.push({ ...invoice, lines: { ...lines, data: [...data], has_more: false } });
    }
  }
  return whole;
}
