import type Stripe from 'stripe';

export interface PriceIds {
  readonly proMonthly: string;
  readonly proYearly: string;
  readonly businessMonthly: string;
  /** Of nothing that we sell. */
  readonly foreign: string;
}

/** What the first catalogue sells, under the names by which it is pushed. */
export async function createPrices(stripe: Stripe): Promise<PriceIds> {
  const make = async (
    lookupKey: string,
    unitAmount: number,
    interval: 'month' | 'year' = 'month',
  ): Promise<string> => {
    const { id: product } = await stripe.products.create({ name: lookupKey });
    const { id } = await stripe.prices.create({
      product,
      currency: 'usd',
      unit_amount: unitAmount,
      recurring: { interval },
      lookup_key: lookupKey,
    });
    return id;
  };
  return {
    proMonthly: await make('pro:1:monthly:usd', 1_900),
    proYearly: await make('pro:1:yearly:usd', 18_240, 'year'),
    businessMonthly: await make('business:1:monthly:usd', 4_900),
    foreign: await make('somebody:elses:price', 900),
  };
}
