import { expect, it } from 'vitest';
import { useAccountPages, Refused } from './account-pages.fixture.ts';
import { FREE, NO_INVOICES, PAID_INVOICES, PRO, QUOTE } from './answers.fixture.ts';

const pages = useAccountPages();
const free = { 'GET overview': FREE, 'GET invoices': NO_INVOICES };

it('shows everybody the prices of the catalogue, and what a year saves by them', async () => {
  const page = await pages.open('/account/plans');
  const pro = page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: 'Pro' }) });
  await pro.getByText('$19').waitFor();
  await page.getByRole('radio', { name: 'Yearly, 20% less' }).check();
  expect(await pro.textContent()).toMatch(/\$182\.40 a year.*\$15\.20 a month.*Saves \$45\.60/);
  // Nobody is known who could buy.
  expect(await page.getByRole('link', { name: /^Choose/ }).count()).toBe(0);
  await page.getByText('sign in to the app').waitFor();
});

it('marks the plan that the customer is on, and offers changes from it', async () => {
  const page = await pages.open('/account/plans', {
    'GET overview': PRO,
    'GET invoices': PAID_INVOICES,
  });
  await page.getByText('Your plan').waitFor();
  await page.getByRole('link', { name: 'Change to Business' }).waitFor();
  await page.getByRole('radio', { name: /Yearly/ }).check();
  await page.getByRole('link', { name: 'Change to yearly' }).click();
  await page.getByRole('heading', { level: 1, name: 'Change Pro' }).waitFor();
  expect(new URL(page.url()).search).toBe('?plan=pro&cycle=yearly');
});

it('explains the price with a code, and then buys what was shown', async () => {
  const page = await pages.open('/account/plans', {
    ...free,
    'POST quotes': QUOTE,
    'POST checkout': { id: 'c-1', url: `${pages.server.url}/account?expired=1` },
  });
  await page.getByRole('radio', { name: /Yearly/ }).check();
  await page.getByRole('link', { name: 'Choose Pro' }).click();
  await page.getByRole('heading', { name: 'Your order' }).waitFor();
  await page.getByRole('textbox', { name: 'Promotion code' }).fill(' SPRING25 ');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove promotion code' }).waitFor();
  const rows = page.getByRole('table').getByRole('row');
  await rows.filter({ hasText: 'SPRING25' }).waitFor();
  expect((await rows.allTextContents()).slice(1)).toEqual([
    'Pro, yearly$182.40',
    'SPRING25: 25 % off the first payment-$45.60',
    'Due now$136.80',
  ]);
  await page.getByRole('button', { name: 'Continue to payment' }).dblclick();
  await page.getByRole('heading', { name: 'This link cannot be used any more' }).waitFor();
  const choice = { plan: 'pro', billing_cycle: 'yearly', promotion_code: 'SPRING25' };
  expect(pages.sent.filter(({ call }) => call === 'POST checkout')).toEqual([
    { call: 'POST checkout', body: choice },
  ]);
});

it('says why a code does not apply, where it was typed', async () => {
  const refusal = { code: 'promotion_code_expired', detail: 'The code SPRING24 has expired.' };
  const refused = new Refused(422, refusal);
  let quotes = 0;
  const answers = { ...free, 'POST quotes': () => ((quotes += 1) === 2 ? refused : QUOTE) };
  const page = await pages.open('/account/plans?plan=pro&cycle=yearly', answers);
  const field = page.getByRole('textbox', { name: 'Promotion code' });
  await field.fill('SPRING24');
  await field.press('Enter');
  await page.getByText('The code SPRING24 has expired.').waitFor();
  expect(await field.getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByRole('button', { name: 'Continue to payment' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Go on without it' }).click();
  await page.getByRole('button', { name: 'Continue to payment' }).waitFor();
});

it('sells further seats where the plan has them', async () => {
  const answers = { ...free, 'POST quotes': QUOTE };
  const page = await pages.open('/account/plans?plan=business&cycle=monthly', answers);
  await page.getByRole('textbox', { name: 'Seats' }).fill('8');
  await expect
    .poll(() => pages.sent.at(-1)?.body)
    .toEqual({ plan: 'business', billing_cycle: 'monthly', seats: 8 });
  await page.getByRole('textbox', { name: 'Seats' }).fill('2.5');
  await page.getByText('Write a whole number').waitFor();
});
