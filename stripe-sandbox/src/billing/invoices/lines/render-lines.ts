import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { onTheWire } from '../../../money/decimal.ts';
import { pricingIn } from '../../../money/pricing.ts';
import { findPrice, type PriceRow } from '../../../catalogue/price.ts';
import type { InvoiceItemRow, InvoiceLineRow } from '../rows.ts';

type Pricing = Stripe.InvoiceLineItem.Pricing;
type Priced = Pick<InvoiceItemRow, 'currency' | 'price' | 'unitAmountDecimal'>;

/** Tiers have no amount of one unit. */
function unitAmountOf(price: PriceRow, currency: string): string | null {
  const pricing = pricingIn(price, currency);
  return pricing?.scheme === 'per_unit' ? pricing.unitAmount : null;
}

/** What something costs a unit: by its price, or by what was said where it has none. */
export function renderPricing(
  tx: Tx,
  { price: id, unitAmountDecimal, currency }: Priced,
): Pricing | null {
  if (id === null) {
    if (unitAmountDecimal === null) return null;
    return { type: 'price_details', unit_amount_decimal: onTheWire(unitAmountDecimal) };
  }
  const price = findPrice(tx, id);
  const unit = unitAmountDecimal ?? unitAmountOf(price, currency);
  return {
    type: 'price_details',
    price_details: { price: id, product: price.product },
    unit_amount_decimal: unit === null ? null : onTheWire(unit),
  };
}

export function renderLine(tx: Tx, line: InvoiceLineRow): Stripe.InvoiceLineItem {
  return {
    id: line.id,
    object: 'line_item',
    amount: line.amount,
    currency: line.currency,
    description: line.description,
    discount_amounts: line.discountAmounts.map((amount) => ({ ...amount })),
    discountable: line.isDiscountable,
    discounts: [...line.discounts],
    invoice: line.invoice,
    livemode: false,
    metadata: { ...line.metadata },
    parent: renderParent(line),
    period: { end: line.period.end, start: line.period.start },
    pretax_credit_amounts: line.discountAmounts.map(pretaxCredit),
    pricing: renderPricing(tx, line),
    quantity: line.quantity,
    quantity_decimal: line.quantity === null ? null : onTheWire(String(line.quantity)),
    subscription: line.subscription,
    subtotal: line.amount,
    taxes: [],
  };
}

/** A discount as it stands among the credits that come before taxes. */
export function pretaxCredit({
  amount,
  discount,
}: InvoiceLineRow['discountAmounts'][number]): Stripe.InvoiceLineItem.PretaxCreditAmount {
  return { amount, discount, type: 'discount' };
}

function renderParent(line: InvoiceLineRow): Stripe.InvoiceLineItem.Parent | null {
  const { invoiceItem, subscriptionItem, subscription, creditedLines } = line;
  const credited = creditedLines && {
    invoice: creditedLines.invoice,
    invoice_line_items: [...creditedLines.lines],
  };
  const shared = {
    proration: line.isProration,
    proration_details: line.isProration ? { credited_items: credited } : null,
    subscription,
  };
  if (subscriptionItem !== null) {
    return {
      invoice_item_details: null,
      subscription_item_details: {
        ...shared,
        invoice_item: invoiceItem,
        subscription_item: subscriptionItem,
      },
      type: 'subscription_item_details',
    };
  }
  if (invoiceItem === null) return null;
  return {
    invoice_item_details: { ...shared, invoice_item: invoiceItem },
    subscription_item_details: null,
    type: 'invoice_item_details',
  };
}
