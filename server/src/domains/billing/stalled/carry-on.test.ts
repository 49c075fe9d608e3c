import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { faulty } from '../checkout/faults.fixture.ts';
import { planWish, requestOf, useShop, type Buyer } from '../checkout/shop.fixture.ts';

const shop = useShop('stalled');

/** A purchase whose process ended before Stripe was asked, more than a minute ago. */
async function left(): Promise<Buyer> {
  const buyer = await shop().person();
  const { gateway, clock, database } = shop();
  const before = (name: string): void => {
    if (name === 'createCheckout') throw new Error('killed');
  };
  const dying = shop().sellingThrough(faulty(gateway, { before }));
  const request = requestOf(buyer, planWish('pro'));
  await expect(dying.checkouts.open(request, clock.nowMs())).rejects.toThrow('killed');
  await sql`UPDATE checkouts SET touched_at = touched_at - interval '2 minutes'
    WHERE account_id = ${buyer.accountId}`.execute(database.sql);
  return buyer;
}

test('one that cannot be carried on with keeps none of the others waiting', async () => {
  await left();
  await left();
  await left();
  const { gateway, clock, database } = shop();
  let isFirst = true;
  const before = (name: string): void => {
    if (name !== 'createCheckout' || !isFirst) return;
    isFirst = false;
    throw new Error('not this one');
  };
  const selling = shop().sellingThrough(faulty(gateway, { before }));
  await expect(selling.checkouts.finishStalled(clock.nowMs())).rejects.toThrow('not this one');
  const { rows } = await sql<{ state: string }>`
    SELECT state FROM checkouts ORDER BY state`.execute(database.sql);
  expect(rows.map(({ state }) => state)).toEqual(['open', 'open', 'opening']);
});
