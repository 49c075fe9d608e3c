import type { Difference, Draft, Effects } from '../src/api/plans/drafts.ts';
import type { FollowedMigration, Migration, Move } from '../src/api/plans/migrations.ts';
import type { ListedPlan, Version } from '../src/api/plans/versions.ts';
import { WELL } from './answers.fixture.ts';
import { FEATURES } from './features-answers.fixture.ts';

const list = <T>(data: readonly T[]) => ({ data, next_cursor: null });
const price = (cycle: string, amount: number, currency = 'usd') => ({
  billing_cycle: cycle,
  currency,
  amount_minor: amount,
});

const plan = (slug: string, name: string, more: Partial<ListedPlan> = {}): ListedPlan => ({
  plan: slug,
  name,
  description: '',
  is_default: false,
  on_sale: 1,
  published_at: '2025-09-01T08:00:00.000Z',
  prices: [],
  versions: 1,
  subscribers: 0,
  draft: null,
  ...more,
});

export const PLANS: readonly ListedPlan[] = [
  plan('free', 'Free', { is_default: true, prices: [price('monthly', 0)] }),
  plan('pro', 'Pro', {
    on_sale: 3,
    versions: 3,
    subscribers: 1_284,
    draft: '7',
    prices: [
      price('monthly', 1_900),
      price('yearly', 18_240),
      price('monthly', 1_800, 'eur'),
      price('yearly', 17_280, 'eur'),
    ],
  }),
  plan('business', 'Business', {
    subscribers: 212,
    prices: [price('monthly', 4_900), price('yearly', 47_040)],
  }),
  plan('enterprise', 'Enterprise', { subscribers: 9 }),
  plan('starter', 'Starter', { on_sale: null, subscribers: 3, prices: [price('monthly', 900)] }),
];

const SAYS = [
  { place: 'name', value: 'Pro' },
  { place: 'description', value: 'For people who publish every week.' },
  { place: 'features/audio_minutes', value: '300' },
  { place: 'features/ai_models', value: '["*"]' },
  { place: 'features/kb_files', value: '15' },
  { place: 'features/custom_prompts', value: 'yes' },
  { place: 'features/processing_priority', value: '"priority"' },
  { place: 'prices/monthly/usd', value: '19.00' },
  { place: 'trial_days', value: '14' },
];

export const VERSIONS: readonly Version[] = [
  {
    version: 3,
    name: 'Pro',
    on_sale: true,
    published_at: '2026-02-20T08:00:00.000Z',
    prices: PLANS[1]!.prices,
    subscribers: 241,
    sources: [
      { source: 'gift', subscribers: 4 },
      { source: 'stripe', subscribers: 237 },
    ],
    says: SAYS,
    changes: [
      { place: 'features/audio_minutes', before: '250', after: '300' },
      { place: 'prices/monthly/usd', before: '15.00', after: '19.00' },
      { place: 'prices/yearly/usd', before: '144.00', after: '182.40' },
    ],
  },
  {
    version: 2,
    name: 'Pro',
    on_sale: false,
    published_at: '2025-12-01T08:00:00.000Z',
    prices: [price('monthly', 1_500), price('yearly', 14_400)],
    subscribers: 1_043,
    sources: [{ source: 'stripe', subscribers: 1_043 }],
    says: SAYS,
    changes: [{ place: 'features/custom_prompts', before: null, after: 'yes' }],
  },
  {
    version: 1,
    name: 'Professional',
    on_sale: false,
    published_at: '2025-09-01T08:00:00.000Z',
    prices: [price('monthly', 1_500)],
    subscribers: 0,
    sources: [],
    says: SAYS,
    changes: [],
  },
];

export const DRAFT: Draft = {
  id: '7',
  plan: 'pro',
  based_on: 3,
  version: 4,
  updated_at: '2026-03-10T11:00:00.000Z',
  content: {
    slug: 'pro',
    name: 'Pro',
    description: 'For people who publish every week.',
    default: false,
    monthly_prices: { usd: '21.00', eur: '19.00' },
    trial_days: 14,
    extra_seat: { feature: 'team_seats', monthly_prices: { usd: '9.00' } },
    features: {
      audio_minutes: {
        limit: '400',
        beyond: { policy: 'overage', unit_price_minor: '2.5', currency: 'usd' },
      },
      ai_models: { values: ['gpt-4', 'claude-opus'] },
      kb_files: { limit: '15' },
      custom_prompts: true,
      processing_priority: { value: 'priority' },
      team_seats: { limit: '1' },
    },
  },
};

export const DIFFERENCE: Difference = {
  plan: 'pro',
  version: 4,
  on_sale: 3,
  outdated: false,
  becomes: 4,
  differences: [
    { place: 'features/ai_models', before: '["*"]', after: '["claude-opus","gpt-4"]' },
    {
      place: 'features/audio_minutes',
      before: '300, beyond it {"policy":"grace","amount":"20"}',
      after: '400, beyond it {"policy":"overage","unit_price_minor":"2.5","currency":"usd"}',
    },
    { place: 'prices/monthly/eur', before: '18.00', after: '19.00' },
    { place: 'prices/monthly/usd', before: '19.00', after: '21.00' },
    { place: 'prices/yearly/usd', before: '182.40', after: '201.60' },
  ],
  prices: [price('monthly', 2_100), price('yearly', 20_160), price('monthly', 1_900, 'eur')],
};

export const EFFECTS: Effects = {
  plan: 'pro',
  versions: [
    {
      version: 3,
      on_sale: true,
      subscribers: 241,
      sources: VERSIONS[0]!.sources,
      recurring: [
        {
          currency: 'eur',
          subscribers: 37,
          before_minor: 66_600,
          after_minor: 70_300,
          difference_minor: 3_700,
        },
        {
          currency: 'usd',
          subscribers: 200,
          before_minor: 372_000,
          after_minor: 411_158,
          difference_minor: 39_158,
        },
      ],
    },
    {
      version: 2,
      on_sale: false,
      subscribers: 1_043,
      sources: VERSIONS[1]!.sources,
      recurring: [
        {
          currency: 'usd',
          subscribers: 1_043,
          before_minor: 1_512_350,
          after_minor: 2_117_290,
          difference_minor: 604_940,
        },
      ],
    },
  ],
  example: { user: null, version: 3, changes: DIFFERENCE.differences },
};

const migration = (id: string, more: Partial<Migration> = {}): Migration => ({
  id,
  plan: 'pro',
  from_version: 2,
  to_version: 3,
  when: 'now',
  state: 'running',
  reason: 'The prices of the spring, as announced in January',
  version: 1,
  created_at: '2026-03-10T11:58:00.000Z',
  finished_at: null,
  ...more,
});

export const MIGRATIONS: readonly Migration[] = [
  migration('5'),
  migration('4', { from_version: 1, state: 'stopped', when: 'renewal' }),
  migration('3', { from_version: 1, to_version: 2, state: 'done' }),
];

export const FOLLOWED: FollowedMigration = {
  migration: MIGRATIONS[0]!,
  progress: { total: 1_043, waiting: 371, moved: 655, scheduled: 0, skipped: 12, refused: 5 },
};

const MOVES: readonly Move[] = [
  {
    account: '17',
    user: 'u_3f81a2',
    state: 'moved',
    code: null,
    detail: null,
    attempts: 1,
    settled_at: '2026-03-10T11:59:00.000Z',
  },
  {
    account: '18',
    user: 'auth0|63f2',
    state: 'refused',
    code: 'card_declined',
    detail: 'The card was declined.',
    attempts: 1,
    settled_at: '2026-03-10T11:59:30.000Z',
  },
  {
    account: '19',
    user: 'u_9bb0',
    state: 'skipped',
    code: 'subscription_ending',
    detail: 'It is canceled and ends; moving it would take that back.',
    attempts: 1,
    settled_at: '2026-03-10T11:59:40.000Z',
  },
  {
    account: '20',
    user: null,
    state: 'waiting',
    code: null,
    detail: null,
    attempts: 0,
    settled_at: null,
  },
];

/** A server where plans are sold, one is being drafted, and subscribers are on their way. */
export const SELLING: Readonly<Record<string, unknown>> = {
  ...WELL,
  'GET plans': list(PLANS),
  'GET plans/pro/versions': list(VERSIONS),
  'GET plan-drafts': list([DRAFT]),
  'GET plan-drafts/7/difference': DIFFERENCE,
  'GET plan-drafts/7/effects': EFFECTS,
  'GET features': list(FEATURES),
  'GET plan-migrations': list(MIGRATIONS),
  'GET plan-migrations/5': FOLLOWED,
  'GET plan-migrations/5/subscribers': list(MOVES),
};
