import type Stripe from 'stripe';
import type { RemotePrice } from '../../domains/billing/index.ts';
import { priceOf } from './translate/catalogue.ts';

export interface Prices {
  find(ids: readonly string[]): Promise<ReadonlyMap<string, RemotePrice>>;
}

/** More than a company sells by; the oldest make room. */
const MOST_REMEMBERED = 1_000;

/** The prices that lines name. What a price costs never changes, so each is read once. */
export function createPrices(stripe: Stripe): Prices {
  const remembered = new Map<string, RemotePrice>();
  const read = async (id: string): Promise<RemotePrice> => {
    const known = remembered.get(id);
    if (known !== undefined) return known;
    const price = priceOf(await stripe.prices.retrieve(id));
    remembered.set(id, price);
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    return price;
  };
  return {
    async find(ids) {
      const found = new Map<string, RemotePrice>();
      for (const id of new Set(ids)) found.set(id, await read(id));
      return found;
    },
  };
}
