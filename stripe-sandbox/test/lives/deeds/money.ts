import type Stripe from 'stripe';
import { isIncomplete, mayBeDeclined, note, type Life } from '../living.ts';
import { advance } from './time.ts';

export async function changeCard(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const [pays, declined, asks] = setting.paymentMethods;
  const kind = random.pick(['pays', 'pays', 'declined', 'asks for its holder', 'none'] as const);
  tally.add('deed', 'change the card');
  tally.add('card', kind);
  note(life, `card: ${kind}`);
  const method = { 'pays': pays, declined, 'asks for its holder': asks, 'none': '' }[kind];
  await stripe.customers.update(setting.customer, {
    invoice_settings: { default_payment_method: method },
  });
}

export async function addInvoiceItem(life: Life, subscription: Stripe.Subscription): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { customer, currency } = setting;
  const amount = 10 * (random.below(300) - 60);
  const isOwn = random.oneIn(2) && !isIncomplete(subscription);
  tally.add('deed', 'add an invoice item');
  tally.add('invoice item', amount < 0 ? 'credit' : 'charge');
  if (isOwn) tally.add('invoice item', 'of a subscription');
  note(life, `invoice item of ${amount}`);
  await stripe.invoiceItems.create({
    customer,
    currency,
    amount,
    ...(isOwn ? { subscription: subscription.id } : {}),
  });
}

/** Of those that a customer was given, not of prorations. */
export async function changeInvoiceItem(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { data } = await stripe.invoiceItems.list({ customer: setting.customer, pending: true });
  const item = data.find(({ proration }) => !proration);
  if (item === undefined) return advance(life);
  tally.add('deed', 'change a pending invoice item');
  if (random.oneIn(2)) {
    tally.add('invoice item', 'removed');
    note(life, `remove ${item.id}`);
    await stripe.invoiceItems.del(item.id);
    return;
  }
  const amount = 10 * (random.below(300) - 60);
  note(life, `invoice item changed to ${amount}`);
  await stripe.invoiceItems.update(item.id, { amount });
}

export async function changeBalance(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { customer, currency } = setting;
  const amount = 10 * (random.below(200) - 130);
  if (amount === 0) return advance(life);
  tally.add('deed', 'change the balance');
  tally.add('balance', amount < 0 ? 'credit' : 'debt');
  note(life, `balance by ${amount}`);
  await stripe.customers.createBalanceTransaction(customer, { amount, currency });
}

/** An invoice of what waits for the customer, outside of any subscription's turns. */
export async function invoiceByHand(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { customer, currency } = setting;
  tally.add('deed', 'invoice by hand');
  const advances = random.oneIn(2);
  note(life, `invoice by hand, which ${advances ? 'advances' : 'stays'}`);
  const { id } = await stripe.invoices.create({
    customer,
    currency,
    auto_advance: advances,
    pending_invoice_items_behavior: 'include',
  });
  if (random.oneIn(2)) await finalize(life, id);
}

async function finalize({ stripe, tally }: Life, id: string): Promise<void> {
  tally.add('invoice', 'finalized');
  await stripe.invoices.finalizeInvoice(id);
}

type Settling = 'finalize' | 'mark' | 'pay' | 'pay out of band' | 'void';
const WAYS: readonly Settling[] = ['pay', 'pay', 'pay', 'pay out of band', 'void', 'mark'];

/** What becomes of an invoice that is open, or else of a draft. */
export async function settleInvoice(life: Life): Promise<void> {
  const { stripe, random, setting } = life;
  const { customer } = setting;
  const open = await stripe.invoices.list({ customer, status: 'open', limit: 3 });
  const drafts = open.data.length > 0 ? [] : await listDrafts(life);
  const invoice = [...open.data, ...drafts][0];
  if (invoice === undefined) return advance(life);
  life.tally.add('deed', 'settle an invoice');
  const way = invoice.status === 'draft' ? 'finalize' : random.pick(WAYS);
  note(life, `${way} ${invoice.id}`);
  await settleBy(life, invoice, way);
}

async function settleBy(life: Life, invoice: Stripe.Invoice, way: Settling): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { id, amount_remaining: left } = invoice;
  switch (way) {
    case 'finalize':
      return finalize(life, id);
    case 'mark':
      tally.add('invoice', 'uncollectible');
      await stripe.invoices.markUncollectible(id);
      return;
    case 'void':
      tally.add('invoice', 'voided');
      await stripe.invoices.voidInvoice(id);
      return;
    case 'pay out of band':
      tally.add('invoice', 'paid out of band');
      await stripe.invoices.pay(id, { paid_out_of_band: true });
      life.paidOutOfBand += left;
      return;
    case 'pay': {
      tally.add('invoice', 'paid');
      const method = random.oneIn(2) ? { payment_method: random.pick(setting.paymentMethods) } : {};
      await mayBeDeclined(() => stripe.invoices.pay(id, method));
    }
  }
}

async function listDrafts({ stripe, setting }: Life): Promise<Stripe.Invoice[]> {
  const { customer } = setting;
  const { data } = await stripe.invoices.list({ customer, status: 'draft', limit: 3 });
  return data;
}

/** The holder of a card answers their bank, where it has asked. */
export async function authenticate(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { data } = await stripe.paymentIntents.list({ customer: setting.customer, limit: 10 });
  const intent = data.find(({ status }) => status === 'requires_action');
  if (intent === undefined) return advance(life);
  const succeeds = !random.oneIn(3);
  tally.add('deed', 'authenticate');
  tally.add('authentication', succeeds ? 'succeeded' : 'failed');
  note(life, `authenticate ${intent.id}: ${succeeds}`);
  await life.control(`/_sandbox/intents/${intent.id}/authenticate`, {
    succeeds: String(succeeds),
  });
}

export async function refund(life: Life): Promise<void> {
  const { stripe, random, setting, tally } = life;
  const { data } = await stripe.charges.list({ customer: setting.customer, limit: 5 });
  const charge = data.find(({ status, refunded }) => status === 'succeeded' && !refunded);
  if (charge === undefined) return advance(life);
  const left = charge.amount - charge.amount_refunded;
  const part = Math.max(10, 10 * Math.floor(left / 30));
  const isWhole = random.oneIn(2) || part >= left;
  tally.add('deed', 'refund');
  tally.add('refund', isWhole ? 'whole' : 'part');
  const amount = isWhole ? left : part;
  note(life, `refund ${amount} of ${charge.id}`);
  await stripe.refunds.create({ charge: charge.id, amount });
}
