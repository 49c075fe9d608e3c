import type { Tx } from '../../../engine/transaction.ts';
import { emit } from '../../../events/event.ts';
import { previewSubscription } from '../preview.ts';
import { subscriptionNow } from '../render.ts';
import { getSubscription, hasEnded } from '../rows.ts';

/** Tells some days before of the invoice to come, which has no id yet. */
export function tellUpcomingInvoice(tx: Tx, id: string): void {
  const row = getSubscription(tx, id);
  if (hasEnded(row)) return;
  const { id: _noId, ...object } = previewSubscription(tx, id);
  emit(tx, {
    type: 'invoice.upcoming',
    object: { ...object, billing_reason: 'upcoming' },
    now: subscriptionNow(tx, row),
  });
}
