import type { Page } from 'playwright-core';
import { Refused, type Answers } from './account-pages.fixture.ts';
import {
  BUSINESS,
  CANCELING,
  FREE,
  INVOICES,
  NO_INVOICES,
  PAID_INVOICES,
  PAST_DUE,
  PAUSED,
  PREVIEW,
  PRO,
  QUOTE,
  RESTRICTED,
  TRIAL,
} from './answers.fixture.ts';

/** A page in a situation, and how somebody gets to see it. */
export interface Situation {
  readonly name: string;
  readonly path: string;
  readonly answers?: Answers;
  /** What is shown when it is ready. */
  readonly heading: string;
  readonly act?: (page: Page) => Promise<void>;
}

const account = (overview: unknown, invoices: unknown): Answers => ({
  'GET overview': overview,
  'GET invoices': invoices,
});

const open = (status: string): Answers => ({
  ...account(FREE, NO_INVOICES),
  'GET checkouts/c-1': { status, is_active: false },
});

const DOWNGRADE = {
  ...PREVIEW,
  lines: [{ description: '1 × Pro (at $19.00 / month)', amount_minor: 1_900 }],
  total_minor: 1_900,
  amount_due_minor: 0,
  effective_at: '2027-03-10T12:00:00.000Z',
  recurring: { ...PREVIEW.recurring, amount_minor: 1_900 },
};

export const SITUATIONS: readonly Situation[] = [
  { name: 'expired', path: '/account?expired=1', heading: 'This link cannot be used any more' },
  { name: 'plans-visitor', path: '/account/plans', heading: 'Plans' },
  {
    name: 'plans-pro',
    path: '/account/plans',
    answers: account(PRO, PAID_INVOICES),
    heading: 'Plans',
    act: (page) => page.getByRole('radio', { name: 'Yearly' }).check(),
  },
  {
    name: 'order',
    path: '/account/plans?plan=pro&cycle=yearly',
    answers: { ...account(FREE, NO_INVOICES), 'POST quotes': QUOTE },
    heading: 'Your order',
    async act(page) {
      await page.getByRole('textbox', { name: 'Promotion code' }).fill('SPRING25');
      await page.getByRole('button', { name: 'Apply promotion code' }).click();
      await page.getByRole('button', { name: 'Remove promotion code' }).waitFor();
    },
  },
  {
    name: 'order-refused',
    path: '/account/plans?plan=business&cycle=monthly',
    answers: {
      ...account(FREE, NO_INVOICES),
      'POST quotes': new Refused(422, {
        code: 'promotion_code_expired',
        detail: 'The promotion code SPRING25 has expired.',
      }),
    },
    heading: 'Your order',
    async act(page) {
      await page.getByRole('textbox', { name: 'Promotion code' }).fill('SPRING25');
      await page.getByRole('button', { name: 'Apply promotion code' }).click();
      await page.getByText('has expired').waitFor();
    },
  },
  {
    name: 'account-free',
    path: '/account',
    answers: account(FREE, NO_INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-pro',
    path: '/account',
    answers: account(PRO, PAID_INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-past-due',
    path: '/account',
    answers: account(PAST_DUE, INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-restricted',
    path: '/account',
    answers: account(RESTRICTED, INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-paused',
    path: '/account',
    answers: account(PAUSED, PAID_INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-trial',
    path: '/account',
    answers: account(TRIAL, NO_INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-canceling',
    path: '/account',
    answers: account(CANCELING, PAID_INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-business',
    path: '/account',
    answers: account(BUSINESS, PAID_INVOICES),
    heading: 'Account',
  },
  {
    name: 'account-unreachable',
    path: '/account',
    answers: {
      'GET overview': new Refused(503, {
        code: 'database_unavailable',
        detail: 'The database cannot be reached at the moment; try again shortly.',
      }),
    },
    heading: 'Account',
  },
  {
    name: 'change-upgrade',
    path: '/account/change?plan=business&cycle=monthly',
    answers: { ...account(PRO, PAID_INVOICES), 'POST subscription/preview': PREVIEW },
    heading: 'Change to Business',
    act: (page) => page.getByRole('button', { name: 'Pay $20.32 and change' }).waitFor(),
  },
  {
    name: 'change-downgrade',
    path: '/account/change?plan=pro&cycle=monthly',
    answers: {
      ...account({ ...BUSINESS, plan: { ...BUSINESS.plan } }, PAID_INVOICES),
      'POST subscription/preview': DOWNGRADE,
    },
    heading: 'Change to Pro',
    act: (page) => page.getByRole('button', { name: 'Schedule the change' }).waitFor(),
  },
  {
    name: 'change-seats',
    path: '/account/change?plan=business&cycle=monthly',
    answers: {
      ...account(BUSINESS, PAID_INVOICES),
      'POST subscription/preview': new Refused(422, {
        code: 'nothing_to_change',
        detail: 'The subscription is like this already.',
      }),
    },
    heading: 'Change Business',
    act: (page) => page.getByText('This is what you have.').waitFor(),
  },
  {
    name: 'cancel',
    path: '/account/cancel',
    answers: account(PRO, PAID_INVOICES),
    heading: 'Cancel Pro',
  },
  {
    name: 'return-active',
    path: '/account/return?checkout=c-1',
    answers: {
      ...account(PRO, PAID_INVOICES),
      'GET checkouts/c-1': { status: 'complete', is_active: true },
    },
    heading: 'Thank you',
  },
  {
    name: 'return-confirming',
    path: '/account/return?checkout=c-1',
    answers: open('complete'),
    heading: 'One moment',
  },
  {
    name: 'return-trial-used',
    path: '/account/return?checkout=c-1',
    answers: {
      ...account(FREE, NO_INVOICES),
      'GET checkouts/c-1': { status: 'complete', is_active: false, refusal: 'trial_used' },
    },
    heading: 'This card had a trial before',
  },
  {
    name: 'checkout-left',
    path: '/account?checkout=canceled',
    answers: account(FREE, NO_INVOICES),
    heading: 'Account',
    act: (page) => page.getByText('nothing was bought and nothing is charged').waitFor(),
  },
  {
    name: 'return-expired',
    path: '/account/return?checkout=c-1',
    answers: open('expired'),
    heading: 'This checkout has expired',
  },
];
