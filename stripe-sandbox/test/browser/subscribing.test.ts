import type Stripe from 'stripe';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, MONTHLY, openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
let line_items: { readonly price: string; readonly quantity: number }[];

beforeAll(async () => {
  shop = await openShop('browser subscribing');
  line_items = [{ price: await shop.addPrice('Gold', { recurring: MONTHLY }), quantity: 2 }];
});
afterEach(() => shop?.leave());
afterAll(() => shop?.close());

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const arriveAtShop = (page: Page) => page.getByRole('heading', { name: 'Welcome back' }).waitFor();

async function subscriptionOf(id: string): Promise<Stripe.Subscription> {
  const expand = ['subscription.latest_invoice'];
  const { subscription } = await shop.stripe.checkout.sessions.retrieve(id, { expand });
  return subscription as Stripe.Subscription;
}

describe('subscribing', () => {
  it('charges the first period and says what the next ones cost', async () => {
    const session = await shop.openCheckout({ mode: 'subscription', line_items });
    const page = await shop.visit(session.url);
    await page.getByText('Then $30.00 every month, until you cancel.').waitFor();
    await press(page, 'Subscribe');
    await arriveAtShop(page);
    expect(await subscriptionOf(session.id)).toMatchObject({
      status: 'active',
      latest_invoice: { status: 'paid', amount_paid: 3000 },
    });
  });

  it('takes a promotion code, shows what is left, and gives it up again', async () => {
    const coupon = await shop.stripe.coupons.create({ percent_off: 50, duration: 'once' });
    const promotion = { type: 'coupon', coupon: coupon.id } as const;
    await shop.stripe.promotionCodes.create({ promotion, code: 'HALF' });
    const session = await shop.openCheckout({
      mode: 'subscription',
      line_items,
      allow_promotion_codes: true,
    });
    const page = await shop.visit(session.url);
    await page.getByLabel('Promotion code').fill('NONE');
    await press(page, 'Apply code');
    expect(await page.getByRole('alert').textContent()).toContain('not valid');
    // The address of a form that was refused leads to the session, too.
    await page.goto(page.url());
    const due = page.getByRole('row', { name: 'Total due today' });
    expect(await due.textContent()).toContain('$30.00');
    await page.getByLabel('Promotion code').fill('half');
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name: 'Discount HALF' }).waitFor();
    expect(await due.textContent()).toContain('$15.00');
    await press(page, 'Remove promotion code');
    await page.getByLabel('Promotion code').fill('HALF');
    await press(page, 'Apply code');
    await page.getByRole('cell', { name: 'Discount HALF' }).waitFor();
    await press(page, 'Subscribe');
    await arriveAtShop(page);
    const { latest_invoice: invoice } = await subscriptionOf(session.id);
    expect(invoice).toMatchObject({ subtotal: 3000, amount_paid: 1500 });
  });

  it('begins with a trial, for which the card is authenticated and not charged', async () => {
    const session = await shop.openCheckout({
      mode: 'subscription',
      line_items,
      subscription_data: { trial_period_days: 14 },
    });
    const page = await shop.visit(session.url);
    await page.getByText('Free for 14 days, then $30.00 every month').waitFor();
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Start trial');
    await press(page, 'Complete authentication');
    await arriveAtShop(page);
    expect(await subscriptionOf(session.id)).toMatchObject({
      status: 'trialing',
      latest_invoice: { amount_due: 0 },
    });
  });

  it('leaves nothing behind where the holder says no, and can be tried again', async () => {
    const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.com' });
    const session = await shop.openCheckout({ mode: 'subscription', line_items, customer });
    const page = await shop.visit(session.url);
    expect(await page.getByLabel('E-mail').isEditable()).toBe(false);
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Subscribe');
    await press(page, 'Fail authentication');
    await page.getByRole('alert').waitFor();
    expect((await shop.stripe.subscriptions.list({ customer })).data).toEqual([]);
    await page.getByLabel('Card number').fill(CARDS.declined);
    await press(page, 'Subscribe');
    await page.getByText('Your card was declined.').waitFor();
    await press(page, 'Subscribe');
    await arriveAtShop(page);
    const { data } = await shop.stripe.subscriptions.list({ customer });
    expect(data.map(({ status }) => status)).toEqual(['active']);
  });

  it('pays with a card that is saved, or with another', async () => {
    const { id: customer } = await shop.stripe.customers.create({
      email: 'ada@example.com',
      payment_method: 'pm_card_visa',
    });
    const [saved] = (await shop.stripe.paymentMethods.list({ customer })).data;
    const params = { mode: 'subscription', line_items, customer } as const;
    const first = await shop.openCheckout(params);
    const page = await shop.visit(first.url);
    await press(page, 'Subscribe');
    await arriveAtShop(page);
    expect((await subscriptionOf(first.id)).default_payment_method).toBe(saved!.id);
    const second = await shop.openCheckout(params);
    await page.goto(second.url);
    await page.getByLabel('Pay with').selectOption('A new card');
    await page.getByLabel('Card number').fill('5555 5555 5555 4444');
    await press(page, 'Subscribe');
    await arriveAtShop(page);
    const added = (await subscriptionOf(second.id)).default_payment_method as string;
    const { card } = await shop.stripe.paymentMethods.retrieve(added);
    expect(card?.last4).toBe('4444');
  });
});

describe('saving a payment method', () => {
  it('charges nothing, and asks the holder of the card where the bank wants to', async () => {
    const { id: customer } = await shop.stripe.customers.create({ email: 'ada@example.com' });
    const session = await shop.openCheckout({ mode: 'setup', currency: 'usd', customer });
    const page = await shop.visit(session.url);
    await page.getByText('Nothing is charged today.').waitFor();
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Save payment method');
    await press(page, 'Fail authentication');
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Save payment method');
    await press(page, 'Complete authentication');
    await arriveAtShop(page);
    const { data } = await shop.stripe.paymentMethods.list({ customer });
    expect(data.map(({ card }) => card?.last4)).toEqual(['3184']);
    expect((await shop.stripe.charges.list({ customer })).data).toEqual([]);
  });
});
