import fc from 'fast-check';
import { units } from '@whisperforge/kernel/quantity';
import type { BillingCycle, Catalog, PlanPrice, PlanVersion } from '../../plans/index.ts';
import type { PromotionCode } from '../codes/promotion-code.ts';
import { smallestStep } from '../chargeable.ts';
import { ANYTHING, type Conditions } from '../rules/conditions.ts';
import type { Duration, Off, Reduction } from '../rules/reduction.ts';
import type { CustomRule, PricingRule, PromotionRule, Stacking } from '../rules/rule.ts';
import type { QuoteFacts } from './decide-quote.ts';
import type { QuoteBuyer } from './offers/offers.ts';
import type { PlanRequest } from './quote.ts';

/** Purchases as they may come, whether or not publication would have let their rules through. */

export const NOW = Date.UTC(2026, 2, 10, 12);
export const CURRENCIES = ['usd', 'eur', 'jpy', 'kwd'] as const;

export const BUYER: QuoteBuyer = {
  accountId: 7,
  user: 'anna',
  country: 'DE',
  currency: 'usd',
  hasPurchased: false,
  mayTry: true,
};

export function planOf(more: Partial<PlanVersion> = {}): PlanVersion {
  return {
    id: 2,
    slug: 'pro',
    version: 1,
    name: 'Pro',
    description: '',
    position: 1,
    isCurrent: true,
    isDefault: false,
    publishedMs: 0,
    terms: new Map([['team_seats', { kind: 'level', limit: units(5) }]]),
    prices: [price(1, 'monthly', 'usd', 1_900), price(2, 'yearly', 'usd', 18_240)],
    trialDays: 0,
    extraSeat: {
      feature: 'team_seats',
      prices: [price(11, 'monthly', 'usd', 900), price(12, 'yearly', 'usd', 8_640)],
    },
    ...more,
  };
}

export function price(
  id: number,
  billingCycle: BillingCycle,
  currency: string,
  amountMinor: number,
): PlanPrice {
  return { id, billingCycle, currency, amountMinor };
}

export function catalogOf(plans: readonly PlanVersion[]): Catalog {
  return {
    version: 1,
    features: new Map(),
    eventTypes: new Map(),
    plans: new Map(plans.map((plan) => [plan.id, plan])),
    current: plans.filter((plan) => plan.isCurrent),
    packs: [
      {
        id: 1,
        key: 'minutes_100',
        version: 1,
        name: '100 audio minutes',
        feature: 'audio_minutes',
        amount: units(100),
        validDays: 365,
        prices: [{ id: 21, currency: 'usd', amountMinor: 500 }],
      },
    ],
  };
}

export const percent = (basisPoints: number): Off => ({ kind: 'percent', basisPoints });
export const amounts = (of: Readonly<Record<string, number>>): Off => ({
  kind: 'amounts',
  amounts: new Map(Object.entries(of)),
});
export const reduction = (off: Off, duration: Duration = { kind: 'once' }): Reduction => ({
  off,
  duration,
});

let lastId = 100;

export function promotion(
  key: string,
  of: Reduction,
  more: Partial<PricingRule & PromotionRule> = {},
): PricingRule & PromotionRule {
  return {
    id: (lastId += 1),
    key,
    name: key,
    ruleType: 'promotion',
    priority: 0,
    startsMs: null,
    validFromMs: 0,
    validUntilMs: null,
    conditions: ANYTHING,
    stacking: 'exclusive',
    reduction: of,
    ...more,
  };
}

export function custom(
  key: string,
  effect: CustomRule['effect'],
  more: Partial<PricingRule & CustomRule> = {},
): PricingRule & CustomRule {
  return {
    id: (lastId += 1),
    key,
    name: key,
    ruleType: 'custom',
    priority: 0,
    startsMs: null,
    validFromMs: 0,
    validUntilMs: null,
    buyer: { kind: 'account', accountId: BUYER.accountId },
    plan: 'pro',
    planVersion: null,
    billingCycle: 'monthly',
    currency: 'usd',
    effect,
    stacking: 'exclusive',
    ...more,
  };
}

export function code(of: Reduction, more: Partial<PromotionCode> = {}): PromotionCode {
  return {
    id: 1,
    code: 'SPRING',
    name: 'Spring',
    batch: null,
    reduction: of,
    conditions: ANYTHING,
    stacking: 'exclusive',
    priority: 0,
    mostRedemptions: null,
    mostPerAccount: 1,
    validFromMs: 0,
    expiresMs: null,
    taken: 0,
    endedMs: null,
    createdMs: 0,
    ...more,
  };
}

export interface Asked {
  readonly facts: QuoteFacts;
  readonly request: PlanRequest;
  readonly nowMs: number;
}

const steps = (currency: string, most: number) =>
  fc.integer({ min: 5, max: most }).map((count) => count * 10 * smallestStep(currency));

const odd = (currency: string, most: number) =>
  fc.integer({ min: 1, max: most }).map((count) => count * smallestStep(currency));

const durations: fc.Arbitrary<Duration> = fc.oneof(
  fc.constant<Duration>({ kind: 'once' }),
  fc.constant<Duration>({ kind: 'forever' }),
  fc.integer({ min: 1, max: 24 }).map((months): Duration => ({ kind: 'repeating', months })),
);

const offs = (currency: string): fc.Arbitrary<Off> =>
  fc.oneof(
    // Of these many come to half a minor unit, where rounding shows.
    { weight: 2, arbitrary: fc.constantFrom(500, 1_250, 2_500, 5_000, 10_000).map(percent) },
    { weight: 2, arbitrary: fc.integer({ min: 1, max: 10_000 }).map(percent) },
    { weight: 1, arbitrary: odd(currency, 3_000).map((off) => amounts({ [currency]: off })) },
  );

const conditions = (currency: string): fc.Arbitrary<Conditions> =>
  fc.record({
    plans: fc.constantFrom<readonly string[] | null>(null, ['pro'], ['other', 'pro'], ['other']),
    billingCycles: fc.constantFrom<readonly BillingCycle[] | null>(null, ['monthly'], ['yearly']),
    currencies: fc.constantFrom<readonly string[] | null>(null, [currency], ['sek']),
    countries: fc.constantFrom<readonly string[] | null>(null, ['DE'], ['US']),
    firstPurchaseOnly: fc.boolean(),
  });

const stackings = fc.constantFrom<Stacking>('exclusive', 'stackable');

const promotions = (currency: string) =>
  fc
    .array(
      fc.record({
        off: offs(currency),
        duration: durations,
        conditions: fc.oneof(fc.constant(ANYTHING), conditions(currency)),
        stacking: stackings,
        priority: fc.integer({ min: -1, max: 1 }),
      }),
      { maxLength: 4 },
    )
    .map((all) =>
      all.map(({ off, duration, ...more }, index) =>
        promotion(`rule_${index}`, { off, duration }, more),
      ),
    );

const customs = (currency: string) =>
  fc
    .record({ amountMinor: odd(currency, 50_000), stacking: stackings })
    .map((of) =>
      custom(
        'agreed',
        { kind: 'price', amountMinor: of.amountMinor, extraSeatMinor: null },
        { stacking: of.stacking, billingCycle: null, currency },
      ),
    );

const codes = (currency: string) =>
  fc
    .record({ off: offs(currency), duration: durations, stacking: stackings })
    .map(({ off, duration, stacking }) => code({ off, duration }, { stacking }));

/** Anything that may be asked, in currencies with no, two and three decimals. */
export const asked: fc.Arbitrary<Asked> = fc.constantFrom(...CURRENCIES).chain((currency) =>
  fc
    .record({
      monthly: fc.oneof(steps(currency, 10_000), odd(currency, 100_000)),
      yearly: odd(currency, 1_000_000),
      seat: odd(currency, 20_000),
      billingCycle: fc.constantFrom<BillingCycle>('monthly', 'yearly'),
      seats: fc.option(fc.integer({ min: 1, max: 60 })),
      trialDays: fc.constantFrom(0, 0, 0, 7, 30, 45),
      rules: promotions(currency),
      agreed: fc.option(customs(currency), { freq: 6 }),
      code: fc.option(codes(currency)),
      buyer: fc.option(
        fc
          .record({ hasPurchased: fc.boolean(), country: fc.constantFrom('DE', 'US', null) })
          .map((of): QuoteBuyer => ({ ...BUYER, ...of, mayTry: !of.hasPurchased })),
      ),
      nowMs: fc.integer({ min: NOW / 1_000, max: NOW / 1_000 + 63_072_000 }),
    })
    .map((of) => askedOf(currency, of)),
);

interface Drawn {
  readonly monthly: number;
  readonly yearly: number;
  readonly seat: number;
  readonly billingCycle: BillingCycle;
  readonly seats: number | null;
  readonly trialDays: number;
  readonly rules: readonly PricingRule[];
  readonly agreed: PricingRule | null;
  readonly code: PromotionCode | null;
  readonly buyer: QuoteBuyer | null;
  readonly nowMs: number;
}

function askedOf(currency: string, of: Drawn): Asked {
  const plan = planOf({
    trialDays: of.trialDays,
    prices: [price(1, 'monthly', currency, of.monthly), price(2, 'yearly', currency, of.yearly)],
    extraSeat: {
      feature: 'team_seats',
      prices: [
        price(11, 'monthly', currency, of.seat),
        price(12, 'yearly', currency, of.seat * 10),
      ],
    },
  });
  const used = { takenByOthers: 0, redeemedByAccount: 0 };
  return {
    facts: {
      catalog: catalogOf([plan]),
      rules: of.agreed === null ? of.rules : [...of.rules, of.agreed],
      code: of.code && { code: of.code, ...used },
      buyer: of.buyer,
    },
    request: {
      kind: 'plan',
      plan: 'pro',
      billingCycle: of.billingCycle,
      seats: of.seats,
      promotionCode: of.code?.code ?? null,
      currency,
    },
    nowMs: of.nowMs * 1_000,
  };
}
