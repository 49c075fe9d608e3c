import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { mergeMetadata } from '../../http/params.ts';
import { LARGEST_AMOUNT } from '../../money/parameters.ts';
import { readDiscounts } from './terms/discounts.ts';
import type { ChangedItemParams, NewItemParams } from './params.ts';
import {
  amountOfItem,
  isMetered,
  priceSaid,
  recurrenceOf,
  requireCurrency,
} from './terms/pricing.ts';
import { itemPlaces, type Period, type SubscriptionItemRow, type SubscriptionRow } from './rows.ts';

/** An item as it is said; what is left out is as Stripe has it. */
export type NewItem = Partial<NewItemParams>;
export type ChangedItem = Partial<ChangedItemParams>;

/** To whom and when an item comes to belong. */
export interface ItemContext {
  readonly subscription: string;
  readonly customer: string;
  readonly now: number;
  /** The period of an item until its subscription gives it its own. */
  readonly period: Period;
}

const MOST_ITEMS = 20;

/** The item that a parameter describes; `param` is its name, such as `items[0]`. */
export function readItem(
  tx: Tx,
  said: NewItem,
  { param, ...context }: ItemContext & { readonly param: string },
): SubscriptionItemRow {
  const price = priceSaid(tx, said, param);
  if (price === undefined) {
    throw invalid(`You must provide one of ${param}[price] or ${param}[price_data].`, {
      code: 'parameter_missing',
      param: `${param}[price]`,
    });
  }
  const id = tx.newId('si', 14);
  tx.put(itemPlaces, { id, subscription: context.subscription });
  return {
    id,
    created: context.now,
    price,
    quantity: quantityOf(tx, { price, said: said.quantity, param }),
    metadata: mergeMetadata({}, said.metadata),
    discounts:
      readDiscounts(tx, said.discounts, { ...context, subscriptionItem: id, known: [] }) ?? [],
    period: context.period,
    debits: [],
  };
}

function quantityOf(
  tx: Tx,
  { price, said, param }: { price: string; said: number | undefined; param: string },
): number | null {
  if (!isMetered(tx, price)) return said ?? 1;
  if (said === undefined) return null;
  throw invalid('You cannot set the quantity of a metered price.', { param: `${param}[quantity]` });
}

/** The items as a list of changes leaves them: changed, added and taken away. */
export function changeItems(
  tx: Tx,
  row: SubscriptionRow,
  { said, now }: { readonly said: readonly ChangedItem[]; readonly now: number },
): readonly SubscriptionItemRow[] {
  let items = row.items;
  // Also of an item that takes the place of the only one.
  const { period } = row.items[0]!;
  for (const [index, change] of said.entries()) {
    const param = `items[${index}]`;
    const context = { subscription: row.id, customer: row.customer, now, period, param };
    if (change.id === undefined) {
      items = [...items, readItem(tx, change, context)];
      continue;
    }
    const item = items.find((each) => each.id === change.id);
    if (item === undefined) throw missing('subscription_item', change.id, `${param}[id]`);
    const next = change.deleted === true ? undefined : changeItem(tx, item, { change, context });
    items = items.flatMap((each) => (each.id === item.id ? (next ?? []) : each));
  }
  if (items.length === 0) {
    throw invalid(
      'A subscription must have at least one active plan. To cancel it, delete the subscription.',
      { param: 'items' },
    );
  }
  return items;
}

function changeItem(
  tx: Tx,
  item: SubscriptionItemRow,
  { change, context }: { change: ChangedItem; context: ItemContext & { readonly param: string } },
): SubscriptionItemRow {
  const price = priceSaid(tx, change, context.param) ?? item.price;
  const isSame = price === item.price;
  const said = change.quantity ?? (isSame ? (item.quantity ?? undefined) : undefined);
  const known = item.discounts;
  return {
    ...item,
    price,
    quantity: quantityOf(tx, { price, said, param: context.param }),
    metadata: mergeMetadata(item.metadata, change.metadata),
    discounts:
      readDiscounts(tx, change.discounts, {
        ...context,
        subscriptionItem: item.id,
        known,
      }) ?? known,
  };
}

/** Refuses items that cannot be billed together, in Stripe's words. */
export function requireAlike(
  tx: Tx,
  items: readonly SubscriptionItemRow[],
  currency: string,
): void {
  if (items.length > MOST_ITEMS) {
    throw invalid(`A subscription can have at most ${MOST_ITEMS} items.`, { param: 'items' });
  }
  const first = recurrenceOf(tx, items[0]!.price);
  const seen = new Set<string>();
  for (const { price } of items) {
    requireCurrency(tx, price, { currency, param: 'items' });
    const every = recurrenceOf(tx, price);
    if (every.interval !== first.interval || every.count !== first.count) {
      throw invalid(
        'Currently, all prices on a subscription must have the same `recurring.interval` and ' +
          '`recurring.interval_count`. If you want to use prices with different recurring ' +
          'intervals, please create separate subscriptions.',
        { param: 'items' },
      );
    }
    if (seen.has(price)) {
      throw invalid(`Cannot add multiple subscription items with the same plan: ${price}`, {
        param: 'items',
      });
    }
    seen.add(price);
  }
  requireBillable(tx, items, currency);
}

/** Refuses more for a period than can be charged at once: the sum of all items counts. */
function requireBillable(tx: Tx, items: readonly SubscriptionItemRow[], currency: string): void {
  const amount = items.reduce((sum, item) => sum + amountOfItem(tx, item, currency), 0);
  if (amount <= LARGEST_AMOUNT) return;
  throw invalid(`Amount must be no more than ${LARGEST_AMOUNT}.`, {
    code: 'amount_too_large',
    param: 'items',
  });
}
