import { expect, test } from 'vitest';
import { day, history } from '../../fold/history.fixture.ts';
import { profiles } from '../../fold/rules.ts';
import { movementsAhead, type Plans } from './decide-ahead.ts';

const options = {
  rules: { ...profiles.stripe, timeZone: 'UTC' },
  planOf: ({ priceId }: { readonly priceId: string }) => priceId,
  untilMs: day('2026-03-10'),
};

const pro = history('sub_1', { on: '2026-01-01', amount: 1_900, plan: 'pro' });
const MINOR = 1_200_000_000n;

function ahead(histories: Parameters<typeof movementsAhead>[0], plans: readonly Plans[] = []) {
  return movementsAhead(histories, plans, options).map(({ effectiveMs, kind, parts }) =>
    [new Date(effectiveMs).toISOString().slice(0, 10), kind, parts / MINOR].join(' '),
  );
}

test('who goes on has nothing ahead', () => {
  expect(ahead([pro])).toEqual([]);
});

test('a contract that begins and ends later is known from its history', () => {
  const signed = history('9', { on: '2026-04-01', amount: 50_000 }, { on: '2027-04-01' });
  expect(ahead([signed])).toEqual(['2026-04-01 new 50000', '2027-04-01 churn -50000']);
});

test('a change and a cancellation that were asked for are known, the end last', () => {
  const item = { ...pro.changes[0]!.items[0]!, unitAmountDecimal: '4900' };
  const change = { atMs: day('2026-04-01'), items: [item] };
  const asked = { subscriptionKey: 'sub_1', cancelMs: null, change };
  expect(ahead([pro], [asked])).toEqual(['2026-04-01 expansion 3000']);
  const canceled = { ...asked, cancelMs: day('2026-05-01') };
  expect(ahead([pro], [canceled])).toEqual(['2026-04-01 expansion 3000', '2026-05-01 churn -4900']);
  expect(ahead([pro], [{ ...canceled, cancelMs: day('2026-04-01') }])).toEqual([
    '2026-04-01 churn -1900',
  ]);
});

test('what was planned for a subscription that is over, or for earlier, is not ahead', () => {
  const over = history('sub_1', { on: '2026-01-01', amount: 1_900 }, { on: '2026-03-01' });
  const canceled = { subscriptionKey: 'sub_1', cancelMs: day('2026-05-01'), change: null };
  expect(ahead([over], [canceled])).toEqual([]);
  expect(ahead([pro], [{ ...canceled, cancelMs: day('2026-03-01') }])).toEqual([]);
});
