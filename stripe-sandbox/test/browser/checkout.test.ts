import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CARDS, openShop, type Shop } from './shop.fixture.ts';

let shop: Shop;
let price: string;

beforeAll(async () => {
  shop = await openShop('browser checkout');
  price = await shop.addPrice('Ticket');
});
afterEach(() => shop?.leave());
afterAll(() => shop?.close());

async function openPayment(quantity = 1) {
  return shop.openCheckout({ mode: 'payment', line_items: [{ price, quantity }] });
}

const alertOf = (page: Page) => page.getByRole('alert').textContent();
const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

async function arriveAtShop(page: Page): Promise<URL> {
  await page.getByRole('heading', { name: 'Welcome back' }).waitFor();
  return new URL(page.url());
}

async function sessionOf(id: string) {
  return shop.stripe.checkout.sessions.retrieve(id, { expand: ['payment_intent'] });
}

/** How many charges there are for a session, good or bad. */
async function chargesOf(id: string) {
  const { payment_intent: intent } = await shop.stripe.checkout.sessions.retrieve(id);
  const { data } = await shop.stripe.charges.list({ payment_intent: intent as string });
  return data.map(({ status }) => status);
}

describe('paying', () => {
  it('shows what is bought how often, and leads back to the shop with the session', async () => {
    const session = await openPayment(3);
    const page = await shop.visit(session.url);
    expect(await page.getByRole('row', { name: 'Ticket' }).textContent()).toMatch(/× 3.*\$45\.00/);
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Name on the card').fill('Ada Lovelace');
    await press(page, 'Pay $45.00');
    const back = await arriveAtShop(page);
    expect(back.href).toBe(`${shop.url}/done?session=${session.id}`);
    expect(await sessionOf(session.id)).toMatchObject({
      status: 'complete',
      payment_intent: { status: 'succeeded', amount_received: 4500 },
      customer_details: { email: 'ada@example.com', name: 'Ada Lovelace' },
    });
  });

  it('can be done with the keyboard alone', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    await typeAt(page, 'E-mail', 'grace@example.com');
    await typeAt(page, 'Card number', CARDS.asks);
    await typeAt(page, 'Expires (month / year)', '01/2030');
    await typeAt(page, 'Security code', '999');
    await reach(page, 'Test cards');
    await page.keyboard.press('Space');
    await page.getByRole('cell', { name: CARDS.declined }).waitFor();
    await reach(page, 'Name on the card');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Is it you?' }).waitFor();
    await reach(page, 'Complete authentication');
    await page.keyboard.press('Enter');
    await arriveAtShop(page);
    const paid = await sessionOf(session.id);
    expect(paid).toMatchObject({
      payment_status: 'paid',
      customer_details: { email: 'grace@example.com' },
    });
  });

  it('goes on with another card after one was declined', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Card number').fill(CARDS.declined);
    await press(page, 'Pay $15.00');
    expect(await alertOf(page)).toBe('Your card was declined.');
    // What has nothing to do with the card need not be typed again.
    expect(await page.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
    await page.getByLabel('Card number').fill(CARDS.good);
    await press(page, 'Pay $15.00');
    await arriveAtShop(page);
    expect((await chargesOf(session.id)).toSorted()).toEqual(['failed', 'succeeded']);
  });

  it('says which field cannot be read', async () => {
    const page = await shop.visit((await openPayment()).url);
    await page.getByLabel('Expires').fill('soon');
    await press(page, 'Pay $15.00');
    expect(await alertOf(page)).toContain('month / year');
  });

  it('asks the holder of the card, and lets them try again after a no', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Pay $15.00');
    await press(page, 'Fail authentication');
    expect(await alertOf(page)).toContain('unable to authenticate');
    expect(await sessionOf(session.id)).toMatchObject({ status: 'open' });
    await page.getByLabel('Card number').fill(CARDS.asks);
    await press(page, 'Pay $15.00');
    await press(page, 'Complete authentication');
    await arriveAtShop(page);
    expect(await sessionOf(session.id)).toMatchObject({ payment_status: 'paid' });
  });

  it('happens once, however often the button is pressed', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    await page.getByRole('button', { name: 'Pay $15.00' }).dblclick();
    await arriveAtShop(page);
    expect(await chargesOf(session.id)).toEqual(['succeeded']);
  });

  it('is over for whoever goes back after it, or pays in another tab', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    const other = await page.context().newPage();
    await other.goto(session.url);
    await press(page, 'Pay $15.00');
    await arriveAtShop(page);
    await page.goBack();
    await page.getByRole('heading', { name: 'All done' }).waitFor();
    await page.getByRole('link', { name: 'Continue' }).click();
    await arriveAtShop(page);
    await press(other, 'Pay $15.00');
    await arriveAtShop(other);
    expect(await chargesOf(session.id)).toEqual(['succeeded']);
  });

  it('is given up by the link back, which leaves the session open', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    await page.getByRole('link', { name: 'Back' }).click();
    expect((await arriveAtShop(page)).pathname).toBe('/cart');
    expect(await sessionOf(session.id)).toMatchObject({ status: 'open', payment_intent: null });
  });

  it('comes too late for a session that has expired meanwhile', async () => {
    const session = await openPayment();
    const page = await shop.visit(session.url);
    await shop.stripe.checkout.sessions.expire(session.id);
    await press(page, 'Pay $15.00');
    await page.getByRole('heading', { name: 'Expired' }).waitFor();
    await page.getByRole('link', { name: 'Back' }).click();
    expect((await arriveAtShop(page)).pathname).toBe('/cart');
  });
});

/** Presses Tab until a control of this name has the focus. */
async function reach(page: Page, name: string): Promise<void> {
  const MOST_STOPS = 30;
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const at = document.activeElement;
      const label = at instanceof HTMLInputElement ? at.labels?.[0] : at;
      return label?.textContent ?? '';
    });
    if (focused === name) return;
  }
  throw new Error(`Tab does not reach ${name}.`);
}

/** Types over what a field says already. */
async function typeAt(page: Page, label: string, text: string): Promise<void> {
  await reach(page, label);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}
