import type { Invoice, Standing, SubscriptionAnswer } from '../src/api/contract/money.ts';
import type { PreviewAnswer } from '../src/deeds/preview.ts';

const PERIOD_END = '2026-11-02T08:30:00.000Z';

export const STANDING: Standing = {
  plan: 'business',
  status: 'active',
  subscription: {
    name: 'Business',
    version: 1,
    status: 'active',
    cancel_at: null,
    changes_at: null,
  },
  trial_end: null,
  resumes_at: null,
  discounts: [
    {
      coupon: 'wf_staff_percent_1000_forever',
      percent_off: 10,
      amount_off_minor: null,
      currency: null,
      duration: 'forever',
      ends_at: null,
    },
  ],
};

const LINES = [
  { description: '1 × WhisperForge Business (at $470.40 / year)', amount_minor: 47_040 },
  { description: 'Discounts and tax', amount_minor: -4_704 },
];

export const SUBSCRIPTION: SubscriptionAnswer = {
  ...STANDING,
  next_invoice: { at: PERIOD_END, lines: LINES, amount_minor: 42_336, currency: 'usd' },
};

const PAID: Invoice = {
  id: 'in_1QpL7m',
  number: 'WF-0017',
  status: 'paid',
  reason: 'subscription_create',
  currency: 'usd',
  total_minor: 47_040,
  amount_paid_minor: 47_040,
  amount_remaining_minor: 0,
  refunded_minor: 0,
  created_at: '2025-11-02T08:30:00.000Z',
  paid_at: '2025-11-02T08:31:00.000Z',
  hosted_url: 'https://invoice.stripe.com/i/1',
  pdf_url: null,
  lines: LINES,
};

export const INVOICES: readonly Invoice[] = [
  {
    ...PAID,
    id: 'in_1Ropen',
    number: 'WF-0052',
    status: 'open',
    total_minor: 2_500,
    amount_paid_minor: 0,
    amount_remaining_minor: 2_500,
    created_at: '2026-03-01T08:30:00.000Z',
    paid_at: null,
  },
  { ...PAID, refunded_minor: 12_000 },
];

/** What would be of a discount beside the one that there is. */
export const DISCOUNT_PREVIEW: PreviewAnswer = {
  lines: [LINES[0]!, { description: 'Discounts and tax', amount_minor: -15_288 }],
  currency: 'usd',
  total_minor: 31_752,
  notes: [
    'There is a discount already (wf_staff_percent_1000_forever); both hold, and the new one ' +
      'takes off what the other leaves.',
  ],
  before: STANDING,
  after: {
    ...STANDING,
    discounts: [
      ...STANDING.discounts,
      {
        ...STANDING.discounts[0]!,
        coupon: 'wf_staff_percent_2500_repeating_3',
        percent_off: 25,
        duration: 'repeating',
        ends_at: '2026-06-10T12:00:00.000Z',
      },
    ],
  },
};

export const CHANGE_PREVIEW: PreviewAnswer = {
  lines: [{ description: '1 × WhisperForge Pro (at $182.40 / year)', amount_minor: 18_240 }],
  currency: 'usd',
  total_minor: 16_416,
  amount_due_minor: 15_416,
  before: STANDING,
  after: { ...STANDING, plan: 'pro', subscription: { ...STANDING.subscription!, name: 'Pro' } },
  preview_token: 'token',
};

export const REFUND_PREVIEW: PreviewAnswer = {
  lines: [{ description: 'Refund of invoice WF-0017', amount_minor: -35_040 }],
  currency: 'usd',
  before: { paid_minor: 47_040, refunded_minor: 12_000 },
  after: { paid_minor: 47_040, refunded_minor: 47_040 },
};

const PAUSED: Standing = {
  ...STANDING,
  plan: 'free',
  status: 'paused',
  subscription: { ...STANDING.subscription!, status: 'paused' },
  resumes_at: '2026-04-11T00:00:00.000Z',
};

export const PAUSE_PREVIEW: PreviewAnswer = {
  lines: [{ description: 'Unused time of WhisperForge Business', amount_minor: -30_100 }],
  currency: 'usd',
  total_minor: -30_100,
  before: STANDING,
  after: PAUSED,
};

export const UNPAUSE_PREVIEW: PreviewAnswer = {
  lines: [
    { description: 'Unused time on Business after 1 Mar 2026', amount_minor: -2_900 },
    { description: '1 × Business (at $49.00 / month)', amount_minor: 4_900 },
  ],
  currency: 'usd',
  total_minor: 2_000,
  notes: ['A new period begins now and is charged, less what the pause credited.'],
  before: PAUSED,
  after: STANDING,
};

export const END_DISCOUNT_PREVIEW: PreviewAnswer = {
  lines: LINES.slice(0, 1),
  currency: 'usd',
  total_minor: 47_040,
  before: STANDING,
  after: { ...STANDING, discounts: [] },
};

export const UNLINK_PREVIEW: PreviewAnswer = {
  before: { stripe_customer_id: 'cus_QpL7mA2bXz81' },
  after: { stripe_customer_id: null },
};

export const RELINK_PREVIEW: PreviewAnswer = {
  before: { stripe_customer_id: null },
  after: { stripe_customer_id: 'cus_QpL7mA2bXz81' },
  notes: ['A subscription lives there, and 3 invoices come along.'],
};

/** What the profile asks about money. */
export const MONEY_ANSWERS = {
  'GET users/u_3f81a2/subscription': SUBSCRIPTION,
  'GET users/u_3f81a2/invoices': { data: INVOICES, next_cursor: 'older' },
} as const;
