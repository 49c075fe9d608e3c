import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { Consumer } from '../../outbox/index.ts';
import {
  noteStripePrice,
  planVersion,
  seatPriceKey,
  soldPrices,
  type Catalog,
  type CatalogCache,
  type PlanPrice,
  type PlanVersion,
} from '../../plans/index.ts';
import type { LinePrice, Quote } from '../../pricing/index.ts';
import { PRICE_CONFLICT } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import {
  decidePush,
  priceToPush,
  type PriceConflict,
  type PriceToPush,
  type PushDecision,
} from './decide-push.ts';

export interface CataloguePush {
  /**
   * Brings what is on sale to Stripe, and notes by which ids it stands there; done again it makes
   * nothing. Prices that differ there are left as they are, and named.
   */
  push(): Promise<PushDecision>;
  /** What a push would do now. */
  preview(): Promise<PushDecision>;
  /** The ids at Stripe of a quote's prices, made where missing; `stripe_price_conflict`. */
  ensurePrices(quote: Quote): Promise<ReadonlyMap<string, string>>;
  /** The id at Stripe of what an extra seat of a plan version costs, on sale or not any more. */
  ensureSeatPrice(plan: PlanVersion, price: PlanPrice): Promise<string>;
}

export interface CataloguePushOptions {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly catalog: CatalogCache;
  /** Told of prices that a push leaves as they are. */
  readonly onConflict?: (conflict: PriceConflict) => void;
}

export function createCataloguePush(options: CataloguePushOptions): CataloguePush {
  const { gateway, catalog } = options;
  const onSale = async (): Promise<PriceToPush[]> => {
    const sold = await catalog.recheck();
    return soldPrices(sold, sold.current).map(priceToPush);
  };
  return {
    async preview() {
      return decide(gateway, await onSale());
    },
    async push() {
      const decision = await decide(gateway, await onSale());
      await apply(options, decision);
      for (const conflict of decision.conflicts) options.onConflict?.(conflict);
      return decision;
    },
    async ensurePrices(quote) {
      const name = nameOf(catalog.current(), quote);
      const wanted = quote.lines.flatMap(({ price }) =>
        price === null ? [] : [priceOfLine(price, quote, name)],
      );
      return ensure(options, wanted);
    },
    async ensureSeatPrice(plan, { id, billingCycle, currency, amountMinor }) {
      const lookupKey = seatPriceKey(plan, { billingCycle, currency });
      const price: PriceToPush = {
        lookupKey,
        productId: `wf_seat_${plan.slug}`,
        productName: `${plan.name}, extra seat`,
        currency,
        amountMinor,
        billingCycle,
        row: { kind: 'extra_seat', id },
      };
      const priceId = (await ensure(options, [price])).get(lookupKey);
      assert(priceId !== undefined, 'a price that was ensured has an id');
      return priceId;
    },
  };
}

/** Pushes the catalogue whenever something of it has been put on sale. */
export function cataloguePushConsumer(push: CataloguePush): Consumer {
  return {
    name: 'stripe_catalogue',
    topics: ['plan.published', 'pack.published'],
    async handle() {
      await push.push();
    },
  };
}

/** Prices that are about to be paid must stand at Stripe as they do here. */
async function ensure(
  options: CataloguePushOptions,
  wanted: readonly PriceToPush[],
): Promise<ReadonlyMap<string, string>> {
  const decision = await decide(options.gateway, wanted);
  const [conflict] = decision.conflicts;
  if (conflict === undefined) return apply(options, decision);
  const message = `${conflict.lookupKey} ${conflict.difference}, so it cannot be sold.`;
  throw new AppError(PRICE_CONFLICT, { message, members: { ...conflict } });
}

async function decide(
  gateway: PaymentGateway,
  wanted: readonly PriceToPush[],
): Promise<PushDecision> {
  if (wanted.length === 0) return { products: [], prices: [], found: [], conflicts: [] };
  const [products, remote] = await Promise.all([
    gateway.findProducts([...new Set(wanted.map(({ productId }) => productId))]),
    gateway.findPrices(wanted.map(({ lookupKey }) => lookupKey)),
  ]);
  return decidePush({ wanted, remote, productIds: new Set(products.map(({ id }) => id)) });
}

/** Products before their prices; answers the ids of all prices that stand as they should. */
async function apply(
  { gateway, database }: CataloguePushOptions,
  { products, prices, found }: PushDecision,
): Promise<ReadonlyMap<string, string>> {
  for (const product of products) {
    await gateway.createProduct({ ...product, idempotencyKey: `product:${product.id}` });
  }
  const standing = [...found];
  for (const { price, made } of prices) {
    const idempotencyKey = `price:${made.lookupKey}:${made.unitAmountMinor}`;
    const { id: stripePriceId } = await gateway.createPrice({ ...made, idempotencyKey });
    standing.push({ price, stripePriceId });
  }
  for (const { price, stripePriceId } of standing) {
    if (price.row !== null) await noteStripePrice(database, price.row, stripePriceId);
  }
  return new Map(standing.map(({ price, stripePriceId }) => [price.lookupKey, stripePriceId]));
}

function priceOfLine(price: LinePrice, quote: Quote, name: string): PriceToPush {
  return {
    lookupKey: price.lookupKey,
    productId: price.productId,
    productName: price.productId.startsWith('wf_seat_') ? `${name}, extra seat` : name,
    currency: quote.currency,
    amountMinor: price.unitAmountMinor,
    billingCycle: quote.kind === 'plan' ? quote.billingCycle : null,
    row: price.kind === 'custom' ? null : { kind: price.kind, id: price.id },
  };
}

function nameOf(sold: Catalog, quote: Quote): string {
  if (quote.kind === 'plan') return planVersion(sold, quote.planId).name;
  return sold.packs.find(({ id }) => id === quote.packId)?.name ?? quote.pack;
}
