import type Stripe from 'stripe';

export interface PriceIds {
  readonly proMonthly: string;
  readonly proYearly: string;
  readonly businessMonthly: string;
  /** Of a seat beyond those of the plan. */
  readonly businessSeat: string;
  /** Of nothing that we sell. */
  readonly foreign: string;
}

/** What the first catalogue sells, under the names by which it is pushed. */
export async function createPrices(stripe: Stripe): Promise<PriceIds> {
  for (const slug of ['pro', 'business', 'else']) {
    await stripe.products.create({ id: productOf(slug), name: slug });
  }
  const make = async (
    lookupKey: string,
    unitAmount: number,
    interval: 'month' | 'year' = 'month',
  ): Promise<string> => {
    const product = productOf(lookupKey.split(':')[0]!);
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
    businessSeat: await make('business:1:monthly:usd:seat', 900),
    foreign: await make('else:price', 900),
  };
}

/** As the catalogue is pushed, so that what is sold by checkouts is sold at these prices. */
function productOf(slug: string): string {
  return `wf_plan_${slug}`;
}
