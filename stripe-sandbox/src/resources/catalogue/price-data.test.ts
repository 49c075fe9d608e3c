import Stripe from 'stripe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startValidated, type Validated } from '../../../test/validated.fixture.ts';

let started: Validated;
let stripe: Stripe;
let product: string;
let customer: string;

beforeAll(async () => {
  started = await startValidated({ seed: 'price data' });
  ({ stripe } = started);
  product = (await stripe.products.create({ name: 'A thing' })).id;
  customer = (await stripe.customers.create({ source: 'tok_visa' })).id;
});
afterAll(() => started.sandbox.close());

type Described = Pick<
  Stripe.PriceCreateParams,
  'currency' | 'unit_amount' | 'unit_amount_decimal' | 'tax_behavior'
>;

const recurring = { interval: 'month', interval_count: 3 } as const;
const success_url = 'https://example.com';

/** Each way to describe a price instead of naming one, with what errors call the description. */
const ways = [
  {
    param: 'items[0][price_data]',
    make: async (said: Described): Promise<string> => {
      const items = [{ price_data: { ...said, product, recurring } }];
      const made = await stripe.subscriptions.create({ customer, items });
      return made.items.data[0]!.price.id;
    },
  },
  {
    param: 'price_data',
    make: async (said: Described): Promise<string> => {
      const made = await stripe.invoiceItems.create({ customer, price_data: { ...said, product } });
      return made.pricing!.price_details!.price as string;
    },
  },
  {
    param: 'line_items[0][price_data]',
    make: async (said: Described): Promise<string> => {
      const line_items = [{ price_data: { ...said, product }, quantity: 1 }];
      const made = await stripe.checkout.sessions.create({
        mode: 'payment',
        line_items,
        success_url,
      });
      const { data } = await stripe.checkout.sessions.listLineItems(made.id);
      return data[0]!.price!.id;
    },
  },
];

it.each(ways)('$param makes the price that it describes', async ({ make }) => {
  const id = await make({
    currency: 'usd',
    unit_amount_decimal: Stripe.Decimal.from('12.5'),
    tax_behavior: 'exclusive',
  });
  const price = await stripe.prices.retrieve(id);
  expect(price).toMatchObject({ currency: 'usd', product, tax_behavior: 'exclusive' });
  expect([price.unit_amount, String(price.unit_amount_decimal)]).toStrictEqual([null, '12.5']);
});

it.each(ways)('$param without one amount, or with two, is refused by name', async (way) => {
  const { make, param } = way;
  const both = { unit_amount: 5, unit_amount_decimal: Stripe.Decimal.from('5') };
  for (const said of [{}, both]) {
    const refused = { statusCode: 400, param: `${param}[unit_amount]` };
    await expect(make({ currency: 'usd', ...said })).rejects.toMatchObject(refused);
  }
});

it('a described price is billed at most as seldom as one that is created', async () => {
  const price_data = {
    currency: 'usd',
    product,
    unit_amount: 500,
    recurring: { interval: 'year', interval_count: 4 },
  } as const;
  const refused = stripe.subscriptions.create({ customer, items: [{ price_data }] });
  const param = 'items[0][price_data][recurring][interval_count]';
  await expect(refused).rejects.toMatchObject({ statusCode: 400, param });
});
