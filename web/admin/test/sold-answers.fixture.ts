import type { EventType } from '../src/api/plans/event-types.ts';
import type { Pack } from '../src/api/plans/packs.ts';
import { SELLING } from './plans-answers.fixture.ts';

const list = (data: readonly unknown[]) => ({ data, next_cursor: null });

const price = (currency: string, amountMinor: number) => ({
  currency,
  amount_minor: amountMinor,
  amount: (amountMinor / 100).toFixed(2),
});

export const PACKS: readonly Pack[] = [
  {
    key: 'minutes_100',
    version: 2,
    name: '100 minutes',
    feature: 'audio_minutes',
    amount: '100',
    valid_days: 365,
    prices: [price('eur', 600), price('usd', 700)],
    withdrawn_at: null,
  },
  {
    key: 'minutes_5000',
    version: 1,
    name: '5,000 minutes for a conference or a festival',
    feature: 'audio_minutes',
    amount: '5000',
    valid_days: null,
    prices: [price('usd', 19_900)],
    withdrawn_at: '2026-02-01T09:00:00.000Z',
  },
];

export const EVENT_TYPES: readonly EventType[] = [
  {
    key: 'ai_call',
    version: 77,
    name: 'Call of a model',
    counts: [
      { feature: 'ai_tokens', dimension: 'tokens_in', factor: '1' },
      { feature: 'ai_tokens', dimension: 'tokens_out', factor: '4' },
      { feature: 'api_calls', dimension: 'count', factor: '1' },
    ],
  },
  {
    key: 'audio_processed',
    version: 78,
    name: 'Audio processed',
    counts: [{ feature: 'audio_minutes', dimension: 'amount', factor: '1' }],
  },
  { key: 'page_seen', version: 79, name: 'Page seen', counts: [] },
];

/** A server that sells packs, and counts events. */
export const COUNTING: Readonly<Record<string, unknown>> = {
  ...SELLING,
  'GET packs': list(PACKS),
  'GET event-types': list(EVENT_TYPES),
};
