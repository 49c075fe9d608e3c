import type { CatalogueFeature } from '../src/api/plans/features.ts';

const feature = (
  key: string,
  name: string,
  kind: CatalogueFeature['kind'],
  more: Partial<CatalogueFeature> = {},
): CatalogueFeature => ({
  feature: key,
  name,
  kind,
  version: 5,
  description: '',
  unit: null,
  when_missing: 'deny',
  on_unavailable: 'last_known',
  commit_event: null,
  position: 1,
  plans: [
    { plan: 'free', version: 1, terms: false },
    { plan: 'pro', version: 3, terms: kind === 'boolean' },
    { plan: 'business', version: 1, terms: kind === 'boolean' },
  ],
  ...more,
});

export const FEATURES: readonly CatalogueFeature[] = [
  feature('audio_minutes', 'Audio minutes', 'metered', {
    unit: 'minute',
    description: 'Minutes of audio turned into content each month.',
    commit_event: 'audio_processed',
    plans: [
      { plan: 'free', version: 1, terms: { limit: '60' } },
      {
        plan: 'pro',
        version: 3,
        terms: { limit: '300', beyond: { policy: 'grace', amount: '20' } },
      },
      {
        plan: 'business',
        version: 1,
        terms: {
          limit: '1000',
          beyond: { policy: 'overage', unit_price_minor: '2.5', currency: 'usd' },
        },
      },
    ],
  }),
  feature('ai_models', 'AI models', 'value', {
    plans: [
      { plan: 'free', version: 1, terms: { values: ['gpt-3.5', 'claude-sonnet'] } },
      { plan: 'pro', version: 3, terms: { values: ['*'] } },
      { plan: 'business', version: 1, terms: { values: ['*'] } },
    ],
  }),
  feature('kb_files', 'Knowledge base files', 'level', {
    unit: 'file',
    plans: [
      { plan: 'free', version: 1, terms: { limit: '3' } },
      { plan: 'pro', version: 3, terms: { limit: '15' } },
      { plan: 'business', version: 1, terms: { limit: null } },
    ],
  }),
  feature('custom_prompts', 'Custom prompts', 'boolean'),
  feature('processing_priority', 'Processing priority', 'value', {
    plans: [
      { plan: 'free', version: 1, terms: { value: 'standard' } },
      { plan: 'pro', version: 3, terms: { value: 'priority' } },
      { plan: 'business', version: 1, terms: { value: 'priority' } },
    ],
  }),
  feature('team_seats', 'Team seats', 'level', { unit: 'seat' }),
];
