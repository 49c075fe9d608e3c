import type { ListedCode, Redemption } from '../src/api/pricing/codes.ts';
import type { Explained, Rule } from '../src/api/pricing/rules.ts';
import { SELLING } from './plans-answers.fixture.ts';

const list = <T>(data: readonly T[]) => ({ data, next_cursor: null });

const rule = (key: string, name: string, more: Partial<Rule>): Rule => ({
  key,
  name,
  version: 12,
  rule_type: 'promotion',
  state: 'active',
  conditions: {},
  effect: { percent_off_basis_points: 2_000 },
  stacking: 'exclusive',
  priority: 0,
  valid_from: '2025-09-01T08:00:00.000Z',
  valid_until: null,
  ...more,
});

export const AGREED: Rule = rule('account_17_enterprise_yearly_usd', 'Agreed price of enterprise', {
  rule_type: 'custom',
  conditions: { account: '17', plan: 'enterprise', billing_cycle: 'yearly', currency: 'usd' },
  user: 'u_3f81a2',
  effect: { amount: '12000.00', extra_seat_amount: '90.00' },
  valid_until: '2027-01-01T00:00:00.000Z',
});

export const RULES: readonly Rule[] = [
  rule('yearly_discount', 'Two months free', {
    rule_type: 'discount',
    conditions: { billing_cycle: 'yearly' },
    stacking: null,
  }),
  rule('spring', 'Spring in Germany and Austria', {
    state: 'scheduled',
    conditions: {
      plans: ['pro', 'business'],
      countries: ['AT', 'DE'],
      billing_cycles: ['monthly'],
      first_purchase_only: true,
    },
    effect: { percent_off_basis_points: 1_250, duration: 'repeating', duration_in_months: 3 },
    stacking: 'stackable',
    priority: 10,
    valid_from: '2026-04-01T00:00:00.000Z',
    valid_until: '2026-05-01T00:00:00.000Z',
  }),
  rule('welcome', 'Welcome', {
    effect: { amounts_off: { usd: '5.00', eur: '5.00' }, duration: 'once' },
    conditions: { first_purchase_only: true },
  }),
  AGREED,
];

const code = (name: string, more: Partial<ListedCode> = {}): ListedCode => ({
  id: name,
  code: name,
  is_masked: false,
  name: 'A tenth off',
  batch: null,
  state: 'active',
  effect: { percent_off_basis_points: 1_000, duration: 'once' },
  conditions: {},
  stacking: 'exclusive',
  priority: 0,
  most_redemptions: null,
  most_per_account: 1,
  held: 0,
  redeemed: 0,
  revenue: [],
  valid_from: '2026-03-01T08:00:00.000Z',
  expires_at: null,
  ended_at: null,
  created_at: '2026-03-01T08:00:00.000Z',
  ...more,
});

export const CODES: readonly ListedCode[] = [
  code('SPRING-26', {
    name: 'Spring at the fair of Leipzig',
    conditions: { plans: ['pro'], billing_cycles: ['yearly'] },
    effect: { percent_off_basis_points: 2_500, duration: 'repeating', duration_in_months: 12 },
    most_redemptions: 500,
    held: 2,
    redeemed: 184,
    revenue: [
      { currency: 'eur', amount_minor: 412_800 },
      { currency: 'usd', amount_minor: 2_104_320 },
    ],
    expires_at: '2026-05-01T00:00:00.000Z',
  }),
  code('FAIR-8KQ2M4XW7RTN', { batch: 'fair-2026', state: 'used_up', most_redemptions: 1 }),
  code('FAIR-P3V9ZC6HD2LJ', { batch: 'fair-2026', most_redemptions: 1 }),
  code('LAUNCH', {
    state: 'ended',
    redeemed: 41,
    revenue: [{ currency: 'usd', amount_minor: 94_100 }],
    ended_at: '2026-03-05T08:00:00.000Z',
  }),
];

const REDEMPTIONS: readonly Redemption[] = [
  {
    id: '9',
    account: '17',
    user: 'u_3f81a2',
    email: 'ada.lovelace@analytical.example',
    state: 'redeemed',
    held_at: '2026-03-09T08:00:00.000Z',
    redeemed_at: '2026-03-09T08:02:00.000Z',
  },
  {
    id: '8',
    account: '18',
    user: 'auth0|63f2',
    email: 'grace@navy.example',
    state: 'held',
    held_at: '2026-03-10T11:59:00.000Z',
    redeemed_at: null,
  },
];

export const EXPLAINED: Explained = {
  quote: {
    version: 3,
    currency: 'usd',
    lines: [
      {
        kind: 'plan',
        description: 'Pro, monthly',
        quantity: 1,
        unit_amount_minor: 1_900,
        amount_minor: 1_900,
        rule: null,
        promotion_code: null,
      },
      {
        kind: 'extra_seats',
        description: 'Further seats',
        quantity: 3,
        unit_amount_minor: 900,
        amount_minor: 2_700,
        rule: null,
        promotion_code: null,
      },
      {
        kind: 'discount',
        description: 'Spring in Germany and Austria, 12.5 % off',
        quantity: 1,
        unit_amount_minor: -575,
        amount_minor: -575,
        rule: 'spring',
        promotion_code: null,
      },
      {
        kind: 'discount',
        description: 'A tenth off',
        quantity: 1,
        unit_amount_minor: -460,
        amount_minor: -460,
        rule: null,
        promotion_code: 'SPRING-26',
      },
    ],
    total_minor: 3_565,
    due_now_minor: 0,
    trial_days: 14,
    recurring: [
      { from: '2026-03-24T12:00:00.000Z', amount_minor: 3_565, discount_minor: 1_035 },
      { from: '2026-06-24T12:00:00.000Z', amount_minor: 4_600, discount_minor: 0 },
    ],
  },
  refusal: null,
  promotion_code: { asked: 'SPRING-26', applied: true },
  rules: [
    { rule: RULES[1]!, applied: true, why: 'It is in the quote.' },
    { rule: RULES[0]!, applied: false, why: 'It makes yearly prices when a version is published.' },
    { rule: RULES[2]!, applied: false, why: 'Something better applies: Spring in Germany.' },
  ],
};

/** A server where prices come about by rules and codes. */
export const PRICED: Readonly<Record<string, unknown>> = {
  ...SELLING,
  'GET pricing-rules': list(RULES),
  'GET users/u_3f81a2/prices': list([AGREED]),
  'GET promotion-codes': list(CODES),
  'GET promotion-codes/SPRING-26': CODES[0],
  'GET promotion-codes/SPRING-26/redemptions': list(REDEMPTIONS),
  'POST quotes/explain': EXPLAINED,
};
