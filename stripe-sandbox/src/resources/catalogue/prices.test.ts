import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { startOwnClock } from '../../../test/own-clock.fixture.ts';

const NOW = 1_760_000_000;

async function start() {
  const started = await startOwnClock({ seed: 'prices', now: NOW });
  const product = await started.stripe.products.create({ name: 'Writer' });
  return { ...started, product };
}

test('a product with a default price is made in one request, and told of with it', async () => {
  const { stripe, told } = await start();
  const product = await stripe.products.create({
    id: 'prod_own',
    name: 'Plan',
    default_price_data: { currency: 'usd', unit_amount: 900, recurring: { interval: 'month' } },
    expand: ['default_price'],
  });
  expect(product.default_price).toMatchObject({ unit_amount: 900, product: 'prod_own' });
  const types = (await told()).slice(1);
  expect(types).toEqual(['product.created', 'price.created', 'plan.created']);
  const [event] = (await stripe.events.list({ type: 'product.created', limit: 1 })).data;
  const { lastResponse: _, ...shown } = await stripe.products.retrieve('prod_own');
  expect(event!.data.object).toEqual(JSON.parse(JSON.stringify(shown)));
  const again = stripe.products.create({ id: 'prod_own', name: 'Plan' });
  await expect(again).rejects.toMatchObject({ code: 'resource_already_exists' });
});

test('a product with prices cannot be deleted, and one without is gone', async () => {
  const { stripe, product } = await start();
  const price = { currency: 'usd', unit_amount: 100 };
  const used = await stripe.products.create({ name: 'Used' });
  await stripe.prices.create({ ...price, product: used.id });
  await expect(stripe.products.del(used.id)).rejects.toThrow('user-created prices');
  expect(await stripe.products.del(product.id)).toMatchObject({ deleted: true });
  await expect(stripe.products.retrieve(product.id)).rejects.toMatchObject({ statusCode: 404 });
  const onDeleted = stripe.prices.create({ ...price, product: product.id });
  await expect(onDeleted).rejects.toMatchObject({ statusCode: 400, param: 'product' });
});

test('products are updated, emptied and listed by what they are', async () => {
  const { stripe, product, told } = await start();
  const details = { description: 'd', url: 'https://example.com', metadata: { a: '1', b: '2' } };
  await stripe.products.update(product.id, { ...details, marketing_features: [{ name: 'Fast' }] });
  const changed = { description: '', metadata: { a: '' }, active: false } as const;
  const updated = await stripe.products.update(product.id, changed);
  expect(updated).toMatchObject({ description: null, metadata: { b: '2' }, active: false });
  expect(updated.marketing_features).toEqual([{ name: 'Fast' }]);
  await stripe.products.update(product.id, { active: false });
  expect(await told()).toEqual(['product.created', 'product.updated', 'product.updated']);
  const other = await stripe.products.create({ name: 'Other' });
  const ids = async (said: Stripe.ProductListParams): Promise<string[]> =>
    (await stripe.products.list(said)).data.map(({ id }) => id);
  expect(await ids({ active: true })).toEqual([other.id]);
  expect(await ids({ url: 'https://example.com' })).toEqual([product.id]);
  expect(await ids({ ids: [product.id, 'prod_none'] })).toEqual([product.id]);
  expect(await ids({ created: { gt: NOW } })).toEqual([]);
  expect(await ids({})).toEqual([other.id, product.id]);
});

test('a decimal amount keeps its last digit, and is shown as whole only if it is', async () => {
  const { stripe, product } = await start();
  const make = (unit_amount_decimal: string) =>
    stripe.prices.create({
      currency: 'usd',
      product: product.id,
      unit_amount_decimal: Stripe.Decimal.from(unit_amount_decimal),
    });
  const fine = await make('0.000000000125');
  expect(fine.unit_amount).toBeNull();
  expect(fine.unit_amount_decimal?.toString()).toBe('0.000000000125');
  expect((await make('12.50')).unit_amount_decimal?.toString()).toBe('12.5');
  expect(await make('1200')).toMatchObject({ unit_amount: 1200, type: 'one_time' });
});

test('tiers and other currencies show only when they are asked for', async () => {
  const { stripe, product } = await start();
  const { id, ...price } = await stripe.prices.create({
    currency: 'USD',
    product: product.id,
    recurring: { interval: 'month' },
    billing_scheme: 'tiered',
    tiers_mode: 'graduated',
    tiers: [
      { up_to: 5, unit_amount: 700 },
      { up_to: 'inf', unit_amount: 650, flat_amount: 100 },
    ],
    currency_options: { eur: { tiers: [{ up_to: 'inf', unit_amount: 600 }] } },
  });
  expect(price).toMatchObject({ currency: 'usd', unit_amount: null, tiers_mode: 'graduated' });
  expect(Object.keys(price)).not.toEqual(expect.arrayContaining(['tiers']));
  expect(Object.keys(price)).not.toEqual(expect.arrayContaining(['currency_options']));
  const expand = ['tiers', 'currency_options', 'product'];
  const whole = await stripe.prices.retrieve(id, { expand });
  expect(whole.tiers?.map(({ up_to, flat_amount }) => [up_to, flat_amount])).toEqual([
    [5, null],
    [null, 100],
  ]);
  expect(Object.keys(whole.currency_options ?? {})).toEqual(['usd', 'eur']);
  expect(whole.product).toMatchObject({ object: 'product', name: 'Writer' });
  const flat = await stripe.prices.create({ currency: 'usd', product: product.id, unit_amount: 5 });
  const asked = await stripe.prices.retrieve(flat.id, { expand: ['tiers'] });
  expect(asked.tiers).toBeUndefined();
});

test('a lookup key has one price, and moves only when that is asked for', async () => {
  const { stripe, product, told } = await start();
  const said = { currency: 'usd', product: product.id, lookup_key: 'pro_monthly' };
  const old = await stripe.prices.create({ ...said, unit_amount: 1000 });
  const taken = stripe.prices.create({ ...said, unit_amount: 1200 });
  await expect(taken).rejects.toThrow(`A price (\`${old.id}\`) already uses that lookup key.`);
  const transfer = { ...said, unit_amount: 1200, transfer_lookup_key: true };
  const next = await stripe.prices.create(transfer);
  expect((await stripe.prices.retrieve(old.id)).lookup_key).toBeNull();
  const found = await stripe.prices.list({ lookup_keys: ['pro_monthly', 'none'] });
  expect(found.data.map(({ id }) => id)).toEqual([next.id]);
  expect((await told()).slice(1)).toEqual(['price.created', 'price.updated', 'price.created']);
  await stripe.prices.update(old.id, { lookup_key: 'pro_monthly', transfer_lookup_key: true });
  expect((await stripe.prices.retrieve(next.id)).lookup_key).toBeNull();
});

test('prices are listed by what they are', async () => {
  const { stripe, product } = await start();
  const said = { currency: 'usd', product: product.id, unit_amount: 100 };
  const once = await stripe.prices.create(said);
  const monthly = await stripe.prices.create({ ...said, recurring: { interval: 'month' } });
  const yearly = await stripe.prices.create({
    ...said,
    currency: 'eur',
    recurring: { interval: 'year' },
  });
  await stripe.prices.update(once.id, { active: false, nickname: 'old' });
  const ids = async (filter: Stripe.PriceListParams): Promise<string[]> =>
    (await stripe.prices.list(filter)).data.map(({ id }) => id);
  expect(await ids({ type: 'recurring' })).toEqual([yearly.id, monthly.id]);
  expect(await ids({ recurring: { interval: 'year' } })).toEqual([yearly.id]);
  expect(await ids({ currency: 'usd', active: true })).toEqual([monthly.id]);
  expect(await ids({ product: product.id, active: false })).toEqual([once.id]);
  await expect(ids({ product: 'prod_none' })).rejects.toMatchObject({ statusCode: 400 });
});

test('a default price cannot be archived, and must be of its product', async () => {
  const { stripe, product } = await start();
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 5,
    product_data: { name: 'Inline' },
  });
  const foreign = stripe.products.update(product.id, { default_price: price.id });
  await expect(foreign).rejects.toMatchObject({ param: 'default_price' });
  await stripe.products.update(price.product as string, { default_price: price.id });
  await expect(stripe.prices.update(price.id, { active: false })).rejects.toThrow('default price');
});

test('what no price can be is refused with the parameter at fault', async () => {
  const { stripe, product } = await start();
  const said = { currency: 'usd', product: product.id };
  const recurring = { interval: 'month' } as const;
  const tiered = { ...said, recurring, billing_scheme: 'tiered', tiers_mode: 'volume' } as const;
  const refused: [Stripe.PriceCreateParams, string | undefined][] = [
    [said, 'unit_amount'],
    [{ currency: 'usd', unit_amount: 1 }, undefined],
    [{ ...said, currency: 'zzz', unit_amount: 1 }, 'currency'],
    [{ ...said, unit_amount: -1 }, 'unit_amount'],
    [{ ...said, currency: 'kwd', unit_amount: 1005 }, 'unit_amount'],
    [{ ...said, unit_amount: 1, unit_amount_decimal: Stripe.Decimal.from('1') }, 'unit_amount'],
    [{ ...said, custom_unit_amount: { enabled: true } }, 'custom_unit_amount'],
    [
      { ...said, unit_amount: 1, recurring: { interval: 'month', interval_count: 37 } },
      'recurring[interval_count]',
    ],
    [
      { ...said, unit_amount: 1, recurring: { interval: 'month', usage_type: 'metered' } },
      'recurring[meter]',
    ],
    [
      {
        ...said,
        unit_amount: 1,
        recurring: { interval: 'month', usage_type: 'metered', meter: 'mtr_none' },
      },
      'recurring[meter]',
    ],
    [{ ...tiered, tiers: [{ up_to: 5, unit_amount: 1 }] }, 'tiers'],
    [
      {
        ...tiered,
        tiers: [
          { up_to: 'inf', unit_amount: 1 },
          { up_to: 'inf', unit_amount: 1 },
        ],
      },
      'tiers',
    ],
    [{ ...tiered, tiers: [{ up_to: 'inf' }] }, 'tiers'],
    [
      { ...said, unit_amount: 1, currency_options: { usd: { unit_amount: 1 } } },
      'currency_options[usd]',
    ],
    [
      { ...said, unit_amount: 1, currency_options: { eur: { tax_behavior: 'exclusive' } } },
      'currency_options[eur][unit_amount]',
    ],
  ];
  for (const [params, param] of refused) {
    await expect(stripe.prices.create(params)).rejects.toMatchObject({ statusCode: 400, param });
  }
});

test('a plan is a recurring price by its old name', async () => {
  const { stripe } = await start();
  const plan = await stripe.plans.create({
    id: 'gold',
    currency: 'usd',
    interval: 'month',
    amount: 2000,
    product: { name: 'Gold' },
  });
  expect(plan).toMatchObject({ id: 'gold', amount: 2000, interval: 'month' });
  expect(await stripe.prices.retrieve('gold')).toMatchObject({ unit_amount: 2000 });
  await stripe.plans.update('gold', { nickname: 'Gold', trial_period_days: 7 });
  const { data } = await stripe.plans.list({ active: true });
  expect(data).toMatchObject([{ nickname: 'Gold', trial_period_days: 7 }]);
  expect(await stripe.plans.del('gold')).toMatchObject({ deleted: true });
  await expect(stripe.prices.retrieve('gold')).rejects.toMatchObject({ statusCode: 404 });
});
