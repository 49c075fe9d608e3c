import { describe, expect, test } from 'vitest';
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { AppError } from '../../../platform/errors.ts';
import { ANYTHING } from '../rules/conditions.ts';
import type { PricingRule } from '../rules/rule.ts';
import { decideQuote, type QuoteFacts } from './decide-quote.ts';
import {
  amounts,
  BUYER,
  catalogOf,
  code,
  custom,
  NOW,
  percent,
  planOf,
  price,
  promotion,
  reduction,
} from './quote.fixture.ts';
import type { PlanQuote, PlanRequest } from './quote.ts';

const MONTHLY: PlanRequest = {
  kind: 'plan',
  plan: 'pro',
  billingCycle: 'monthly',
  seats: null,
  promotionCode: null,
  currency: null,
};
const YEARLY: PlanRequest = { ...MONTHLY, billingCycle: 'yearly' };
const WITH_CODE: PlanRequest = { ...MONTHLY, promotionCode: 'spring' };

const free = planOf({
  id: 1,
  slug: 'free',
  isDefault: true,
  prices: [price(3, 'monthly', 'usd', 0)],
  extraSeat: null,
});
const enterprise = planOf({ id: 3, slug: 'enterprise', prices: [], extraSeat: null });

function facts(more: Partial<QuoteFacts> & { readonly rules?: readonly PricingRule[] } = {}) {
  const catalog = catalogOf([free, planOf(), enterprise]);
  return { catalog, rules: [], code: null, buyer: BUYER, ...more } satisfies QuoteFacts;
}

const withCode = (of: Parameters<typeof code>, more: Partial<QuoteFacts> = {}): QuoteFacts =>
  facts({ code: { code: code(...of), takenByOthers: 0, redeemedByAccount: 0 }, ...more });

const linesOf = ({ lines }: PlanQuote): string[] =>
  lines.map(({ kind, quantity, amountMinor, source }) => {
    const from = source?.kind === 'rule' ? source.key : (source?.code ?? '-');
    return `${kind} ${quantity} ${amountMinor} ${from}`;
  });

const refusalOf = (of: QuoteFacts, request: PlanRequest): string => {
  try {
    decideQuote(of, request, NOW);
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
  return 'none';
};

const THIRD_MONTH = addMonths(NOW, 3);

describe('a quote', () => {
  test('without any discount is the price of the version, by its cycle', () => {
    const quote = decideQuote(facts(), YEARLY, NOW);
    expect(quote).toMatchObject({ plan: 'pro', version: 1, seats: 5, extraSeats: 0, coupon: null });
    expect(linesOf(quote)).toEqual(['plan 1 18240 -']);
    expect(quote.lines[0]?.price).toEqual({
      kind: 'plan',
      id: 2,
      lookupKey: 'pro:1:yearly:usd',
      productId: 'wf_plan_pro',
      unitAmountMinor: 18_240,
    });
    expect(quote.dueNowMinor).toBe(18_240);
    expect(quote.payments).toEqual([{ fromMs: NOW, discountMinor: 0, amountMinor: 18_240 }]);
  });

  test('has seats beyond the included ones on a line of their own', () => {
    const quote = decideQuote(facts(), { ...MONTHLY, seats: 8 }, NOW);
    expect(linesOf(quote)).toEqual(['plan 1 1900 -', 'extra_seats 3 2700 -']);
    expect(quote.lines[1]?.price?.lookupKey).toBe('pro:1:monthly:usd:seat');
    expect(quote).toMatchObject({ seats: 8, extraSeats: 3, totalMinor: 4_600 });
    expect(decideQuote(facts(), { ...MONTHLY, seats: 5 }, NOW).totalMinor).toBe(1_900);
  });

  test('with a discount for three months says what is paid from the fourth on', () => {
    const rules = [
      promotion('launch', reduction(percent(2_500), { kind: 'repeating', months: 3 })),
    ];
    const quote = decideQuote(facts({ rules }), MONTHLY, NOW);
    expect(linesOf(quote)).toEqual(['plan 1 1900 -', 'discount 1 -475 launch']);
    expect(quote.payments).toEqual([
      { fromMs: NOW, discountMinor: 475, amountMinor: 1_425 },
      { fromMs: THIRD_MONTH, discountMinor: 0, amountMinor: 1_900 },
    ]);
    expect(quote.coupon).toEqual({
      id: 'wf_percent_2500_repeating_3',
      name: '25 % off for 3 months',
      percentOffBasisPoints: 2_500,
      amountOff: null,
      duration: 'repeating',
      durationInMonths: 3,
    });
  });

  test('of a plan that may be tried has nothing due until the trial ends', () => {
    const catalog = catalogOf([planOf({ trialDays: 14 })]);
    const rules = [promotion('launch', reduction(percent(1_000)))];
    const quote = decideQuote(facts({ catalog, rules }), MONTHLY, NOW);
    const endsMs = NOW + 14 * DAY_MS;
    expect(quote).toMatchObject({ dueNowMinor: 0, totalMinor: 1_710, trial: { days: 14, endsMs } });
    expect(quote.payments.map(({ fromMs }) => fromMs)).toEqual([endsMs, addMonths(endsMs, 1)]);
    const tried = { ...BUYER, mayTry: false };
    expect(decideQuote(facts({ catalog, buyer: tried }), MONTHLY, NOW).dueNowMinor).toBe(1_900);
  });

  test('of a trial that outlasts a discount is without it', () => {
    const catalog = catalogOf([planOf({ trialDays: 45 })]);
    const rules = [promotion('month', reduction(percent(1_000), { kind: 'repeating', months: 1 }))];
    expect(decideQuote(facts({ catalog, rules }), MONTHLY, NOW)).toMatchObject({ coupon: null });
  });

  test('of packs is one line, which nothing lowers', () => {
    const rules = [promotion('launch', reduction(percent(2_500)))];
    const request = { kind: 'pack', pack: 'minutes_100', quantity: 3, currency: null } as const;
    const quote = decideQuote(facts({ rules }), request, NOW);
    expect(quote).toMatchObject({ kind: 'pack', totalMinor: 1_500, dueNowMinor: 1_500 });
    expect(quote.lines).toMatchObject([{ kind: 'pack', quantity: 3, amountMinor: 1_500 }]);
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['plan_unknown', { plan: 'gold' }],
    ['plan_costs_nothing', { plan: 'free' }],
    ['price_by_agreement', { plan: 'enterprise' }],
    ['currency_not_sold', { currency: 'eur' }],
    ['quote_request_invalid', { seats: 0 }],
    ['quote_request_invalid', { seats: 1.5 }],
    ['promotion_code_unknown', { promotionCode: 'NOBODY' }],
  ])('is refused with %s for %j', (expected, more) => {
    expect(refusalOf(facts(), { ...MONTHLY, ...more })).toBe(expected);
  });

  test('is refused for cycles and seats that are not sold', () => {
    const catalog = catalogOf([
      planOf({ prices: [price(1, 'monthly', 'usd', 1_900)], extraSeat: null }),
    ]);
    expect(refusalOf(facts({ catalog }), YEARLY)).toBe('billing_cycle_not_sold');
    expect(refusalOf(facts({ catalog }), { ...MONTHLY, seats: 6 })).toBe('seats_not_sold');
  });
});

describe('of several discounts', () => {
  const forever = { kind: 'forever' } as const;

  test('that stand alone the customer has the one that saves most in a year', () => {
    const rules = [
      promotion('half_once', reduction(percent(5_000))),
      promotion('tenth_forever', reduction(percent(1_000), forever)),
    ];
    expect(linesOf(decideQuote(facts({ rules }), MONTHLY, NOW))[1]).toBe(
      'discount 1 -190 tenth_forever',
    );
    // A year is one payment there, so that half of it is more.
    expect(linesOf(decideQuote(facts({ rules }), YEARLY, NOW))[1]).toBe(
      'discount 1 -9120 half_once',
    );
  });

  test('a higher priority goes before what is better', () => {
    const rules = [
      promotion('better', reduction(percent(5_000))),
      promotion('first', reduction(percent(1_000)), { priority: 1 }),
    ];
    expect(linesOf(decideQuote(facts({ rules }), MONTHLY, NOW))[1]).toBe('discount 1 -190 first');
  });

  test('stackable percents are added, on a line each, and are one coupon', () => {
    const stackable = { stacking: 'stackable' } as const;
    const rules = [
      promotion('b', reduction(percent(1_000), forever), stackable),
      promotion('a', reduction(percent(2_050), forever), stackable),
      promotion('alone', reduction(percent(3_000), forever)),
    ];
    const quote = decideQuote(facts({ rules }), MONTHLY, NOW);
    // 30.5 % of 1900 is 579.5, so 580: 389.9 of it and 190.1.
    expect(linesOf(quote).slice(1)).toEqual(['discount 1 -390 a', 'discount 1 -190 b']);
    expect(quote.coupon).toMatchObject({ id: 'wf_percent_3050_forever', name: '30.5 % off' });
  });

  test('what no single coupon can say is not had together', () => {
    const stackable = { stacking: 'stackable' } as const;
    const rules = [
      promotion('amount', reduction(amounts({ usd: 300 }), forever), stackable),
      promotion('once', reduction(percent(9_000)), stackable),
      promotion('percent', reduction(percent(1_000), forever), stackable),
    ];
    expect(linesOf(decideQuote(facts({ rules }), MONTHLY, NOW)).slice(1)).toEqual([
      'discount 1 -300 amount',
    ]);
  });

  test('a code comes on top where both are stackable, and else gives way to what is better', () => {
    const stackable = { stacking: 'stackable' } as const;
    const rules = [promotion('launch', reduction(percent(2_000)), stackable)];
    const both = decideQuote(
      withCode([reduction(percent(500)), stackable], { rules }),
      WITH_CODE,
      NOW,
    );
    expect(linesOf(both).slice(1)).toEqual(['discount 1 -380 launch', 'discount 1 -95 SPRING']);
    expect(both.promotionCode).toEqual({ code: 'SPRING', codeId: 1, isApplied: true });
    const worse = decideQuote(withCode([reduction(percent(500))], { rules }), WITH_CODE, NOW);
    expect(worse).toMatchObject({ discountMinor: 380, promotionCode: { isApplied: false } });
  });

  test('none leaves an amount that is too little to be charged', () => {
    const rules = [
      promotion('nearly_all', reduction(percent(9_900))),
      promotion('some', reduction(percent(100))),
    ];
    expect(decideQuote(facts({ rules }), MONTHLY, NOW).discountMinor).toBe(19);
    const code99 = withCode([reduction(percent(9_900))]);
    expect(refusalOf(code99, WITH_CODE)).toBe('promotion_code_without_effect');
  });

  test('one above the price makes it free and never negative, as at Stripe', () => {
    const quote = decideQuote(withCode([reduction(amounts({ usd: 5_000 }))]), WITH_CODE, NOW);
    expect(quote).toMatchObject({ totalMinor: 0, discountMinor: 1_900, dueNowMinor: 0 });
  });
});

describe('a promotion applies', () => {
  const off = reduction(percent(1_000));
  test.each<[string, Parameters<typeof promotion>[2], number]>([
    ['from its start', { validFromMs: NOW }, 190],
    ['not before it', { validFromMs: NOW + 1 }, 0],
    ['up to its end', { validUntilMs: NOW + 1 }, 190],
    ['not at it', { validUntilMs: NOW }, 0],
    ['to its plans', { conditions: { ...ANYTHING, plans: ['pro'] } }, 190],
    ['to no other', { conditions: { ...ANYTHING, plans: ['business'] } }, 0],
    ['to its cycles', { conditions: { ...ANYTHING, billingCycles: ['yearly'] } }, 0],
    ['in its currencies', { conditions: { ...ANYTHING, currencies: ['eur'] } }, 0],
    ['in its countries', { conditions: { ...ANYTHING, countries: ['DE'] } }, 190],
    ['in no other country', { conditions: { ...ANYTHING, countries: ['FR'] } }, 0],
    ['to a first purchase', { conditions: { ...ANYTHING, firstPurchaseOnly: true } }, 190],
  ])('%s', (_, more, expected) => {
    const rules = [promotion('spring', off, more)];
    expect(decideQuote(facts({ rules }), MONTHLY, NOW).discountMinor).toBe(expected);
  });

  test('to no later purchase where it is for the first', () => {
    const rules = [
      promotion('spring', off, { conditions: { ...ANYTHING, firstPurchaseOnly: true } }),
    ];
    const buyer = { ...BUYER, hasPurchased: true };
    expect(decideQuote(facts({ rules, buyer }), MONTHLY, NOW).discountMinor).toBe(0);
    // On a page of prices nobody has bought anything yet.
    expect(decideQuote(facts({ rules, buyer: null }), MONTHLY, NOW).discountMinor).toBe(190);
  });
});

describe('a price agreed upon', () => {
  const agreed = custom(
    'acme',
    { kind: 'price', amountMinor: 49_900, extraSeatMinor: 700 },
    {
      plan: 'enterprise',
    },
  );
  const request: PlanRequest = { ...MONTHLY, plan: 'enterprise' };

  test('takes the place of the price, for its customer only', () => {
    const quote = decideQuote(facts({ rules: [agreed] }), request, NOW);
    expect(linesOf(quote)).toEqual(['plan 1 49900 acme']);
    expect(quote.lines[0]?.price).toMatchObject({
      kind: 'custom',
      id: agreed.id,
      lookupKey: `enterprise:1:monthly:usd:custom:${agreed.id}`,
    });
    const other = { ...BUYER, accountId: 8 };
    expect(refusalOf(facts({ rules: [agreed], buyer: other }), request)).toBe('price_by_agreement');
    expect(refusalOf(facts({ rules: [agreed], buyer: null }), request)).toBe('price_by_agreement');
  });

  test('may be for seats, too', () => {
    const quote = decideQuote(facts({ rules: [agreed] }), { ...request, seats: 7 }, NOW);
    expect(linesOf(quote)).toEqual(['plan 1 49900 acme', 'extra_seats 2 1400 acme']);
  });

  test('is lowered by promotions only where it says that it is stackable', () => {
    const spring = promotion('spring', reduction(percent(1_000)));
    const alone = decideQuote(facts({ rules: [agreed, spring] }), request, NOW);
    expect(alone.discountMinor).toBe(0);
    const rules = [{ ...agreed, stacking: 'stackable' } as const, spring];
    expect(decideQuote(facts({ rules }), request, NOW).discountMinor).toBe(4_990);
  });

  test('for a version is for that version, though another is on sale', () => {
    const catalog = catalogOf([
      planOf({ id: 3, isCurrent: false, version: 1 }),
      planOf({ id: 4, version: 2 }),
    ]);
    const rule = custom(
      'acme',
      { kind: 'price', amountMinor: 1_000, extraSeatMinor: null },
      {
        planVersion: 1,
      },
    );
    expect(decideQuote(facts({ catalog, rules: [rule] }), MONTHLY, NOW).planId).toBe(3);
    expect(decideQuote(facts({ catalog }), MONTHLY, NOW).planId).toBe(4);
  });

  test('may be a part off, by the id of a user', () => {
    const buyer = { kind: 'user', user: 'anna' } as const;
    const off = reduction(percent(1_000), { kind: 'forever' });
    const rules = [custom('anna', { kind: 'reduction', reduction: off }, { buyer })];
    expect(decideQuote(facts({ rules }), MONTHLY, NOW).discountMinor).toBe(190);
    const other = { ...BUYER, user: 'ben' };
    expect(decideQuote(facts({ rules, buyer: other }), MONTHLY, NOW).discountMinor).toBe(0);
  });
});

describe('a promotion code is refused with', () => {
  const off = reduction(percent(1_000));
  test.each<[string, Parameters<typeof code>[1]]>([
    ['promotion_code_ended', { endedMs: NOW - 1 }],
    ['promotion_code_expired', { expiresMs: NOW }],
    ['promotion_code_not_started', { validFromMs: NOW + 1 }],
    ['promotion_code_not_for_plan', { conditions: { ...ANYTHING, plans: ['business'] } }],
    ['promotion_code_not_for_cycle', { conditions: { ...ANYTHING, billingCycles: ['yearly'] } }],
    ['promotion_code_not_for_currency', { conditions: { ...ANYTHING, currencies: ['eur'] } }],
    ['promotion_code_not_for_country', { conditions: { ...ANYTHING, countries: ['FR'] } }],
    ['promotion_code_not_for_currency', { reduction: reduction(amounts({ eur: 100 })) }],
    ['none', {}],
  ])('%s where it is %j', (expected, more) => {
    expect(refusalOf(withCode([off, more]), WITH_CODE)).toBe(expected);
  });

  test('how often it has been used, whoever holds it at the moment', () => {
    const used = (takenByOthers: number, redeemedByAccount: number): string =>
      refusalOf(
        facts({
          code: { code: code(off, { mostRedemptions: 2 }), takenByOthers, redeemedByAccount },
        }),
        WITH_CODE,
      );
    expect([used(1, 0), used(2, 0), used(0, 1)]).toEqual([
      'none',
      'promotion_code_used_up',
      'promotion_code_already_used',
    ]);
  });

  test('whether it is a first purchase', () => {
    const first = code(off, { conditions: { ...ANYTHING, firstPurchaseOnly: true } });
    const of = (hasPurchased: boolean): string =>
      refusalOf(
        facts({
          code: { code: first, takenByOthers: 0, redeemedByAccount: 0 },
          buyer: { ...BUYER, hasPurchased },
        }),
        WITH_CODE,
      );
    expect([of(false), of(true)]).toEqual(['none', 'promotion_code_first_purchase_only']);
  });
});
