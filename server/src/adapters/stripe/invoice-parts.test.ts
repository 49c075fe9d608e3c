import { expect, test } from 'vitest';
import { openStripeScene } from './stripe.fixture.ts';

test('an invoice says what discount and credit took of it, as a draft and as final', async () => {
  const { stripe, gateway } = await openStripeScene('invoice parts');
  const { id: customer } = await stripe.customers.create({ email: 'credit@example.com' });
  await stripe.customers.createBalanceTransaction(customer, { amount: -500, currency: 'usd' });
  await stripe.coupons.create({ id: 'quarter', percent_off: 25, duration: 'once' });
  await stripe.invoiceItems.create({ customer, amount: 2_000, currency: 'usd' });
  const discounts = [{ coupon: 'quarter' }];
  const pending = { pending_invoice_items_behavior: 'include' } as const;
  const { id } = await stripe.invoices.create({ customer, discounts, ...pending });
  const read = async () => {
    const retrieval = await gateway.retrieveCustomer(customer);
    return retrieval.kind === 'found' ? retrieval.customer.invoices : [];
  };
  const parts = {
    subtotalMinor: 2_000,
    discountMinor: 500,
    taxMinor: 0,
    totalMinor: 1_500,
    creditAppliedMinor: 500,
    amountDueMinor: 1_000,
  };
  expect(await read()).toMatchObject([{ status: 'draft', ...parts }]);
  await stripe.invoices.finalizeInvoice(id);
  expect(await read()).toMatchObject([{ status: 'open', ...parts }]);
});
