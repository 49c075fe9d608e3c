import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useAccountPages, Refused, type Answers } from './account-pages.fixture.ts';
import {
  BUSINESS,
  CANCELING,
  FREE,
  INVOICES,
  NO_INVOICES,
  PAID_INVOICES,
  PAST_DUE,
  PREVIEW,
  PRO,
} from './answers.fixture.ts';

const pages = useAccountPages();
const pro = { 'GET overview': PRO, 'GET invoices': PAID_INVOICES };

/** The next answer of a list, and the last one for ever. */
function inTurn(...answers: unknown[]): () => unknown {
  return () => (answers.length > 1 ? answers.shift() : answers[0]);
}

/** After how long an account that is looked at is asked for again. */
const LIVE_MS = 4_000;

const headingOf = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

it('moves the meter while somebody looks', async () => {
  const [minutes] = FREE.balances;
  const later = { ...FREE, balances: [{ ...minutes!, used: 60, remaining: 0 }] };
  const page = await pages.openWithClock('/account', {
    'GET overview': inTurn(FREE, later),
    'GET invoices': NO_INVOICES,
  });
  const meter = page.getByRole('meter', { name: 'Audio minutes' });
  await expect
    .poll(() => meter.getAttribute('aria-valuetext'))
    .toContain('57.5 of 60 minutes used');
  await page.clock.fastForward(LIVE_MS);
  await expect
    .poll(() => meter.getAttribute('aria-valuetext'), { timeout: 15_000 })
    .toBe('60 of 60 minutes used, 0 left');
});

it('keeps what is shown when an answer does not come', async () => {
  const down = new Refused(503, { code: 'database_unavailable', detail: 'Not now.' });
  const page = await pages.openWithClock('/account', {
    'GET overview': inTurn(PRO, down),
    'GET invoices': PAID_INVOICES,
  });
  await page.getByRole('meter', { name: 'Audio minutes' }).waitFor();
  const refused = page.waitForResponse((response) => response.status() === 503);
  await page.clock.fastForward(LIVE_MS);
  await refused;
  await page.getByRole('meter', { name: 'Audio minutes' }).waitFor();
  expect(await page.getByText('Not now.').count()).toBe(0);
});

it('sends who owes a payment to the invoice, and says until when all is kept', async () => {
  const page = await pages.open('/account', {
    'GET overview': PAST_DUE,
    'GET invoices': INVOICES,
  });
  await page.getByText('You keep Pro until April 17, 2026, 2:00 PM GMT+2.').waitFor();
  const pay = page.getByRole('link', { name: 'Pay now' });
  expect(await pay.getAttribute('href')).toBe('https://invoice.example.com/3');
});

it('previews a change to the cent, and previews again what is out of date', async () => {
  const stale = new Refused(409, { code: 'preview_stale', detail: 'It has changed meanwhile.' });
  const renewed = { ...PREVIEW, amount_due_minor: 2_500, preview_token: 'preview-2' };
  const page = await pages.open('/account/change?plan=business&cycle=monthly', {
    ...pro,
    'POST subscription/preview': inTurn(PREVIEW, renewed),
    'POST subscription/change': inTurn(stale, { status: 'done', url: null }),
  });
  await page.getByRole('button', { name: 'Pay $20.32 and change' }).click();
  await page.getByText('calculated anew').waitFor();
  await page.getByRole('button', { name: 'Pay $25.00 and change' }).click();
  await page.getByText('You are on Business now.').waitFor();
  const tokens = pages.sent.filter(({ call }) => call === 'POST subscription/change');
  expect(tokens.map(({ body }) => body)).toEqual([
    { preview_token: 'preview-1' },
    { preview_token: 'preview-2' },
  ]);
});

it('says what a smaller plan takes away and when, and schedules it', async () => {
  const later = { ...PREVIEW, amount_due_minor: 0, effective_at: '2027-03-10T12:00:00.000Z' };
  const page = await pages.open('/account/change?plan=pro&cycle=yearly', {
    'GET overview': BUSINESS,
    'GET invoices': PAID_INVOICES,
    'POST subscription/preview': later,
    'POST subscription/change': { status: 'scheduled', url: null },
  });
  await page.getByText('What you give up on March 10, 2027').waitFor();
  const lost = page.getByRole('region', { name: 'What changes' });
  expect(await lost.textContent()).toMatch(/API accessincluded becomes +not included/);
  expect(pages.sent[0]?.body).toMatchObject({ when: 'period_end' });
  await page.getByRole('button', { name: 'Schedule the change' }).click();
  await page.getByText('It changes on March 10, 2027').waitFor();
});

it('says where the discount that a customer has is better than a code', async () => {
  const kept = { ...PREVIEW, promotion_code: { code: 'TENTH', applied: false } };
  const page = await pages.open('/account/change?plan=business&cycle=monthly', {
    ...pro,
    'POST subscription/preview': inTurn(PREVIEW, kept),
  });
  await page.getByRole('textbox', { name: 'Promotion code' }).fill('TENTH');
  await page.getByRole('button', { name: 'Apply promotion code' }).click();
  await page.getByText('The discount that you have takes more off, and stays.').waitFor();
  expect(pages.sent.at(-1)?.body).toMatchObject({ promotion_code: 'TENTH' });
});

it('says that nothing was bought to who leaves the checkout, and says it once', async () => {
  const page = await pages.open('/account?checkout=canceled', pro);
  const said = page.getByText('nothing was bought and nothing is charged');
  await said.waitFor();
  expect(new URL(page.url()).search).toBe('');
  await page.reload();
  await headingOf(page, 'Account').waitFor();
  expect(await said.count()).toBe(0);
});

it('leads to the invoice when the card did not pay for a change', async () => {
  const url = 'https://invoice.example.com/9';
  const page = await pages.open('/account/change?plan=business&cycle=monthly', {
    ...pro,
    'POST subscription/preview': PREVIEW,
    'POST subscription/change': { status: 'payment_pending', url },
  });
  await page.getByRole('button', { name: /^Pay/ }).click();
  const pay = page.getByRole('link', { name: 'Pay the invoice' });
  expect(await pay.getAttribute('href')).toBe(url);
});

it('asks why before it cancels, and does so with the keyboard alone', async () => {
  const page = await pages.open('/account', {
    ...pro,
    'GET overview': inTurn(PRO, CANCELING),
    'POST subscription/cancel': { status: 'scheduled', url: null },
  });
  await reach(page, 'Cancel subscription');
  await page.keyboard.press('Enter');
  await expect.poll(() => focused(page)).toBe('Cancel Pro');
  await reach(page, 'Cancel Pro');
  await page.keyboard.press('Enter');
  await page.getByText('Please choose a reason.').waitFor();
  expect(pages.sent).toEqual([]);
  await headingOf(page, 'Cancel Pro').focus();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Too dear for me.');
  await reach(page, 'Cancel Pro');
  await page.keyboard.press('Enter');
  await page.getByText('Pro will not be renewed.').waitFor();
  expect(pages.sent).toEqual([
    {
      call: 'POST subscription/cancel',
      body: { when: 'period_end', reason: 'too_expensive: Too dear for me.' },
    },
  ]);
  expect(await focused(page)).toBe('Account');
});

it('takes a cancellation back', async () => {
  const page = await pages.open('/account', {
    ...pro,
    'GET overview': inTurn(CANCELING, PRO),
    'POST subscription/resume': { status: 'done', url: null },
  });
  await page.getByRole('button', { name: 'Keep Pro' }).click();
  await page.getByText('It stays as it is.').waitFor();
  expect(await page.getByRole('button', { name: 'Keep Pro' }).count()).toBe(0);
});

it('says what the server refuses, in its words, and lets it be tried again', async () => {
  const refusal = { code: 'payment_provider_unavailable', detail: 'Stripe cannot be reached.' };
  const page = await pages.open('/account', {
    ...pro,
    'POST portal': inTurn(new Refused(503, refusal), { url: `${pages.server.url}/account/plans` }),
  });
  const change = page.getByRole('button', { name: 'Change payment method' });
  await change.click();
  await page.getByRole('alert').getByText('Stripe cannot be reached.').waitFor();
  await change.click();
  await headingOf(page, 'Plans').waitFor();
  expect(pages.sent.map(({ call }) => call)).toEqual(['POST portal', 'POST portal']);
});

it('lets the customer bound what they spend beyond the limit', async () => {
  const page = await pages.open('/account', { ...pro, 'PUT overage/audio_minutes': {} });
  const cap = page.getByRole('textbox', { name: 'Most to spend a month, in USD' });
  await cap.fill('a lot');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByText('Write an amount such as 20.00.').waitFor();
  await cap.fill('25.5');
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect
    .poll(() => pages.sent)
    .toEqual([{ call: 'PUT overage/audio_minutes', body: { spending_cap_minor: 2_550 } }]);
});

it.each<[string, Answers, string]>([
  ['in force', { status: 'complete', is_active: true }, 'Thank you'],
  ['expired', { status: 'expired', is_active: false }, 'This checkout has expired'],
])('says how a checkout ended: %s', async (_how, checkout, heading) => {
  const page = await pages.open('/account/return?checkout=c-1', {
    ...pro,
    'GET checkouts/c-1': checkout,
  });
  await headingOf(page, heading).waitFor();
  expect(await page.title()).toBe(`${heading} · WhisperForge`);
});

it('waits for what is paid for, and then says that it is in force', async () => {
  const page = await pages.open('/account/return?checkout=c-1', {
    ...pro,
    'GET checkouts/c-1': inTurn(
      { status: 'open', is_active: false },
      { status: 'complete', is_active: false },
      { status: 'complete', is_active: true },
    ),
  });
  await headingOf(page, 'Thank you').waitFor();
  await page.getByText('You are on Pro.').waitFor();
  expect(await page.getByRole('main').getByRole('link', { name: 'Back to the app' }).count()).toBe(
    1,
  );
});

it('says that a session is over, with the way back to the app where it is known', async () => {
  const over = new Refused(401, { code: 'session_missing', detail: 'There is no session.' });
  const page = await pages.openWithClock('/account', {
    'GET overview': inTurn(PRO, over),
    'GET invoices': PAID_INVOICES,
  });
  await headingOf(page, 'Account').waitFor();
  await page.clock.fastForward(LIVE_MS);
  await headingOf(page, 'Open your account from the app').waitFor();
  const back = page.getByRole('main').getByRole('link', { name: 'Back to the app' });
  expect(await back.getAttribute('href')).toBe(PRO.return_url);
});

function focused(page: Page): Promise<string> {
  return page.evaluate(() => document.activeElement?.textContent ?? '');
}

/** Presses Tab until what has this text has the focus. */
async function reach(page: Page, text: string): Promise<void> {
  const MOST_STOPS = 40;
  for (let stops = 0; stops < MOST_STOPS; stops += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === text) return;
  }
  throw new Error(`Tab does not reach ${text}.`);
}
