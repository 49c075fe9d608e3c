import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accountOfReservation, NONCE_LENGTH, reservationId } from './reservation-id.ts';

const nonce = fc.stringMatching(new RegExp(`^[0-9a-hj-km-np-tv-z]{${NONCE_LENGTH}}$`));

test("a reservation's id names its account", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), nonce, (accountId, drawn) => {
      expect(accountOfReservation(reservationId(accountId, drawn))).toBe(accountId);
    }),
  );
});

test.each([
  '',
  'rsv_2k',
  'rsv__9f3m0c7q1z8x4v5b6n0a',
  'rsv_2k_9f3m0c7q1z8x4v5b6n0',
  'rsv_2k_9f3m0c7q1z8x4v5b6n0aa',
  'rsv_2K_9f3m0c7q1z8x4v5b6n0a',
  'rsv_zzzzzzzzzzz_9f3m0c7q1z8x4v5b6n0a',
  ' rsv_2k_9f3m0c7q1z8x4v5b6n0a',
])('%j is no id', (text) => {
  expect(accountOfReservation(text)).toBeUndefined();
});
