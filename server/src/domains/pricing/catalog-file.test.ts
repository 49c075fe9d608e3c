import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMoney } from '@whisperforge/kernel/money';
import { AppError, type FieldError } from '../../platform/errors.ts';
import { writeTerms } from '../plans/index.ts';
import { parseCatalogFile, readCatalogFile } from './catalog-file.ts';

const shippedText = readFileSync(new URL('../../../data/catalog.json', import.meta.url), 'utf8');

/** The shipped file with one place changed; `undefined` takes the place out. */
function changed(place: string, value: unknown): unknown {
  const file: unknown = JSON.parse(shippedText);
  const names = place.split('/').slice(1);
  const last = names.pop()!;
  let at = file as Record<string, unknown>;
  for (const name of names) at = at[name] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return file;
}

/** The pointers of everything in a value but the value itself. */
function placesOf(value: unknown, at: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    `${at}/${name}`,
    ...placesOf(member, `${at}/${name}`),
  ]);
}

function faultsOf(input: unknown): readonly FieldError[] {
  try {
    parseCatalogFile(input);
  } catch (error) {
    if (error instanceof AppError) return error.details.fields ?? [];
    throw error;
  }
  return [];
}

const places = (input: unknown): string[] => faultsOf(input).map((fault) => fault.field);

describe('the shipped catalogue', () => {
  const file = readCatalogFile(shippedText);

  test('sells the four tiers, cheapest first, free being the plan of those who bought none', () => {
    const plans = file.plans.map((plan) => [
      plan.slug,
      plan.monthlyPrices.map((price) => `${formatMoney(price)} ${price.currency}`).join(),
      plan.isDefault,
    ]);
    expect(plans).toEqual([
      ['free', '0.00 usd', true],
      ['pro', '19.00 usd', false],
      ['business', '49.00 usd', false],
      ['enterprise', '', false],
    ]);
  });

  const block = { policy: 'block' };
  const no = [false, false, false, false];
  const unlimited = { limit: null };
  test.each<[string, unknown[]]>([
    [
      'audio_minutes',
      [
        { limit: '60', beyond: block },
        { limit: '300', beyond: block },
        { limit: '1000', beyond: block },
        { limit: null, beyond: block },
      ],
    ],
    [
      'ai_models',
      [
        { values: ['gpt-3.5', 'claude-sonnet'] },
        { values: ['*'] },
        { values: ['*'] },
        { values: ['*'] },
      ],
    ],
    ['kb_files', [{ limit: '3' }, { limit: '15' }, unlimited, unlimited]],
    ['custom_prompts', [false, true, true, true]],
    ['notion_integration', [false, true, true, true]],
    [
      'processing_priority',
      ['standard', 'priority', 'priority', 'dedicated'].map((value) => ({ value })),
    ],
    ['support', ['community', 'email', 'priority', 'dedicated'].map((value) => ({ value }))],
    ['team_seats', [{ limit: '1' }, { limit: '1' }, { limit: '5' }, unlimited]],
    ['api_access', [false, false, true, true]],
    ['webhooks', [false, false, true, true]],
    ['advanced_analytics', [false, false, true, true]],
    ['custom_integrations', [...no.slice(1), true]],
    ['sla', [...no.slice(1), true]],
    ['on_premise', [...no.slice(1), true]],
    [
      'content_generation',
      ['standard', 'standard', 'standard', 'custom'].map((value) => ({ value })),
    ],
    ['content_generated', Array<unknown>(4).fill({ limit: null, beyond: block })],
    ['api_calls', Array<unknown>(4).fill({ limit: null, beyond: block })],
    ['ai_tokens', Array<unknown>(4).fill({ limit: null, beyond: block })],
  ])('%s is granted as the tiers say', (feature, expected) => {
    const granted = file.plans.map((plan) => writeTerms(plan.terms.get(feature)!));
    expect(granted).toEqual(expected);
  });

  test('has no other features; counted ones are denied while others follow what was known', () => {
    expect(file.features.size).toBe(18);
    for (const feature of file.features.values()) {
      const isCounted = feature.kind === 'metered' || feature.kind === 'level';
      expect([feature.key, feature.onUnavailable]).toEqual([
        feature.key,
        isCounted ? 'deny' : 'last_known',
      ]);
    }
  });

  test('says what each event counts to', () => {
    const counts = [...file.eventTypes.values()].map((eventType) => [
      eventType.key,
      ...eventType.counts.map((count) => `${count.dimension} -> ${count.feature}`),
    ]);
    const tokens = ['tokens_in -> ai_tokens', 'tokens_out -> ai_tokens'];
    expect(counts).toEqual([
      ['audio_processed', 'amount -> audio_minutes', ...tokens],
      ['content_generated', 'count -> content_generated', ...tokens],
      ['api_call', 'count -> api_calls'],
      ['ai_call', ...tokens],
    ]);
    expect(file.features.get('audio_minutes')?.commitEvent).toBe('audio_processed');
  });

  test('takes a fifth off a year', () => {
    expect(file.rules).toEqual([
      expect.objectContaining({
        key: 'annual',
        billingCycle: 'yearly',
        percentOffBasisPoints: 2_000,
      }),
    ]);
  });
});

describe('a file is refused with the place of each fault', () => {
  test.each<[string, unknown, string]>([
    ['/plans/1/features/audio_minutes/limit', -300, '/plans/1/features/audio_minutes/limit'],
    ['/plans/1/features/audio_minutes/limit', '1e3', '/plans/1/features/audio_minutes/limit'],
    ['/plans/1/features/audio_minutes', true, '/plans/1/features/audio_minutes'],
    ['/plans/0/features/custom_prompts', { limit: 1 }, '/plans/0/features/custom_prompts'],
    ['/plans/0/features/telepathy', true, '/plans/0/features/telepathy'],
    ['/plans/0/features/a~b', true, '/plans/0/features/a~0b'],
    ['/plans/1/default', true, '/plans/1/default'],
    ['/plans/1/slug', 'free', '/plans/1/slug'],
    ['/plans/1/slug', 'Pro plan', '/plans/1/slug'],
    ['/plans/1/name', ' ', '/plans/1/name'],
    ['/plans/1/name', undefined, '/plans/1/name'],
    ['/plans/1/price', '19.00', '/plans/1/price'],
    ['/plans/1/monthly_prices/usd', '19.001', '/plans/1/monthly_prices/usd'],
    ['/plans/1/monthly_prices/usd', '-1.00', '/plans/1/monthly_prices/usd'],
    ['/plans/1/monthly_prices/usd', '99999999999.00', '/plans/1/monthly_prices/usd'],
    ['/plans/1/monthly_prices/usd', 19, '/plans/1/monthly_prices/usd'],
    ['/plans/1/monthly_prices/jpy', '19.5', '/plans/1/monthly_prices/jpy'],
    ['/plans/1/monthly_prices/dollars', '19.00', '/plans/1/monthly_prices/dollars'],
    ['/features/0/kind', 'counter', '/features/0/kind'],
    ['/features/0/key', 'ai_models', '/features/1/key'],
    ['/features/0/name', 'a\0b', '/features/0/name'],
    ['/features/0/commit_event', 'nothing_known', '/features/0/commit_event'],
    ['/features/0/commit_event', 'api_call', '/features/0/commit_event'],
    ['/features/1/commit_event', 'api_call', '/features/1/commit_event'],
    ['/event_types/0/counts/0/feature', 'telepathy', '/event_types/0/counts/0/feature'],
    ['/event_types/0/counts/0/feature', 'kb_files', '/event_types/0/counts/0/feature'],
    ['/event_types/0/counts/0/factor', '-1', '/event_types/0/counts/0/factor'],
    ['/event_types/0/counts/0/factor', 'much', '/event_types/0/counts/0/factor'],
    ['/event_types/0/counts/2/dimension', 'tokens_in', '/event_types/0/counts/2'],
    ['/event_types/0/counts/2/dimension', 'bytes', '/event_types/0/counts/2/dimension'],
    [
      '/pricing_rules/0/effect/percent_off_basis_points',
      10_000,
      '/pricing_rules/0/effect/percent_off_basis_points',
    ],
    ['/pricing_rules/0/conditions/weekday', 'monday', '/pricing_rules/0/conditions/weekday'],
    ['/pricing_rules/0/rule_type', 'auction', '/pricing_rules/0/rule_type'],
    ['/plans', {}, '/plans'],
    ['/features', undefined, '/features'],
    ['/coupons', [], '/coupons'],
  ])('%s = %j', (place, value, expected) => {
    expect(places(changed(place, value))).toContain(expected);
  });

  test('all faults of what a file says are named at once', () => {
    const file = changed('/plans/0/features/audio_minutes/limit', -1) as {
      plans: { features: Record<string, unknown> }[];
    };
    file.plans[1]!.features['kb_files'] = { limit: 'many' };
    file.plans[2]!.features['sla'] = 'yes';
    expect(places(file)).toEqual([
      '/plans/0/features/audio_minutes/limit',
      '/plans/1/features/kb_files/limit',
      '/plans/2/features/sla',
    ]);
  });

  test('unknown features are answered with the known ones', () => {
    const [fault] = faultsOf(changed('/plans/0/features/telepathy', true));
    expect(fault?.message).toContain('audio_minutes');
  });

  test('members that JavaScript treats in a special way are unknown like any other', () => {
    const text = shippedText.replace('"audio_minutes": {', '"__proto__": true, "audio_minutes": {');
    expect(() => readCatalogFile(text)).toThrow(/\/plans\/0\/features\/__proto__/);
  });

  test('any JSON in any place is read, or refused at places that are pointers', () => {
    const every = placesOf(JSON.parse(shippedText), '');
    fc.assert(
      fc.property(fc.constantFrom(...every), fc.jsonValue(), (place, value) => {
        for (const { field } of faultsOf(changed(place, value))) {
          expect(field).toMatch(/^(?:\/(?:[^~/]|~[01])*)*$/);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('what is not JSON is said to be so', () => {
    expect(() => readCatalogFile('{"plans": [')).toThrow(/not JSON/);
  });
});
