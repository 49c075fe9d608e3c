import { sql } from 'kysely';
import type Stripe from 'stripe';
import { describe, expect, test } from 'vitest';
import { readCatalogFile } from '../../pricing/index.ts';
import { ACTOR, planWish, requestOf, useShop } from '../checkout/shop.fixture.ts';

const shop = useShop('catalogue');

async function pricesAtStripe() {
  return shop().stripe.prices.list({ limit: 100 }).autoPagingToArray({ limit: 1_000 });
}

function productOf({ product }: Stripe.Price): string {
  return typeof product === 'string' ? product : product.id;
}

async function noted(): Promise<{ noted: number; all: number }> {
  const { rows } = await sql<{ noted: number; all: number }>`
    SELECT count(stripe_price_id) AS noted, count(*) AS all FROM (
      SELECT stripe_price_id FROM plan_prices WHERE amount_minor > 0
      UNION ALL SELECT stripe_price_id FROM plan_seat_prices
      UNION ALL SELECT stripe_price_id FROM pack_prices) AS prices`.execute(shop().database.sql);
  return rows[0]!;
}

describe('the catalogue at Stripe', () => {
  test('is made once, by lookup keys, however often and by however many it is pushed', async () => {
    const { catalogue } = shop().selling;
    const preview = await catalogue.preview();
    expect(await pricesAtStripe()).toEqual([]);
    await Promise.all([catalogue.push(), catalogue.push(), shop().deliver()]);
    const prices = await pricesAtStripe();
    expect(new Set(prices.map((price) => price.lookup_key))).toEqual(
      new Set(preview.prices.map(({ price }) => price.lookupKey)),
    );
    expect(prices).toHaveLength(preview.prices.length);
    expect(prices.every((price) => price.metadata['wf_price'] === price.lookup_key)).toBe(true);
    const { noted: known, all } = await noted();
    expect(known).toBe(all);
    expect(await catalogue.preview()).toMatchObject({ products: [], prices: [], conflicts: [] });
  });

  test('names a price that differs there, leaves it, and does not sell by it', async () => {
    const { stripe, selling, clock } = shop();
    await selling.catalogue.push();
    const made = (await pricesAtStripe()).find((each) => each.lookup_key === 'pro:1:monthly:usd')!;
    const other = await stripe.prices.create({
      product: productOf(made),
      currency: 'usd',
      unit_amount: 2_500,
      recurring: { interval: 'month' },
      lookup_key: 'pro:1:monthly:usd',
      transfer_lookup_key: true,
    });
    const { conflicts } = await selling.catalogue.push();
    expect(conflicts).toEqual([
      {
        lookupKey: 'pro:1:monthly:usd',
        stripePriceId: other.id,
        difference: 'costs 2500 usd there and 1900 usd here',
      },
    ]);
    const buyer = await shop().person();
    await expect(
      selling.checkouts.open(requestOf(buyer, planWish('pro')), clock.nowMs()),
    ).rejects.toMatchObject({ code: 'stripe_price_conflict' });
    await stripe.prices.update(made.id, {
      lookup_key: 'pro:1:monthly:usd',
      transfer_lookup_key: true,
    });
  });
});

describe('a price that was agreed upon', () => {
  test('is sold to its customer alone, and becomes their plan', async () => {
    const { pricing, selling, clock, process } = shop();
    const buyer = await shop().person();
    const file = await pricing.exportCatalog();
    const rule = {
      key: 'deal',
      name: 'A deal',
      rule_type: 'custom',
      conditions: {
        account: String(buyer.accountId),
        plan: 'enterprise',
        billing_cycle: 'monthly',
        currency: 'usd',
      },
      effect: { amount: '450.00' },
    };
    const agreed = { ...file, pricing_rules: [...file.pricing_rules, rule] };
    const context = { actor: ACTOR, nowMs: clock.nowMs(), reason: 'a test' };
    await pricing.publishCatalog(readCatalogFile(JSON.stringify(agreed)), context);
    const request = requestOf(buyer, planWish('enterprise'));
    const { url } = await selling.checkouts.open(request, clock.nowMs());
    await shop().pay(url);
    await shop().refresh(buyer);
    expect(await process.access.profile(buyer.user)).toMatchObject({
      plan: { slug: 'enterprise' },
    });
  });
});
