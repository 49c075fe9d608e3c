import type Stripe from 'stripe';
import { idOf } from './ids.ts';

const sum = (amounts: readonly number[]): number =>
  amounts.reduce((total, amount) => total + amount, 0);

/** All that a customer has in the end. */
export interface Account {
  readonly customer: Stripe.Customer;
  /** As they are shown: with the first of their lines. */
  readonly invoices: readonly Stripe.Invoice[];
  /** With all of their lines. */
  readonly wholeInvoices: readonly Stripe.Invoice[];
  readonly charges: readonly Stripe.Charge[];
  readonly intents: readonly Stripe.PaymentIntent[];
  readonly refunds: readonly Stripe.Refund[];
  readonly items: readonly Stripe.InvoiceItem[];
  readonly balance: readonly Stripe.CustomerBalanceTransaction[];
  readonly subscriptions: readonly Stripe.Subscription[];
  readonly schedules: readonly Stripe.SubscriptionSchedule[];
}

/** What is not as it must be; none where all is well. */
export type Breach = string;

/** The amounts of a currency of three decimals end in 0, as cards cannot be charged less. */
const GRANULES: Readonly<Record<string, number>> = { kwd: 10, bhd: 10 };

/** What must hold of an invoice by itself, whatever led to it. */
export function checkInvoice(invoice: Stripe.Invoice): Breach[] {
  const breaches: Breach[] = [];
  const require = (holds: boolean, what: string): void => {
    if (!holds) breaches.push(`${invoice.id} (${invoice.billing_reason}): ${what}`);
  };
  const { subtotal, total, amount_due: due, amount_paid: paid, amount_remaining: left } = invoice;
  const lines = invoice.lines.data;
  const discounts = sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount));
  const lineDiscounts = lines.map(sumOfDiscounts);
  const gross = sum(lines.map(({ amount }) => amount));
  require(gross - sum(lines.map(ownDiscount)) ===
    subtotal, `lines of ${lines.map(({ amount }) => amount).join(', ')} do not sum to ${subtotal}`);
  require(sum(lineDiscounts) === discounts, `discounts of lines do not sum to ${discounts}`);
  require(gross - discounts === total, `${gross} less ${discounts} is not ${total}`);
  require(paid + left === due, `${paid} paid and ${left} left are not ${due} due`);
  for (const [name, amount] of Object.entries({ due, paid, left })) {
    require(amount >= 0, `${name} is ${amount}`);
  }
  const granule = GRANULES[invoice.currency] ?? 1;
  for (const amount of [due, paid, ...lines.map((line) => line.amount)]) {
    require(amount % granule === 0, `${amount} is no multiple of ${granule}`);
  }
  for (const [index, line] of lines.entries()) {
    const discount = lineDiscounts[index]!;
    const isWithin = line.amount < 0 ? discount <= 0 : discount >= 0 && discount <= line.amount;
    require(isWithin || discount === 0, `a discount of ${discount} on ${line.amount}`);
    require((line.quantity ?? 0) >= 0, `a quantity of ${line.quantity}`);
    require(line.period.start <= line.period.end, `a period that ends before it starts`);
  }
  if (invoice.status !== 'draft' && invoice.ending_balance !== null) {
    const before = total + invoice.starting_balance;
    const after = due + invoice.ending_balance;
    require(before === after, `${before} before is not ${after} due and carried over`);
  }
  if (invoice.status === 'paid') require(left === 0, `paid with ${left} left`);
  return breaches;
}

/** What is taken off a line by itself; it is out of the subtotal already. */
function ownDiscount({ discounts, discount_amounts: amounts }: Stripe.InvoiceLineItem): number {
  const own = new Set(discounts.map(idOf));
  return sum(
    (amounts ?? []).flatMap(({ discount, amount }) => (own.has(idOf(discount)) ? amount : [])),
  );
}

/** What the account does not tell of how it came about. */
export interface Known {
  /** Subscriptions whose period was begun anew before it was over: some time is billed twice. */
  readonly resets: ReadonlySet<string>;
  /** What was paid without a charge. */
  readonly paidOutOfBand: number;
}

/** What must hold between all that a customer has. */
export function checkAccount(account: Account, { resets, paidOutOfBand }: Known): Breach[] {
  const { customer, wholeInvoices: invoices, charges, balance, refunds } = account;
  const breaches = [...invoices.flatMap(checkInvoice), ...charges.flatMap(checkCharge)];
  const require = (holds: boolean, what: string): void => {
    if (!holds) breaches.push(`${customer.id}: ${what}`);
  };
  const charged = sum(
    charges.filter(({ status }) => status === 'succeeded').map((charge) => charge.amount_captured),
  );
  const paid = sum(invoices.map((invoice) => invoice.amount_paid));
  require(charged + paidOutOfBand === paid, `${charged} charged and ${paid} paid`);
  const refunded = sum(charges.map((charge) => charge.amount_refunded));
  const given = sum(refunds.map(({ amount }) => amount));
  require(refunded === given, `${refunded} refunded of charges by refunds of ${given}`);
  const carried = sum(balance.map(({ amount }) => amount));
  require(carried === customer.balance, `a balance of ${customer.balance} from ${carried}`);
  const numbers = invoices.flatMap(({ number }) => number ?? []);
  require(new Set(numbers).size === numbers.length, 'two invoices have one number');
  for (const { id, items } of account.subscriptions) {
    for (const { quantity = 0 } of items.data) {
      require(quantity >= 0, `${id} has a quantity of ${quantity}`);
    }
  }
  return [...breaches, ...checkPeriods(account, resets), ...checkCredits(account)];
}

function checkCharge({ id, amount, amount_captured, amount_refunded }: Stripe.Charge): Breach[] {
  const isSane = amount > 0 && amount_refunded >= 0 && amount_refunded <= amount_captured;
  if (isSane && amount_captured <= amount) return [];
  return [`${id}: ${amount_refunded} refunded of ${amount_captured} captured of ${amount}`];
}

interface BilledItem {
  readonly item: string;
  readonly subscription: string;
  readonly line: Stripe.InvoiceLineItem;
  readonly invoice: Stripe.Invoice;
}

/** What was billed for items of subscriptions, by item. */
function byItem(account: Account): readonly (readonly BilledItem[])[] {
  const billed = account.wholeInvoices.flatMap((invoice) =>
    invoice.lines.data.flatMap((line): readonly BilledItem[] => {
      const details = line.parent?.subscription_item_details;
      if (details == null || details.subscription === null) return [];
      return [
        { item: details.subscription_item, subscription: details.subscription, line, invoice },
      ];
    }),
  );
  return [...Map.groupBy(billed, ({ item }) => item).values()];
}

/**
 * No time of a subscription's item is billed twice, other than by what is prorated.
 *
 * @param resets subscriptions of which it may be
 */
function checkPeriods(account: Account, resets: ReadonlySet<string>): Breach[] {
  // A phase may begin a period anew.
  const scheduled = new Set(
    account.schedules.flatMap(({ subscription, released_subscription: released }) => [
      subscription === null ? null : idOf(subscription),
      released,
    ]),
  );
  return byItem(account).flatMap((billed) => {
    const { item, subscription } = billed[0]!;
    if (resets.has(subscription) || scheduled.has(subscription)) return [];
    const inOrder = billed
      .filter(({ invoice, line }) => invoice.status !== 'void' && !isProration(line))
      .map(({ line }) => line.period)
      .toSorted((one, other) => one.start - other.start);
    return inOrder.flatMap((period, index) => {
      const next = inOrder[index + 1];
      if (next === undefined || period.end <= next.start) return [];
      return [`${item}: billed twice from ${next.start} to ${period.end}`];
    });
  });
}

function isProration({ parent }: Stripe.InvoiceLineItem): boolean {
  return parent?.subscription_item_details?.proration === true;
}

/**
 * In flexible billing no more is given back of an item than it was billed for. Invoices that were
 * made void say nothing of that: what they had may be billed, or given back, once more.
 */
function checkCredits(account: Account): Breach[] {
  const flexible = new Set(
    account.subscriptions.flatMap(({ id, billing_mode: mode }) =>
      mode.type === 'flexible' ? [id] : [],
    ),
  );
  return byItem(account).flatMap((billed) => {
    const { item, subscription, line } = billed[0]!;
    const isVoid = billed.some(({ invoice }) => invoice.status === 'void');
    if (!flexible.has(subscription) || isVoid) return [];
    const net = sum(billed.map((each) => each.line.amount - sumOfDiscounts(each.line)));
    // Each line was rounded once.
    const rounding = billed.length * (GRANULES[line.currency] ?? 1);
    return net >= -rounding ? [] : [`${item}: ${-net} more given back than billed`];
  });
}

function sumOfDiscounts({ discount_amounts: amounts }: Stripe.InvoiceLineItem): number {
  return sum((amounts ?? []).map(({ amount }) => amount));
}

/**
 * What a preview and the invoice that came of it have in common.
 *
 * @param withBalance whether nothing came in between that could have used the balance
 */
export function comparable(invoice: Stripe.Invoice, withBalance: boolean): object {
  const { amount_due, currency, subtotal, total, starting_balance } = invoice;
  const balance = withBalance ? { amount_due, starting_balance } : {};
  const lines = invoice.lines.data.map((line) => ({
    amount: line.amount,
    description: line.description,
    discounts: (line.discount_amounts ?? []).map(({ amount }) => amount),
    period: line.period,
    price: line.pricing?.price_details?.price ?? null,
    quantity: line.quantity,
  }));
  const discounts = (invoice.total_discount_amounts ?? []).map(({ amount }) => amount);
  return { currency, subtotal, total, ...balance, discounts, lines };
}
