import { assert } from '@whisperforge/kernel/assert';
import { addMonths } from '@whisperforge/kernel/period';
import type { NewCoupon, PaymentGateway } from '../../gateway/gateway.ts';
import type { PreviewedInvoice } from '../../gateway/remote.ts';
import { takenOff } from '../../changes/target/amounts.ts';
import { decideSteps } from '../../changes/decide-steps.ts';
import type { Bill, Deed } from '../perform.ts';
import type { Found } from '../standing.ts';

/**
 * The next invoice, with the discounts as the deed leaves them; `null` where none is to come.
 * Stripe does not know a coupon before it is made, and a preview makes nothing: what a new one
 * takes off is worked out here.
 */
export async function nextBill(
  { gateway }: { readonly gateway: PaymentGateway },
  { remote, live: { subscriptionId } }: Found,
  request: Extract<Deed['request'], { kind: 'discount' | 'discount_end' }>,
  nowMs: number,
): Promise<Bill | null> {
  const [step] = decideSteps(remote, request);
  assert(step?.kind === 'set_discounts', 'discounts are set');
  const discounts = step.discounts.filter(({ kind }) => kind === 'present');
  const invoice = await gateway.previewDiscounts({ subscriptionId, discounts });
  if (invoice === null || step.coupon === null) return invoice;
  return { ...invoice, totalMinor: invoice.totalMinor - offOf(step.coupon, invoice, nowMs) };
}

/**
 * Off what the discounts before it have left of all that recurs or was used. Prorations have none:
 * 25 % off a total of $15.00, of which −$4.00 are the credit of a pause, are $4.75.
 */
function offOf(
  coupon: NewCoupon,
  { lines, totalMinor, currency }: PreviewedInvoice,
  nowMs: number,
): number {
  const recurring = lines.filter(({ isProration }) => !isProration);
  const atMs = Math.max(...recurring.map(({ period }) => period.startMs));
  const { durationInMonths: months } = coupon;
  if (months !== null && addMonths(nowMs, months) <= atMs) return 0;
  const undiscountedMinor = lines
    .filter(({ isProration, amountMinor }) => isProration || amountMinor < 0)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  return takenOff(Math.max(0, totalMinor - undiscountedMinor), coupon, currency);
}
