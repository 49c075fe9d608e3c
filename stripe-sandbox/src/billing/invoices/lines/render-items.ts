import type Stripe from 'stripe';
import type { Tx } from '../../../engine/transaction.ts';
import { onTheWire } from '../../../money/decimal.ts';
import { renderPricing } from './render-lines.ts';
import type { InvoiceItemRow } from '../rows.ts';

export function renderInvoiceItem(tx: Tx, item: InvoiceItemRow): Stripe.InvoiceItem {
  return {
    id: item.id,
    object: 'invoiceitem',
    amount: item.amount,
    currency: item.currency,
    customer: item.customer,
    customer_account: null,
    date: item.created,
    description: item.description,
    discountable: item.isDiscountable,
    discounts: [...item.discounts],
    invoice: item.invoice,
    livemode: false,
    metadata: { ...item.metadata },
    parent: parentOf(item),
    period: { end: item.period.end, start: item.period.start },
    pricing: renderPricing(tx, item),
    proration: item.isProration,
    ...prorationOf(item),
    quantity: item.quantity,
    quantity_decimal: onTheWire(String(item.quantity)),
    tax_rates: [],
    test_clock: item.clock,
  };
}

function parentOf({
  subscription,
  subscriptionItem,
}: InvoiceItemRow): Stripe.InvoiceItem.Parent | null {
  if (subscription === null) return null;
  const ofItem = subscriptionItem === null ? {} : { subscription_item: subscriptionItem };
  return { subscription_details: { subscription, ...ofItem }, type: 'subscription_details' };
}

function prorationOf({
  isProration,
  creditedLines,
}: InvoiceItemRow): Pick<Stripe.InvoiceItem, 'proration_details'> {
  if (!isProration) return {};
  const credited: Stripe.InvoiceItem.ProrationDetails.CreditedItems | null = creditedLines && {
    invoice_line_item_details: {
      invoice: creditedLines.invoice,
      invoice_line_items: [...creditedLines.lines],
    },
    type: 'invoice_line_items',
  };
  return { proration_details: { credited_items: credited, discount_amounts: [] } };
}
