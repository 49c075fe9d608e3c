import type Stripe from 'stripe';

const sum = (amounts: readonly number[]): number =>
  amounts.reduce((total, amount) => total + amount, 0);

/** What is not as it must be; none where all is well. */
export type Breach = string;

/** The amounts of a currency of three decimals end in 0, as cards cannot be charged less. */
const GRANULES: Readonly<Record<string, number>> = { kwd: 10 };

/** What must hold of an invoice by itself, whatever led to it. */
export function checkInvoice(invoice: Stripe.Invoice): Breach[] {
  const breaches: Breach[] = [];
  const require = (holds: boolean, what: string): void => {
    if (!holds) breaches.push(`${invoice.id} (${invoice.billing_reason}): ${what}`);
  };
  const { subtotal, total, amount_due: due, amount_paid: paid, amount_remaining: left } = invoice;
  const lines = invoice.lines.data;
  const discounts = sum((invoice.total_discount_amounts ?? []).map(({ amount }) => amount));
  const lineDiscounts = lines.map((line) =>
    sum((line.discount_amounts ?? []).map(({ amount }) => amount)),
  );
  require(sum(lines.map(({ amount }) => amount)) === subtotal, `lines do not sum to ${subtotal}`);
  require(sum(lineDiscounts) === discounts, `discounts of lines do not sum to ${discounts}`);
  require(subtotal - discounts === total, `${subtotal} less ${discounts} is not ${total}`);
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

export interface Account {
  readonly customer: Stripe.Customer;
  readonly invoices: readonly Stripe.Invoice[];
  readonly charges: readonly Stripe.Charge[];
  readonly balance: readonly Stripe.CustomerBalanceTransaction[];
  readonly subscriptions: readonly Stripe.Subscription[];
}

/**
 * What must hold between all that a customer has.
 *
 * @param hasResets whether a period was begun anew before it was over
 */
export function checkAccount(account: Account, hasResets: boolean): Breach[] {
  const { customer, invoices, charges, balance } = account;
  const breaches = invoices.flatMap(checkInvoice);
  const require = (holds: boolean, what: string): void => {
    if (!holds) breaches.push(`${customer.id}: ${what}`);
  };
  const charged = sum(
    charges.filter(({ status }) => status === 'succeeded').map((charge) => charge.amount_captured),
  );
  const paid = sum(invoices.map((invoice) => invoice.amount_paid));
  require(charged === paid, `${charged} charged and ${paid} paid`);
  const carried = sum(balance.map(({ amount }) => amount));
  require(carried === customer.balance, `a balance of ${customer.balance} from ${carried}`);
  return hasResets ? breaches : [...breaches, ...checkPeriods(account)];
}

/** No time of a subscription's item is billed twice, other than by what is prorated. */
function checkPeriods({ invoices }: Account): Breach[] {
  const breaches: Breach[] = [];
  const lines = invoices
    .filter(({ status }) => status !== 'void')
    .flatMap((invoice) => invoice.lines.data)
    .filter((line) => line.parent?.subscription_item_details?.proration === false);
  const byItem = Map.groupBy(
    lines,
    (line) => line.parent!.subscription_item_details!.subscription_item,
  );
  for (const [item, billed] of byItem) {
    const inOrder = billed.toSorted((one, other) => one.period.start - other.period.start);
    for (const [index, line] of inOrder.entries()) {
      const next = inOrder[index + 1];
      if (next === undefined || line.period.end <= next.period.start) continue;
      breaches.push(`${item}: billed twice from ${next.period.start} to ${line.period.end}`);
    }
  }
  return breaches;
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
