import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldAccount } from '../fold/fold.ts';
import { day, history } from '../fold/history.fixture.ts';
import { changes } from '../fold/random-history.fixture.ts';
import { lineKey } from '../fold/levels.ts';
import { profiles } from '../fold/rules.ts';
import { bookingsOf } from './decide-booking.ts';

const options = {
  rules: { ...profiles.stripe, timeZone: 'UTC' },
  planOf: ({ priceId }: { readonly priceId: string }) => priceId,
  untilMs: day('2030-01-01'),
};

const told = (histories: Parameters<typeof foldAccount>[0]) =>
  bookingsOf(foldAccount(histories, options).movements)
    .filter(({ customers }) => customers !== 0)
    .map(({ kind, plan, customers }) => `${kind} ${plan} ${customers}`)
    .toSorted();

test('a customer goes with the plan that brings most, from coming to leaving', () => {
  const upgraded = history(
    'a',
    { on: '2025-01-01', amount: 1_900, plan: 'pro' },
    { on: '2025-02-01', amount: 4_900, plan: 'business' },
    { on: '2025-03-01' },
  );
  expect(told([upgraded])).toEqual([
    'churn business -1',
    'new pro 1',
    'transfer business 1',
    'transfer pro -1',
  ]);
  const more = history('b', { on: '2025-01-15', amount: 9_900, plan: 'team' });
  expect(told([upgraded, more])).toEqual(['new pro 1', 'transfer pro -1', 'transfer team 1']);
});

test('is counted once while anything is paid, and in no segment less than not at all', () => {
  fc.assert(
    fc.property(fc.array(changes, { minLength: 1, maxLength: 3 }), (all) => {
      const histories = all.map((each, index) => ({
        key: String(index),
        changes: each,
        cancelRequestedMs: null,
      }));
      const { movements } = foldAccount(histories, options);
      const bookings = bookingsOf(movements);
      const byInstant = Map.groupBy(bookings, ({ effectiveMs }) => effectiveMs);
      const parts = new Map<string, bigint>();
      const customers = new Map<string, number>();
      for (const moved of byInstant.values()) {
        for (const each of moved) {
          const key = lineKey(each);
          parts.set(key, (parts.get(key) ?? 0n) + each.parts);
          customers.set(key, (customers.get(key) ?? 0) + each.customers);
        }
        const isPaying = [...parts.values()].some((each) => each > 0n);
        const counts = [...customers.values()].filter((each) => each !== 0);
        expect(counts).toEqual(isPaying ? [1] : []);
      }
      for (const { kind, customers: change } of bookings) {
        if (kind === 'new' || kind === 'reactivation') expect(change).toBeGreaterThanOrEqual(0);
        if (kind === 'churn') expect(change).toBeLessThanOrEqual(0);
      }
    }),
  );
});
