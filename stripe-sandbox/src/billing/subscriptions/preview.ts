import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { pendingItems } from '../invoices/lines/pending.ts';
import { previewInvoice } from '../invoices/preview.ts';
import { draftOf, leavePending, type Bill } from './bill.ts';
import { billOfChange, workOut } from './turns/change.ts';
import type { CreateParams } from './create.ts';
import { newRow } from './create.ts';
import { credit } from './terms/prorate.ts';
import { periodLines } from './terms/lines.ts';
import { subscriptionNow } from './render.ts';
import {
  getSubscription,
  hasEnded,
  periodOf,
  subscriptions,
  type SubscriptionRow,
} from './rows.ts';
import { withNextPhase } from './schedules/phases.ts';
import { foreseeResumption } from './turns/pause.ts';
import { expirePendingUpdate } from './turns/pending-update.ts';
import { billOfTurn, nextPeriod } from './turns/turn.ts';
import { changeOf, type UpdateParams } from './update.ts';

/** A change of a subscription as `subscription_details` of a preview tells it. */
export type PreviewParams = Pick<
  UpdateParams,
  | 'billing_cycle_anchor'
  | 'cancel_at'
  | 'cancel_at_period_end'
  | 'items'
  | 'proration_behavior'
  | 'proration_date'
  | 'trial_end'
> & { readonly cancel_now?: boolean | undefined; readonly resume_at?: 'now' | undefined };

export interface PreviewOptions {
  /**
   * In the place of those of the subscription, as if it had been changed to have them: a proration
   * is reckoned with them too ("coupons applied to a subscription", as the SDK's types say).
   */
  readonly discounts?: readonly string[] | undefined;
}

/**
 * The next invoice of a subscription as a change would leave it: the one that the change is billed
 * by at once, or else that of the period to come with all that waits for it. It is worked out by
 * the deed's own code in a rehearsal, so nothing of it stays.
 */
export function previewSubscription(
  tx: Tx,
  id: string,
  said: PreviewParams = {},
  options: PreviewOptions = {},
): Stripe.Invoice {
  if (hasEnded(getSubscription(tx, id, 'subscription'))) throw nothingUpcoming();
  return tx.tryOut(() => {
    // A pending update expires with its period at the latest, and at once with a change.
    const found = expirePendingUpdate(tx, id);
    const { discounts = found.discounts } = options;
    const row = tx.put(subscriptions, { ...found, discounts });
    const { shown, bill } = foresee(tx, row, said);
    return previewInvoice(tx, draftOf(tx, shown, bill));
  });
}

interface Shown {
  readonly shown: SubscriptionRow;
  readonly bill: Bill;
}

function foresee(tx: Tx, row: SubscriptionRow, said: PreviewParams): Shown {
  if (said.resume_at !== undefined) return foreseeResumption(tx, row);
  return said.cancel_now === true ? ending(tx, row, said) : changing(tx, row, said);
}

function changing(tx: Tx, row: SubscriptionRow, said: PreviewParams): Shown {
  const now = subscriptionNow(tx, row);
  const outcome = workOut(tx, row, { change: changeOf(said, row), now });
  const { row: shown, lines, prorationDate } = outcome;
  if (outcome.isBilledNow) return { shown, bill: billOfChange(outcome) };
  leavePending(tx, shown, lines);
  const { end } = periodOf(shown);
  if (shown.cancelAt !== null && shown.cancelAt <= end) {
    const bill = billOfRest(tx, shown, { reason: 'subscription_cycle', at: shown.cancelAt });
    return { shown, bill: { ...bill, prorationDate } };
  }
  const turning = withNextPhase(tx, shown, end);
  const next = nextPeriod(tx, turning);
  return { shown: next, bill: { ...billOfTurn(tx, turning, next), prorationDate } };
}

/**
 * A cancellation at once, with what is unused given back unless prorations are refused. It cannot
 * be backdated, so `proration_date` says nothing here.
 */
function ending(tx: Tx, row: SubscriptionRow, said: PreviewParams): Shown {
  const at = subscriptionNow(tx, row);
  const isFree = said.proration_behavior === 'none';
  leavePending(tx, row, isFree ? [] : row.items.flatMap((item) => credit(tx, row, item, at)));
  return { shown: row, bill: billOfRest(tx, row, { reason: 'manual', at }) };
}

/** What a subscription is billed when it ends: all that waits for an invoice of its own. */
function billOfRest(
  tx: Tx,
  row: SubscriptionRow,
  { reason, at }: { readonly reason: Bill['reason']; readonly at: number },
): Bill {
  const taker = { customer: row.customer, subscription: row.id, takesOnlyItsOwn: true };
  if (pendingItems(tx, taker, row.currency).length === 0) throw nothingUpcoming();
  const { start } = periodOf(row);
  return {
    reason,
    lines: [],
    takesOnlyItsOwn: true,
    autoAdvance: true,
    periodStart: start,
    periodEnd: at,
    at,
  };
}

/** The first invoice of a subscription that is not made yet. */
export function previewNewSubscription(tx: Tx, said: CreateParams): Stripe.Invoice {
  return tx.tryOut(() => {
    const row = tx.put(subscriptions, newRow(tx, said));
    const isFree = said.proration_behavior === 'none' && row.anchor > row.created;
    const bill: Bill = {
      reason: 'subscription_create',
      lines: periodLines(tx, row, { isFree }),
      autoAdvance: true,
      periodStart: row.created,
      periodEnd: row.created,
    };
    return previewInvoice(tx, draftOf(tx, row, bill));
  });
}

function nothingUpcoming(): Error {
  return invalid('No upcoming invoices for customer.', { code: 'invoice_upcoming_none' });
}
