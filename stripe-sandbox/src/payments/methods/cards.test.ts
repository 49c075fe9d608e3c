import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  brandOf,
  fingerprintOf,
  hasValidCheckDigit,
  testCardNamed,
  testCardWith,
} from './cards.ts';

test.each([
  ['4242424242424242', 'visa'],
  ['5555555555554444', 'mastercard'],
  ['2223003122003222', 'mastercard'],
  ['378282246310005', 'amex'],
  ['6011111111111117', 'discover'],
  ['3056930009020004', 'diners'],
  ['3566002020360505', 'jcb'],
  ['6200000000000005', 'unionpay'],
])('the test card %s is of %s and its last digit fits', (number, brand) => {
  expect(brandOf(number)).toBe(brand);
  expect(hasValidCheckDigit(number)).toBe(true);
  expect(testCardWith(number)?.number).toBe(number);
});

test('one wrong digit, wherever, makes a number invalid', () => {
  const place = fc.nat(15);
  fc.assert(
    fc.property(place, fc.integer({ min: 1, max: 9 }), (at, step) => {
      const number = '4242424242424242';
      const wrong = String((Number(number[at]) + step) % 10);
      return !hasValidCheckDigit(number.slice(0, at) + wrong + number.slice(at + 1));
    }),
  );
});

test('names of declines are known with the network and without', () => {
  const declined = testCardNamed('pm_card_visa_chargeDeclined');
  expect(declined?.charge).toBe('generic_decline');
  expect(testCardNamed('pm_card_chargeDeclined')).toBe(declined);
  expect(testCardNamed('tok_chargeDeclined')).toBe(declined);
  for (const token of ['pm_card_', 'pm_card_nobody', 'tok_constructor', 'visa', '']) {
    expect(testCardNamed(token)).toBeUndefined();
  }
});

test('a fingerprint tells numbers apart', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      return (fingerprintOf(one) === fingerprintOf(other)) === (one === other);
    }),
  );
});
