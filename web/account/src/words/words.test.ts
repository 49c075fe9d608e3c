import { expect, test } from 'vitest';
import { money } from '@whisperforge/kernel/money';
import type { Plan, PlanFeature } from '../api/contract.ts';
import {
  CANCELING,
  INVOICES,
  PAST_DUE,
  PAUSED,
  PRO,
  RESTRICTED,
  TRIAL,
} from '../../test/answers.fixture.ts';
import { outcomeOf, pauseMs } from './checkout.ts';
import { invoiceParts } from './invoice-parts.ts';
import { showDay, showInstant, showUtcDay, zoneName } from '../../../ui/dates.ts';
import { englishOf, showMoney, showPrice, showUnitPrice } from '../../../ui/money.ts';
import { differences, distinguishing, showTerms } from './plan-terms.ts';
import { tellPayments } from './payments.ts';
import { commonSaving, isReduction, monthlyShare, savingOf } from './prices.ts';
import { inflect } from './quantities.ts';
import { bannersOf } from './standing.ts';
import { fillOf, meteredOf } from './usage.ts';

const en = 'en-US';

function plan(slug: string, monthly: number, yearly: number, more: Partial<Plan> = {}): Plan {
  const currency = 'usd';
  return {
    slug,
    version: 1,
    name: slug,
    description: '',
    is_default: false,
    prices: [
      { billing_cycle: 'monthly', currency, amount_minor: monthly },
      { billing_cycle: 'yearly', currency, amount_minor: yearly },
    ],
    trial_days: 0,
    extra_seat: null,
    features: [],
    ...more,
  };
}

function feature(key: string, more: Partial<PlanFeature>): PlanFeature {
  const shape = { feature: key, name: key, description: '', unit: null, granted: true };
  return { ...shape, kind: 'level', ...more };
}

test('amounts have the decimals of their currency, and no digit is lost', () => {
  expect(showMoney(money(18_240, 'usd'), en)).toBe('$182.40');
  expect(showMoney(money(1_900, 'jpy'), en)).toBe('¥1,900');
  expect(showMoney(money(5_000, 'kwd'), en)).toBe('KWD\u00a05.000');
  expect(showMoney(money(-4_560, 'usd'), en)).toBe('-$45.60');
  expect(showMoney(money(Number.MAX_SAFE_INTEGER, 'usd'), en)).toBe('$90,071,992,547,409.91');
  expect(showPrice(money(1_900, 'usd'), en)).toBe('$19');
  expect(showPrice(money(18_240, 'usd'), en)).toBe('$182.40');
});

test('numbers are written as the English of the viewer writes them, whatever browsers name', () => {
  expect(englishOf(['de-DE', 'en-GB', 'en'])).toBe('en-GB');
  expect(englishOf(['en-US@posix'])).toBe('en-US');
  expect(englishOf([])).toBe('en-US');
});

test('unit prices show every decimal that they have', () => {
  expect(showUnitPrice('7.5', 'usd', en)).toBe('$0.075');
  expect(showUnitPrice('12', 'usd', en)).toBe('$0.12');
  expect(showUnitPrice('0.25', 'jpy', en)).toBe('¥0.25');
});

test('instants are shown in the zone of the viewer, which is named', () => {
  const berlin = { locale: 'en-GB', timeZone: 'Europe/Berlin' };
  const tokyo = { locale: 'en-US', timeZone: 'Asia/Tokyo' };
  expect(showInstant('2026-03-28T23:30:00.000Z', berlin)).toBe('29 March 2026, 00:30 CET');
  expect(showInstant('2026-03-29T23:30:00.000Z', berlin)).toBe('30 March 2026, 01:30 CEST');
  expect(showInstant('2026-03-29T23:30:00.000Z', tokyo)).toMatch(
    /^March 30, 2026, 8:30.AM GMT\+9$/,
  );
  expect(showDay('2026-03-28T23:30:00.000Z', berlin)).toBe('29 Mar 2026');
  expect(zoneName(berlin)).toBe('Europe/Berlin');
});

test('what a year saves is what the prices say, in percent only where that is exact', () => {
  const pro = plan('pro', 1_900, 18_240);
  const odd = plan('odd', 999, 9_999);
  expect(savingOf(pro, 'usd')).toEqual({ amount: money(4_560, 'usd'), percent: 20 });
  expect(savingOf(odd, 'usd')).toEqual({ amount: money(1_989, 'usd'), percent: null });
  expect(savingOf(plan('dear', 100, 1_200), 'usd')).toBeNull();
  expect(savingOf(pro, 'eur')).toBeNull();
  expect(commonSaving([pro, plan('business', 4_900, 47_040)], 'usd')).toBe(20);
  expect(commonSaving([pro, odd], 'usd')).toBeNull();
  expect(monthlyShare(money(18_240, 'usd'))).toEqual(money(1_520, 'usd'));
  expect(monthlyShare(money(9_999, 'usd'))).toBeNull();
});

test('less money, or the month instead of the year, waits for the end of the period', () => {
  const pro = { plan: plan('pro', 1_900, 18_240), cycle: 'monthly', seats: 1 } as const;
  const business = { plan: plan('business', 4_900, 47_040), cycle: 'monthly', seats: 5 } as const;
  expect(isReduction(pro, business, 'usd')).toBe(false);
  expect(isReduction(business, pro, 'usd')).toBe(true);
  expect(isReduction(pro, { ...pro, cycle: 'yearly' }, 'usd')).toBe(false);
  expect(isReduction({ ...pro, cycle: 'yearly' }, business, 'usd')).toBe(true);
  expect(isReduction(business, { ...business, seats: 4 }, 'usd')).toBe(true);
});

test('terms are said in words, and only what differs tells plans apart', () => {
  const minutes = { kind: 'metered', name: 'Audio minutes', unit: 'minute' } as const;
  expect(showTerms(feature('m', { ...minutes, limit: 1_000 }))).toBe('1,000 a month');
  expect(showTerms(feature('m', { ...minutes, limit: null }))).toBe('no limit');
  expect(showTerms(feature('s', { name: 'Space', unit: 'file', limit: 1 }))).toBe('1 file');
  expect(showTerms(feature('v', { kind: 'value', values: ['*'] }))).toBe('all');
  expect(showTerms(feature('v', { kind: 'value', values: ['a', 'b'] }))).toBe('a, b');
  expect(showTerms(feature('b', { kind: 'boolean', granted: false }))).toBe('not included');
  const small = plan('small', 1, 1, { features: [feature('a', { limit: 1 }), feature('b', {})] });
  const large = plan('large', 2, 2, { features: [feature('a', { limit: 2 }), feature('b', {})] });
  expect([...distinguishing([small, large])]).toEqual(['a']);
});

test('what a change takes away is told apart from what it brings', () => {
  const one = plan('one', 2, 2, {
    features: [
      feature('limit', { limit: null }),
      feature('api', { kind: 'boolean' }),
      feature('models', { kind: 'value', values: ['a'] }),
      feature('support', { kind: 'value', value: 'email' }),
      feature('same', { limit: 1 }),
    ],
  });
  const two = plan('two', 1, 1, {
    features: [
      feature('limit', { limit: 5 }),
      feature('api', { kind: 'boolean', granted: false }),
      feature('models', { kind: 'value', values: ['*'] }),
      feature('support', { kind: 'value', value: 'priority' }),
      feature('same', { limit: 1 }),
    ],
  });
  const told = differences(one, two).map(({ feature: key, direction }) => [key, direction]);
  expect(told).toEqual([
    ['limit', 'less'],
    ['api', 'less'],
    ['models', 'more'],
    ['support', 'other'],
  ]);
  expect(differences(two, one).map(({ direction }) => direction)).toEqual([
    'more',
    'more',
    'less',
    'other',
  ]);
});

test('meters are never fuller than full, and say when all of them start anew', () => {
  const [minutes] = PRO.balances;
  expect(fillOf({ ...minutes!, limit: 100, used: 90, reserved: 20, remaining: 0 })).toEqual({
    usedPercent: 90,
    heldPercent: 10,
    isFull: true,
  });
  expect(fillOf({ ...minutes!, limit: 0, used: 0, reserved: 0, remaining: 0 }).usedPercent).toBe(
    100,
  );
  const { balances, resetsAt } = meteredOf(PRO.balances);
  expect(balances.map(({ limit }) => limit)).toEqual([300, 15, null]);
  expect(resetsAt).toBe('2026-04-10T12:00:00.000Z');
});

test('banners say what is wrong, until when, and what can be done', () => {
  const due = bannersOf(PAST_DUE, INVOICES.data);
  expect(due).toMatchObject([{ key: 'past_due', remedy: { kind: 'pay' } }]);
  expect(due[0]?.text).toContain('April 17, 2026');
  expect(bannersOf(PAST_DUE, [])).toMatchObject([{ remedy: { kind: 'portal' } }]);
  expect(bannersOf(RESTRICTED, INVOICES.data)).toMatchObject([{ key: 'restricted', tone: 'bad' }]);
  // Nobody owes anything of what is paused, and a card is not to be changed.
  expect(bannersOf(PAUSED, [])).toMatchObject([{ key: 'paused', tone: 'note', remedy: null }]);
  expect(bannersOf(CANCELING, [])).toMatchObject([{ remedy: { kind: 'resume' } }]);
  expect(bannersOf(TRIAL, [])).toMatchObject([{ key: 'trial', remedy: { kind: 'portal' } }]);
  expect(bannersOf(PRO, [])).toEqual([]);
  // Nothing is promised that the server has not said.
  const { grace_ends_at: _, ...unknown } = PAST_DUE.subscription!;
  const [vague] = bannersOf({ ...PAST_DUE, subscription: unknown }, []);
  expect(vague?.text).not.toMatch(/\d/);
});

test('a checkout is asked about for a bounded time, with growing pauses', () => {
  const pauses: number[] = [];
  for (let tries = 0; ; tries += 1) {
    const pause = pauseMs(tries);
    if (pause === null) break;
    pauses.push(pause);
  }
  expect(pauses.toSorted((a, b) => a - b)).toEqual(pauses);
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBeLessThan(60_000);
  expect(outcomeOf({ status: 'complete', is_active: false }, false)).toBe('confirming');
  expect(outcomeOf({ status: 'complete', is_active: false }, true)).toBe('slow');
  expect(outcomeOf({ status: 'open', is_active: false }, true)).toBe('unfinished');
});

test('units are named for as many as there are', () => {
  expect([inflect('minute', 1), inflect('minute', 2)]).toEqual(['minute', 'minutes']);
  expect([inflect('entry', 2), inflect('day', 2), inflect('batch', 2)]).toEqual([
    'entries',
    'days',
    'batches',
  ]);
});

test('names the cycle of what is paid several times, and none of what is paid once', () => {
  const from = '2026-03-01T00:00:00Z';
  const then = (next: string) => [
    { from, amount_minor: 1_425 },
    { from: next, amount_minor: 1_900 },
  ];
  const monthly = { cycle: 'monthly', currency: 'usd' } as const;
  expect(tellPayments(then('2026-04-01T00:00:00Z'), monthly)[0]).toMatch(/2026.*: \$14\.25$/);
  const [first, last] = tellPayments(then('2026-06-01T00:00:00Z'), monthly);
  expect(first).toMatch(/^Until .*: \$14\.25 every month$/);
  expect(last).toMatch(/^From .*: \$19\.00 every month, until you cancel$/);
  const [only] = tellPayments([{ from, amount_minor: 18_240 }], {
    cycle: 'yearly',
    currency: 'usd',
  });
  expect(only).toBe('Renews at $182.40 every year, until you cancel');
});

test('an invoice says what lies between its lines and what was due, if anything', () => {
  const plain = { currency: 'usd', subtotal_minor: 1_900, discount_minor: 0, tax_minor: 0 };
  expect(invoiceParts({ ...plain, credit_applied_minor: 0 })).toEqual([]);
  const taxed = { ...plain, discount_minor: 475, tax_minor: 271 };
  expect(invoiceParts({ ...taxed, credit_applied_minor: 500 })).toEqual([
    'Subtotal $19.00',
    'Discount -$4.75',
    'Tax $2.71',
    'Credit applied -$5.00',
  ]);
  expect(invoiceParts({ ...plain, credit_applied_minor: -30 })).toEqual([
    'Subtotal $19.00',
    'Balance $0.30',
  ]);
});

test('a day of UTC is the same wherever it is read', () => {
  for (const timeZone of ['America/New_York', 'Asia/Tokyo']) {
    expect(showUtcDay('2026-04-10T00:00:00Z', { locale: en, timeZone })).toBe('Apr 10, 2026 UTC');
  }
});
