import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import type { NewCoupon, PaymentGateway } from '../../domains/billing/index.ts';
import { asking, isAlreadyThere, isMissing } from './faults.ts';
import { once } from './once.ts';
import { priceOf } from './translate/catalogue.ts';

type CatalogueCalls = Pick<
  PaymentGateway,
  | 'findProducts'
  | 'findPrices'
  | 'createProduct'
  | 'createPrice'
  | 'ensureCoupon'
  | 'hasCoupon'
  | 'deleteCoupon'
>;

/** What Stripe takes in one list of ids or lookup keys. */
const MOST_IDS = 100;
const MOST_LOOKUP_KEYS = 10;

export function catalogueCalls(stripe: Stripe): CatalogueCalls {
  return {
    findProducts: (ids) =>
      asking(async () => {
        const pages = chunks(ids, MOST_IDS).map((some) =>
          stripe.products.list({ ids: some, limit: MOST_IDS }),
        );
        const found = (await Promise.all(pages)).flatMap(({ data }) => data);
        return found.map(({ id, name }) => ({ id, name }));
      }),
    findPrices: (lookupKeys) => asking(() => findPrices(stripe, lookupKeys)),
    createProduct: ({ idempotencyKey, ...product }) =>
      asking(async () => {
        const find = async (): Promise<true | undefined> => {
          const { data } = await stripe.products.list({ ids: [product.id] });
          return data.length > 0 ? true : undefined;
        };
        const act = async (key: string): Promise<true> => {
          await stripe.products.create(product, { idempotencyKey: key }).catch(ignoreIfThere);
          return true;
        };
        await once({ idempotencyKey, act, find });
      }),
    createPrice: ({ idempotencyKey, ...price }) =>
      asking(() =>
        once({
          idempotencyKey,
          async act(key) {
            const made = await stripe.prices.create(
              {
                product: price.productId,
                currency: price.currency,
                unit_amount: price.unitAmountMinor,
                lookup_key: price.lookupKey,
                metadata: price.metadata,
                ...(price.interval !== null && { recurring: { interval: price.interval } }),
              },
              { idempotencyKey: key },
            );
            return priceOf(made);
          },
          find: async () => (await findPrices(stripe, [price.lookupKey]))[0],
        }),
      ),
    ensureCoupon: (coupon) => asking(() => ensureCoupon(stripe, coupon)),
    hasCoupon: (id) => asking(() => isThere(stripe.coupons.retrieve(id))),
    deleteCoupon: async (id) => void (await asking(() => isThere(stripe.coupons.del(id)))),
  };
}

async function findPrices(stripe: Stripe, lookupKeys: readonly string[]) {
  const pages = chunks(lookupKeys, MOST_LOOKUP_KEYS).map((some) =>
    stripe.prices.list({ lookup_keys: some, limit: MOST_IDS }),
  );
  return (await Promise.all(pages)).flatMap(({ data }) => data).map(priceOf);
}

async function ensureCoupon(stripe: Stripe, coupon: NewCoupon): Promise<void> {
  const { amountOff, percentOffBasisPoints } = coupon;
  await once<true>({
    // Its id makes it one. A key of its own would go on saying that it was made, for a day after
    // somebody has deleted it at Stripe.
    idempotencyKey: `coupon:${coupon.id}:${randomUUID()}`,
    async act(key) {
      const params: Stripe.CouponCreateParams = {
        id: coupon.id,
        name: coupon.name,
        duration: coupon.duration,
        ...(coupon.durationInMonths !== null && { duration_in_months: coupon.durationInMonths }),
        ...(percentOffBasisPoints !== null && { percent_off: percentOffBasisPoints / 100 }),
        ...(amountOff !== null && {
          amount_off: amountOff.amountMinor,
          currency: amountOff.currency,
        }),
      };
      await stripe.coupons.create(params, { idempotencyKey: key }).catch(ignoreIfThere);
      return true;
    },
    // The id says what it is, so that making it again finds it.
    find: () => Promise.resolve(undefined),
  });
}

async function isThere(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function ignoreIfThere(error: unknown): void {
  if (!isAlreadyThere(error)) throw error;
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let from = 0; from < all.length; from += size) parts.push(all.slice(from, from + size));
  return parts;
}
