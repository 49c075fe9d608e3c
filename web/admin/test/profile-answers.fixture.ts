import type { TimelineEntry, UserProfile } from '../src/api/contract/users.ts';

const usd = (amount: number) => ({ amount_minor: amount, currency: 'usd' });
const source = { source: 'plan', plan: 'business', amount: null, expires_at: null };
const PERIOD_END = '2026-04-02T08:30:00.000Z';

export const PROFILE: UserProfile = {
  user: 'u_3f81a2',
  account: '17',
  email: 'ada.lovelace@analytical.example',
  name: 'Ada Lovelace',
  country: 'GB',
  source: 'newsletter',
  signed_up_at: '2025-11-02T08:30:00.000Z',
  version: 7,
  plan: 'business',
  plan_source: 'subscription',
  status: 'active',
  restriction: null,
  restricted_by_staff: null,
  subscription: {
    plan: 'business',
    name: 'Business',
    status: 'active',
    cancel_at: null,
    changes_at: null,
  },
  entitlements: [
    {
      feature: 'audio_minutes',
      name: 'Audio minutes',
      kind: 'metered',
      granted: true,
      limit: 1_100,
      used: 812.5,
      reserved: 12,
      period_end: PERIOD_END,
      sources: [
        { ...source, amount: 1_000 },
        { source: 'boost', plan: null, amount: 100, expires_at: PERIOD_END },
      ],
    },
    {
      feature: 'api_calls',
      name: 'API calls',
      kind: 'metered',
      granted: true,
      limit: null,
      used: 18_204,
      reserved: 0,
      period_end: PERIOD_END,
      sources: [source],
    },
    {
      feature: 'team_seats',
      name: 'Team seats',
      kind: 'level',
      granted: true,
      limit: 5,
      used: 5,
      reserved: 0,
      sources: [source],
    },
    {
      feature: 'ai_models',
      name: 'AI models',
      kind: 'value',
      granted: true,
      value: '*',
      sources: [source],
    },
    { feature: 'sla', name: 'SLA', kind: 'boolean', granted: false, sources: [] },
  ],
  overrides: [
    {
      id: '5',
      kind: 'quota_boost',
      in_force: true,
      plan: null,
      feature: 'audio_minutes',
      amount: 100,
      reason: 'Our outage of Friday',
      staff: { id: '2', name: 'Sam Support' },
      starts_at: '2026-03-08T10:00:00.000Z',
      expires_at: PERIOD_END,
      ended_at: null,
    },
  ],
  billing: {
    stripe_customer_id: 'cus_QpL7mA2bXz81',
    currency: 'usd',
    open_invoices: 0,
    open_amount_minor: 0,
    last_paid_at: '2025-11-02T08:31:00.000Z',
    subscription: {
      source: 'stripe',
      billing_cycle: 'yearly',
      seats: 5,
      period_end: '2026-11-02T08:30:00.000Z',
      trial_end: null,
      past_due_since: null,
    },
  },
  notes: [
    {
      id: '1',
      created_at: '2026-03-09T09:15:00.000Z',
      staff: { id: '2', name: 'Sam Support' },
      text: 'Asked about invoices with a VAT number; sent the guide.',
    },
  ],
};

const quiet = { detail: {}, amount: null, link: null, actor: null };
const sam = { kind: 'staff', id: '2', name: 'Sam Support' };

export const TIMELINE: readonly TimelineEntry[] = [
  {
    ...quiet,
    id: 'evt_1',
    at: '2026-03-10T09:00:00.000Z',
    kind: 'webhook',
    title: 'Stripe: invoice.payment_failed',
    detail: { event: 'evt_1', state: 'failed', reason: 'no such plan' },
  },
  {
    ...quiet,
    id: '5',
    at: '2026-03-10T00:00:00.000Z',
    kind: 'usage',
    title: 'Used 12.5: audio minutes',
    detail: { amount: 12.5, events: 3 },
  },
  {
    ...quiet,
    id: '4',
    at: '2026-03-09T09:15:00.000Z',
    kind: 'note',
    title: 'Note',
    detail: { text: 'Asked about invoices with a VAT number; sent the guide.' },
    actor: sam,
  },
  {
    ...quiet,
    id: '3',
    at: '2026-03-08T10:00:00.000Z',
    kind: 'override',
    title: 'Boost granted: audio_minutes, 100',
    detail: { reason: 'Our outage of Friday' },
    actor: sam,
  },
  {
    ...quiet,
    id: '2',
    at: '2025-11-02T08:31:00.000Z',
    kind: 'invoice',
    title: 'Invoice WF-0017 paid',
    amount: usd(47_040),
    link: 'https://invoice.stripe.com/i/1',
  },
  {
    ...quiet,
    id: '1',
    at: '2025-11-02T08:30:00.000Z',
    kind: 'plan',
    title: 'Subscription started: business',
  },
];
