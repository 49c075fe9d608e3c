import { WELL } from './answers.fixture.ts';
import { INVOICES, SUBSCRIPTION } from './money-answers.fixture.ts';
import type { Situation } from './situation.fixture.ts';

/** What the customer's own page asks for. */
const OVERVIEW = {
  user: { id: 'u_3f81a2', email: 'ada.lovelace@analytical.example', name: 'Ada Lovelace' },
  plan: { plan: 'business', name: 'Business', version: 1 },
  status: 'active',
  restriction: null,
  return_url: null,
  subscription: {
    plan: 'business',
    name: 'Business',
    billing_cycle: 'yearly',
    seats: 5,
    status: 'active',
    period_start: '2025-11-02T08:30:00.000Z',
    period_end: '2026-11-02T08:30:00.000Z',
    trial_end: null,
    cancel_at: null,
    grace_ends_at: null,
    scheduled: null,
  },
  balances: [],
  next_invoice: SUBSCRIPTION.next_invoice,
  payment_method: { brand: 'visa', last4: '4242' },
  packs: [],
  overage: [],
};

const PARTS = { subtotal_minor: 47_040, discount_minor: 0, tax_minor: 0, credit_applied_minor: 0 };

export const ACCOUNT_PAGE_SITUATIONS: readonly Situation[] = [
  {
    name: 'account-page',
    path: '/users/u_3f81a2/account-page',
    heading: 'The page of Ada Lovelace',
    answers: {
      ...WELL,
      'GET users/u_3f81a2/account-page': OVERVIEW,
      'GET users/u_3f81a2/invoices': {
        data: INVOICES.map((invoice) => ({ ...invoice, ...PARTS })),
        next_cursor: null,
      },
    },
    async act(page) {
      const own = page.frameLocator('iframe');
      await own.getByRole('region', { name: 'Invoices' }).getByText('WF-0017').waitFor();
    },
  },
];
