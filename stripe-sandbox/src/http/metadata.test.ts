import type Stripe from 'stripe';
import { beforeEach, expect, it } from 'vitest';
import { startOwnClock } from '../../test/own-clock.fixture.ts';

let stripe: Stripe;

beforeEach(async () => {
  ({ stripe } = await startOwnClock({ seed: 'metadata', now: 1_790_000_000 }));
});

const keys = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`key ${index}`, 'x']));

it('is merged by its keys: an empty value takes one away, an empty metadata all', async () => {
  const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } });
  const changed = await stripe.customers.update(id, { metadata: { a: '', c: '3' } });
  expect(changed.metadata).toStrictEqual({ b: '2', c: '3' });
  expect((await stripe.customers.update(id, { name: 'Ada' })).metadata).toEqual(changed.metadata);
  expect((await stripe.customers.update(id, { metadata: '' })).metadata).toStrictEqual({});
});

it('has up to 50 keys, also where an update adds to those that there are', async () => {
  const { id } = await stripe.customers.create({ metadata: keys(50) });
  for (const refused of [
    stripe.customers.create({ metadata: keys(51) }),
    stripe.customers.update(id, { metadata: { more: 'x' } }),
  ]) {
    await expect(refused).rejects.toMatchObject({ statusCode: 400, param: 'metadata' });
  }
  const swapped = await stripe.customers.update(id, { metadata: { 'key 0': '', 'more': 'x' } });
  expect(Object.keys(swapped.metadata)).toHaveLength(50);
});

it('has keys of 40 characters and values of 500, whatever their encoding', async () => {
  for (const letter of ['x', '🌳']) {
    const metadata = { [letter.repeat(40)]: letter.repeat(500) };
    expect((await stripe.customers.create({ metadata })).metadata).toStrictEqual(metadata);
    for (const tooLong of [{ [letter.repeat(41)]: 'x' }, { key: letter.repeat(501) }]) {
      const refused = stripe.customers.create({ metadata: tooLong });
      await expect(refused).rejects.toMatchObject({ code: 'parameter_invalid_string' });
    }
  }
});
