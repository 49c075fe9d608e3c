import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { granuleOf, minimumCharge } from '../../money/currency.ts';
import { newPayer, openAccount, type Account } from './invoices.fixture.ts';

let account: Account;
let stripe: Stripe;

beforeAll(async () => {
  account = await openAccount();
  ({ stripe } = account);
});
afterAll(async () => {
  await account.sandbox.close();
});

const RUNS = 60;
const SEED = 7_311;

/** An amount off in granules, or a percentage in hundredths. */
const reductions = fc.oneof(
  fc.record({ granulesOff: fc.integer({ min: 1, max: 3_000 }) }),
  fc.record({ hundredthsOff: fc.integer({ min: 1, max: 10_000 }) }),
);

const lives = fc.record({
  currency: fc.constantFrom('usd', 'jpy', 'bhd', 'huf'),
  balanceGranules: fc.integer({ min: -4_000, max: 4_000 }),
  items: fc.array(
    fc.record({
      granules: fc.integer({ min: -2_000, max: 9_000 }),
      reductions: fc.array(reductions, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  reductions: fc.array(reductions, { maxLength: 2 }),
});

type Life = typeof lives extends fc.Arbitrary<infer T> ? T : never;
type Reduction = Life['reductions'][number];

async function couponsOf(
  wanted: readonly Reduction[],
  currency: string,
): Promise<{ coupon: string }[]> {
  const made = [];
  for (const reduction of wanted) {
    const terms =
      'granulesOff' in reduction
        ? { amount_off: reduction.granulesOff * granuleOf(currency), currency }
        : { percent_off: reduction.hundredthsOff / 100 };
    const coupon = await stripe.coupons.create({ ...terms, duration: 'forever' });
    made.push({ coupon: coupon.id });
  }
  return made;
}

const sum = (amounts: readonly number[]): number => amounts.reduce((all, each) => all + each, 0);

/** What a preview and the invoice that is made have to have alike. */
function comparable(invoice: Stripe.Invoice): object {
  return {
    lines: invoice.lines.data.map((line) => ({
      amount: line.amount,
      off: line.discount_amounts!.map(({ amount }) => amount),
      description: line.description,
      period: line.period,
    })),
    off: invoice.total_discount_amounts!.map(({ amount }) => amount),
    subtotal: invoice.subtotal,
    total: invoice.total,
    due: invoice.amount_due,
    balance: invoice.starting_balance,
    currency: invoice.currency,
  };
}

function expectSums(invoice: Stripe.Invoice): void {
  const lines = invoice.lines.data;
  const offOf = (line: Stripe.InvoiceLineItem): number =>
    sum(line.discount_amounts!.map(({ amount }) => amount));
  const off = sum(lines.map(offOf));
  expect(sum(invoice.total_discount_amounts!.map(({ amount }) => amount))).toBe(off);
  expect(invoice.total).toBe(sum(lines.map(({ amount }) => amount)) - off);
  for (const line of lines) {
    expect(line.discount_amounts!.every(({ amount }) => amount >= 0)).toBe(true);
    expect(offOf(line)).toBeLessThanOrEqual(Math.max(0, line.amount));
  }
  const ofInvoice = new Set(invoice.discounts);
  const offInvoice = lines.flatMap((line) =>
    line.discount_amounts!.filter(({ discount }) => ofInvoice.has(discount as string)),
  );
  expect(invoice.total).toBe(invoice.subtotal - sum(offInvoice.map(({ amount }) => amount)));
  expect(invoice.amount_due).toBeGreaterThanOrEqual(0);
  for (const amount of [invoice.total, invoice.subtotal, invoice.amount_due]) {
    expect(Math.abs(amount % granuleOf(invoice.currency))).toBe(0);
  }
}

function expectSettled(open: Stripe.Invoice): void {
  const due = open.total + open.starting_balance;
  const isCharged = due >= minimumCharge(open.currency);
  expect(open.amount_due).toBe(isCharged ? due : 0);
  expect(open.ending_balance).toBe(isCharged ? 0 : due);
  expect(open.status).toBe(isCharged ? 'open' : 'paid');
}

async function live({ currency, balanceGranules, items, reductions: wanted }: Life): Promise<void> {
  const { customer: made } = await newPayer(account);
  const customer = made.id;
  const granule = granuleOf(currency);
  const balance = balanceGranules * granule;
  await stripe.customers.createBalanceTransaction(customer, { amount: balance, currency });
  for (const [index, item] of items.entries()) {
    const discounts = await couponsOf(item.reductions, currency);
    const description = `Item ${index}`;
    const amount = item.granules * granule;
    await stripe.invoiceItems.create({ customer, currency, amount, description, discounts });
  }
  const discounts = await couponsOf(wanted, currency);
  const preview = await stripe.invoices.createPreview({ customer, currency, discounts });
  const draft = await stripe.invoices.create({
    customer,
    currency,
    discounts,
    pending_invoice_items_behavior: 'include',
  });
  expect(comparable(preview)).toEqual(comparable(draft));
  expectSums(draft);
  const open = await stripe.invoices.finalizeInvoice(draft.id);
  expect(comparable(open)).toEqual(comparable(draft));
  expectSettled(open);
  const paid = open.status === 'paid' ? open : await stripe.invoices.pay(open.id);
  expect(paid).toMatchObject({ amount_paid: paid.amount_due, amount_remaining: 0 });
  const { data } = await stripe.customers.listBalanceTransactions(customer, { limit: 100 });
  const after = (await stripe.customers.retrieve(customer)) as Stripe.Customer;
  expect(after.balance).toBe(open.ending_balance);
  expect(sum(data.map(({ amount }) => amount))).toBe(after.balance);
}

test('lines sum to totals, balances add up, and a preview is what is then billed', async () => {
  await fc.assert(fc.asyncProperty(lives, live), { numRuns: RUNS, seed: SEED });
});
