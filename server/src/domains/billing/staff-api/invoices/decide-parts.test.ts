import { describe, expect, test } from 'vitest';
import { decideParts, refundableOf } from './decide-parts.ts';

const first = { paymentIntentId: 'pi_1', paidMinor: 500, refundedMinor: 0 };
const second = { paymentIntentId: 'pi_2', paidMinor: 300, refundedMinor: 0 };

describe('of an invoice that was paid in two payments', () => {
  test('an amount is taken of the first, and the rest of it of the second', () => {
    const refundable = refundableOf({ payments: [first, second], asked: [] });
    expect(decideParts(refundable, 600)).toEqual([
      { paymentIntentId: 'pi_1', amountMinor: 500 },
      { paymentIntentId: 'pi_2', amountMinor: 100 },
    ]);
    expect(decideParts(refundable, null)).toHaveLength(2);
  });

  test('what was asked for and what Stripe has done already count once', () => {
    const payments = [{ ...first, refundedMinor: 400 }, second];
    const asked = [{ paymentIntentId: 'pi_1', amountMinor: 400 }];
    const refundable = refundableOf({ payments, asked });
    expect(refundable).toMatchObject({ paidMinor: 800, refundedMinor: 400 });
    expect(() => decideParts(refundable, 401)).toThrow('More than was paid');
  });

  test('nothing is left when all of it was asked for', () => {
    const asked = [
      { paymentIntentId: 'pi_1', amountMinor: 500 },
      { paymentIntentId: 'pi_2', amountMinor: 300 },
    ];
    const refundable = refundableOf({ payments: [first, second], asked });
    expect(() => decideParts(refundable, null)).toThrow('all of it was given back');
  });
});
