import type { Tx } from '../../engine/transaction.ts';
import { invalid, missing } from '../../http/errors.ts';
import { mergeMetadata, missingParam, type Params } from '../../http/params.ts';
import { granuleOf } from '../../money/currency.ts';
import { multiplyRounded, plainDecimal } from '../../money/decimal.ts';
import { amountOf, pricingIn } from '../../money/pricing.ts';
import { findPrice, requireActivePrice, type PriceRow } from '../../catalogue/price.ts';
import { findProduct } from '../../catalogue/product.ts';
import { customerNow, getCustomer } from '../../customers/customer.ts';
import { priceFromData } from '../subscriptions/inline-prices.ts';
import { getSubscription } from '../subscriptions/rows.ts';
import { redeem } from '../invoices/lines/discounts.ts';
import type { amountSpecs, createItemSpecs, updateItemSpecs } from './item-specs.ts';
import { newItemId, type InvoiceItemDraft } from '../invoices/items.ts';
import { getInvoice, type InvoiceItemRow } from '../invoices/rows.ts';

/** What decides an item's amount; the price may be named in two ways. */
export type AmountSaid = Params<typeof amountSpecs> & { readonly price?: string | undefined };

export type Costs = Pick<
  InvoiceItemRow,
  'amount' | 'currency' | 'price' | 'quantity' | 'unitAmountDecimal'
>;

/** Works out what an item comes to; only one way of saying so may be used. */
export function costsOf(tx: Tx, said: AmountSaid, currency: string | undefined): Costs {
  const { amount, price, price_data: data, unit_amount_decimal: unit } = said;
  const ways = [amount, price, data, unit].filter((each) => each !== undefined).length;
  if (ways === 0) throw missingParam('amount');
  if (ways > 1 || (amount !== undefined && said.quantity !== undefined)) {
    throw invalid(
      'You may only specify one of these parameters: amount, unit_amount_decimal, price, ' +
        'price_data; and no quantity beside an amount.',
      { param: 'amount' },
    );
  }
  const quantity = said.quantity ?? 1;
  if (price !== undefined) return byPrice(requireOneTime(tx, price), { quantity, currency });
  if (data !== undefined) {
    return byPrice(priceFromData(tx, data, 'price_data'), { quantity, currency: undefined });
  }
  if (currency === undefined) throw missingParam('currency');
  if (amount !== undefined) {
    return { amount, currency, price: null, quantity: 1, unitAmountDecimal: String(amount) };
  }
  const unitAmountDecimal = plainDecimal(unit!);
  const total = multiplyRounded(unitAmountDecimal, quantity, granuleOf(currency));
  return { amount: total, currency, price: null, quantity, unitAmountDecimal };
}

function requireOneTime(tx: Tx, id: string): PriceRow {
  const price = requireActivePrice(tx, id, 'price');
  if (price.recurring === null) return price;
  throw invalid(
    'The price specified is set to `type=recurring` but this field only accepts prices with ' +
      '`type=one_time`.',
    { param: 'price' },
  );
}

function byPrice(
  price: PriceRow,
  { quantity, currency = price.currency }: { quantity: number; currency: string | undefined },
): Costs {
  if (pricingIn(price, currency) === undefined) {
    throw invalid(`The price specified has no amount in ${currency}.`, { param: 'currency' });
  }
  const amount = amountOf(price, quantity, currency);
  return { amount, currency, price: price.id, quantity, unitAmountDecimal: null };
}

export function productName(tx: Tx, price: string | null): string | null {
  return price === null ? null : findProduct(tx, findPrice(tx, price).product).name;
}

type CreateParams = Params<typeof createItemSpecs>;

/** An item as a request asks for it. */
export function itemFromParams(tx: Tx, said: CreateParams): InvoiceItemDraft {
  const invoice = said.invoice === undefined ? null : getInvoice(tx, said.invoice, 'invoice');
  const id = said.customer ?? invoice?.customer;
  if (id === undefined) throw missingParam('customer');
  const customer = getCustomer(tx, id, 'customer');
  const subscription = subscriptionOf(tx, said, customer.id) ?? invoice?.subscription ?? null;
  const currency = said.currency ?? invoice?.currency;
  const costs = costsOf(tx, { ...said, price: said.pricing?.price }, currency);
  const now = customerNow(tx, customer);
  const item = newItemId(tx);
  return {
    ...costs,
    id: item,
    customer: customer.id,
    invoice: invoice?.id ?? null,
    subscription,
    subscriptionItem: null,
    description: said.description ?? productName(tx, costs.price),
    period: said.period ?? { start: now, end: now },
    isProration: false,
    isDiscountable: said.discountable ?? costs.amount >= 0,
    discounts: redeem(tx, said.discounts, {
      customer: customer.id,
      invoiceItem: item,
      currency: costs.currency,
      now,
    }),
    metadata: mergeMetadata({}, said.metadata),
  };
}

function subscriptionOf(
  tx: Tx,
  { subscription: id }: Pick<CreateParams, 'subscription'>,
  customer: string,
): string | null {
  if (id === undefined) return null;
  if (getSubscription(tx, id, 'subscription').customer === customer) return id;
  throw missing('subscription', id, 'subscription');
}

/** An item as a request leaves it. */
export function itemWithParams(
  tx: Tx,
  item: InvoiceItemRow,
  said: Params<typeof updateItemSpecs>,
): InvoiceItemRow {
  if (item.isProration && said.discountable === true) {
    throw invalid('Prorations cannot be discountable.', { param: 'discountable' });
  }
  const { currency, customer } = item;
  const now = customerNow(tx, getCustomer(tx, customer));
  return {
    ...item,
    ...changedCosts(tx, item, { ...said, price: said.pricing?.price }),
    description: said.description ?? item.description,
    period: said.period ?? item.period,
    isDiscountable: said.discountable ?? item.isDiscountable,
    discounts:
      said.discounts === undefined
        ? item.discounts
        : redeem(tx, said.discounts, { customer, invoiceItem: item.id, currency, now }),
    metadata: mergeMetadata(item.metadata, said.metadata),
  };
}

/** A new quantity alone is one of what the item was before. */
export function changedCosts(tx: Tx, item: InvoiceItemRow, said: AmountSaid): Partial<Costs> {
  const { amount, price, price_data: data, quantity, unit_amount_decimal: unit } = said;
  const isNamed = [amount, price, data, unit].some((each) => each !== undefined);
  if (!isNamed && quantity === undefined) return {};
  if (!isNamed && item.price !== null) {
    const { currency } = item;
    return byPrice(findPrice(tx, item.price), { quantity: quantity!, currency });
  }
  const before = { unit_amount_decimal: item.unitAmountDecimal ?? String(item.amount) };
  const costs = costsOf(tx, isNamed ? said : { ...said, ...before }, item.currency);
  if (costs.currency === item.currency) return costs;
  throw invalid('The currency of an invoice item cannot be changed.', { param: 'price_data' });
}
