import type { Locator, Page } from 'playwright-core';

export interface Order {
  /** As it is called, such as `Pro`. */
  readonly plan: string;
  readonly cycle: 'Monthly' | 'Yearly';
  readonly promotionCode?: string;
}

/** What a customer does on the account pages, as they would say it. */
export interface Customer {
  readonly page: Page;
  /** Follows a link to the account, as the app has made it. */
  enter(link: string): Promise<void>;
  /** Goes to a page of the account by its address. */
  go(path: string): Promise<void>;
  /** What is said as the view's heading, once it is there. */
  sees(heading: string): Promise<void>;
  /** Chooses a plan and its cycle; ends before the payment, with the price explained. */
  order(order: Order): Promise<void>;
  /** What is due now, as it is written: `$136.80`. */
  amountDue(): Promise<string>;
  /** Goes on to Stripe, fills in a card and pays there; ends on the page that comes after. */
  pay(card: string): Promise<void>;
  /** Asks for another plan; ends with the price of the change shown. */
  preview(change: Omit<Order, 'promotionCode'>): Promise<void>;
  /** Agrees to what was previewed, and ends in the account. */
  confirmChange(): Promise<void>;
  cancel(reason: string, when?: 'later' | 'at once'): Promise<void>;
  meter(name: string): Locator;
  press(button: string | RegExp): Promise<void>;
}

export function customerOn(page: Page, url: string): Customer {
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });
  const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
  const choose = async (cycle: string, link: RegExp): Promise<void> => {
    await page.goto(`${url}/account/plans`);
    await page.getByRole('radio', { name: cycle }).check();
    await page.getByRole('link', { name: link }).click();
  };
  return {
    page,
    press,
    meter: (name) => page.getByRole('meter', { name }),
    async enter(link) {
      await page.goto(link);
      await heading('Account').waitFor();
    },
    async go(path) {
      await page.goto(url + path);
    },
    sees: (name) => heading(name).waitFor(),
    async order({ plan, cycle, promotionCode }) {
      await choose(cycle, new RegExp(`^Choose ${plan}$`));
      await heading('Your order').waitFor();
      if (promotionCode !== undefined) {
        await page.getByRole('textbox', { name: 'Promotion code' }).fill(promotionCode);
        await press('Apply promotion code');
        await page.getByRole('button', { name: 'Remove promotion code' }).waitFor();
      }
      await page.getByRole('button', { name: 'Continue to payment' }).waitFor();
    },
    async amountDue() {
      const due = page.getByRole('row', { name: /^Due now/ });
      return (await due.getByRole('cell').last().textContent()) ?? '';
    },
    async pay(card) {
      const proceed = page.getByRole('button', { name: 'Continue to payment' });
      if (await proceed.isVisible()) await proceed.click();
      await page.getByLabel('Card number').fill(card);
      await press(/^(?:Pay|Subscribe|Start trial)/);
    },
    async preview({ plan, cycle }) {
      await choose(cycle, new RegExp(`^Change (?:to|seats).*(?:${plan}|${cycle})`, 'i'));
      await page.getByRole('row', { name: /^Due now/ }).waitFor();
    },
    async confirmChange() {
      await press(/^(?:Pay .* and change|Change now|Schedule the change)$/);
      await heading('Account').waitFor();
    },
    async cancel(reason, when = 'later') {
      await page.goto(`${url}/account/cancel`);
      await page.getByRole('radio', { name: reason }).check();
      if (when === 'at once') await page.getByRole('radio', { name: 'At once' }).check();
      await press(/^(?:Cancel|End) /);
      await heading('Account').waitFor();
    },
  };
}
