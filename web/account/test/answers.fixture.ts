import type { Invoices, Overview, Preview, Quote, Subscription } from '../src/api/contract.ts';

/** What the server answers in the situations that a page must be fit for. */

const usd = 'usd';

export const FREE: Overview = {
  user: { id: 'user-1', email: 'ada.lovelace@mathematics.example.com', name: 'Ada Lovelace' },
  plan: { plan: 'free', name: 'Free', version: 1 },
  status: 'none',
  restriction: null,
  return_url: 'http://127.0.0.1:4000/home',
  subscription: null,
  balances: [
    counted({ feature: 'audio_minutes', name: 'Audio minutes', unit: 'minute' }, 60, 57.5),
    counted({ feature: 'ai_tokens', name: 'AI tokens', unit: 'token' }, null, 1_234_567),
    {
      ...counted({ feature: 'kb_files', name: 'Knowledge base files', unit: 'file' }, 3, 3),
      period_start: null,
      period_end: null,
    },
  ],
  next_invoice: null,
  payment_method: null,
  packs: [
    {
      pack: 'minutes_100',
      name: '100 audio minutes',
      feature: 'audio_minutes',
      amount: 100,
      valid_days: 365,
      amount_minor: 500,
      currency: usd,
    },
  ],
  overage: [],
};

function counted(
  feature: { readonly feature: string; readonly name: string; readonly unit: string },
  limit: number | null,
  used: number,
) {
  return {
    ...feature,
    period_start: '2026-03-10T12:00:00.000Z',
    period_end: '2026-04-10T12:00:00.000Z',
    limit,
    used,
    reserved: 0,
    remaining: limit === null ? null : limit - used,
  };
}

const SUBSCRIPTION: Subscription = {
  plan: 'pro',
  name: 'Pro',
  billing_cycle: 'monthly',
  seats: 1,
  status: 'active',
  period_start: '2026-03-10T12:00:00.000Z',
  period_end: '2026-04-10T12:00:00.000Z',
  trial_end: null,
  cancel_at: null,
  scheduled: null,
};

export const PRO: Overview = {
  ...FREE,
  plan: { plan: 'pro', name: 'Pro', version: 1 },
  status: 'active',
  subscription: SUBSCRIPTION,
  balances: [
    {
      ...counted({ feature: 'audio_minutes', name: 'Audio minutes', unit: 'minute' }, 300, 120),
      reserved: 45,
      remaining: 135,
    },
    ...FREE.balances.slice(1, 2),
    { ...FREE.balances[2]!, limit: 15, remaining: 12 },
  ],
  next_invoice: {
    at: '2026-04-10T12:00:00.000Z',
    amount_minor: 1900,
    currency: usd,
    lines: [{ description: '1 × Pro (at $19.00 / month)', amount_minor: 1900 }],
  },
  payment_method: { brand: 'visa', last4: '4242' },
  overage: [
    {
      feature: 'audio_minutes',
      name: 'Audio minutes',
      unit: 'minute',
      unit_price_minor: '7.5',
      currency: usd,
      spending_cap_minor: null,
    },
  ],
};

const subscribed = (more: Partial<Subscription>): Subscription => ({ ...SUBSCRIPTION, ...more });

export const PAST_DUE: Overview = {
  ...PRO,
  status: 'past_due',
  subscription: subscribed({ status: 'past_due', grace_ends_at: '2026-04-17T12:00:00.000Z' }),
};

export const RESTRICTED: Overview = {
  ...PAST_DUE,
  plan: FREE.plan,
  restriction: 'past_due',
  balances: FREE.balances,
};

export const PAUSED: Overview = {
  ...PRO,
  plan: FREE.plan,
  status: 'paused',
  restriction: 'inactive',
  balances: FREE.balances,
  subscription: subscribed({ status: 'paused' }),
};

export const TRIAL: Overview = {
  ...PRO,
  status: 'trialing',
  subscription: subscribed({ status: 'trialing', trial_end: '2026-03-24T12:00:00.000Z' }),
  payment_method: null,
};

export const CANCELING: Overview = {
  ...PRO,
  subscription: subscribed({ cancel_at: '2026-04-10T12:00:00.000Z' }),
  next_invoice: null,
};

export const BUSINESS: Overview = {
  ...PRO,
  plan: { plan: 'business', name: 'Business', version: 1 },
  subscription: subscribed({
    plan: 'business',
    name: 'Business',
    billing_cycle: 'yearly',
    seats: 12,
    scheduled: { plan: 'pro', name: 'Pro', at: '2027-03-10T12:00:00.000Z' },
    period_end: '2027-03-10T12:00:00.000Z',
  }),
  overage: [{ ...PRO.overage[0]!, spending_cap_minor: 2500 }],
};

const invoice = (id: string, status: string, totalMinor: number) => ({
  id,
  number: `WF-2026-${id.padStart(6, '0')}`,
  status,
  subtotal_minor: totalMinor,
  discount_minor: 0,
  tax_minor: 0,
  credit_applied_minor: 0,
  total_minor: totalMinor,
  currency: usd,
  created_at: '2026-03-10T12:00:00.000Z',
  paid_at: status === 'paid' ? '2026-03-10T12:00:01.000Z' : null,
  hosted_url: `https://invoice.example.com/${id}`,
  pdf_url: `https://invoice.example.com/${id}.pdf`,
});

export const NO_INVOICES: Invoices = { data: [], next_cursor: null };
export const INVOICES: Invoices = {
  data: [invoice('3', 'open', 1900), invoice('2', 'paid', 1900), invoice('1', 'void', 123_456)],
  next_cursor: 'more',
};
export const PAID_INVOICES: Invoices = { ...INVOICES, data: INVOICES.data.slice(1) };

export const QUOTE: Quote = {
  currency: usd,
  lines: [
    { kind: 'plan', description: 'Pro, yearly', quantity: 1, amount_minor: 18_240 },
    {
      kind: 'discount',
      description: 'SPRING25: 25 % off the first payment',
      quantity: 1,
      amount_minor: -4_560,
    },
  ],
  total_minor: 13_680,
  due_now_minor: 13_680,
  trial_days: 0,
  trial_ends_at: null,
  recurring: [{ from: '2027-03-10T12:00:00.000Z', amount_minor: 18_240 }],
  promotion_code: { code: 'SPRING25', applied: true },
};

export const PREVIEW: Preview = {
  lines: [
    { description: 'Unused time on Pro after 20 Mar 2026', amount_minor: -1_287 },
    { description: 'Remaining time on Business after 20 Mar 2026', amount_minor: 3_319 },
  ],
  currency: usd,
  total_minor: 2_032,
  amount_due_minor: 2_032,
  effective_at: '2026-03-20T12:00:00.000Z',
  recurring: { amount_minor: 4_900, currency: usd, billing_cycle: 'monthly' },
  promotion_code: null,
  preview_token: 'preview-1',
};
