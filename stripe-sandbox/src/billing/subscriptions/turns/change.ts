import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { DAY_SECONDS } from '../../../money/calendar.ts';
import type { LineDraft } from '../../invoices/rows.ts';
import type { Bill } from '../bill.ts';
import { changeItems, requireAlike, type ChangedItem } from '../items.ts';
import { periodLines } from '../terms/lines.ts';
import { periodFrom } from '../terms/periods.ts';
import { amountOfItem, recurrenceOf, trialDaysOf } from '../terms/pricing.ts';
import { credit, prorateChange, prorateEnd } from '../terms/prorate.ts';
import {
  periodOf,
  type Period,
  type ProrationBehavior,
  type SubscriptionItemRow,
  type SubscriptionRow,
} from '../rows.ts';

/** A change of what is billed and when. */
export interface BillingChange {
  readonly items?: readonly ChangedItem[] | undefined;
  readonly anchor?: 'now' | 'unchanged' | undefined;
  readonly trialEnd?: number | 'now' | undefined;
  readonly trialFromPlan?: boolean | undefined;
  /** `null` takes a cancellation back. */
  readonly cancelAt?: number | 'period_end' | null | undefined;
  readonly cancelAtPeriodEnd?: boolean | undefined;
  readonly prorationBehavior?: ProrationBehavior | undefined;
  readonly prorationDate?: number | undefined;
}

/** What a change comes to, before anything of it is done. */
export interface Outcome {
  /** The subscription as it is to be. */
  readonly row: SubscriptionRow;
  readonly lines: readonly LineDraft[];
  /** Whether the lines are invoiced at once or wait for the next invoice. */
  readonly isBilledNow: boolean;
  readonly prorationDate: number;
}

/** Works a change out; of the rows only what it refers to is made, such as new prices. */
export function workOut(
  tx: Tx,
  before: SubscriptionRow,
  { change, now }: { readonly change: BillingChange; readonly now: number },
): Outcome {
  const at = instantOf(before, { change, now });
  const items = change.items && changeItems(tx, before, { said: change.items, now });
  const after = { ...before, items: items ?? before.items };
  if (items !== undefined) requireAlike(tx, items, before.currency);
  const trialEnd = trialEndOf(tx, after, { change, now });
  const behavior = change.prorationBehavior ?? 'create_prorations';
  const asked = { change, now, at, behavior };
  if (trialEnd !== undefined && trialEnd > now)
    return startTrial(tx, before, after, { ...asked, trialEnd });
  const endsTrial = trialEnd !== undefined && before.status === 'trialing';
  if (endsTrial || startsAnew(tx, { before, after, change })) {
    return startPeriod(tx, before, after, asked);
  }
  return keepPeriod(tx, before, after, asked);
}

interface Asked {
  readonly change: BillingChange;
  readonly now: number;
  readonly at: number;
  readonly behavior: ProrationBehavior;
}

function instantOf(
  row: SubscriptionRow,
  { change: { prorationDate: at }, now }: { change: BillingChange; now: number },
): number {
  if (at === undefined) return now;
  const { start, end } = periodOf(row);
  if (at >= start && at <= end) return at;
  throw invalid('`proration_date` must be within the current period of the subscription.', {
    param: 'proration_date',
  });
}

/** The end of the trial that is asked for; `now` ends the present one. */
function trialEndOf(
  tx: Tx,
  row: SubscriptionRow,
  { change, now }: { readonly change: BillingChange; readonly now: number },
): number | undefined {
  const { trialEnd } = change;
  if (trialEnd === 'now') return now;
  if (trialEnd !== undefined) {
    if (trialEnd > now) return trialEnd;
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', {
      param: 'trial_end',
    });
  }
  if (change.trialFromPlan !== true) return undefined;
  const days = Math.max(0, ...row.items.map((item) => trialDaysOf(tx, item.price)));
  return days === 0 ? undefined : now + days * DAY_SECONDS;
}

/** Whether a new period begins: another interval, an anchor of now, or from free to paid. */
function startsAnew(
  tx: Tx,
  {
    before,
    after,
    change,
  }: { before: SubscriptionRow; after: SubscriptionRow; change: BillingChange },
): boolean {
  if (change.anchor === 'now') return true;
  if (change.items === undefined || before.status === 'trialing') return false;
  const [was, is] = [before.items[0]!, after.items[0]!].map((item) => recurrenceOf(tx, item.price));
  if (was!.interval !== is!.interval || was!.count !== is!.count) return true;
  const cost = ({ items, currency }: SubscriptionRow): number =>
    items.reduce((sum, item) => sum + amountOfItem(tx, item, currency), 0);
  return cost(before) === 0 && cost(after) > 0;
}

/** Everything that was debited and lies ahead, given back. */
function creditAll(tx: Tx, before: SubscriptionRow, { at, behavior }: Asked): LineDraft[] {
  if (behavior === 'none') return [];
  return before.items.flatMap((item) => credit(tx, before, item, at));
}

function startTrial(
  tx: Tx,
  before: SubscriptionRow,
  after: SubscriptionRow,
  asked: Asked & { readonly trialEnd: number },
): Outcome {
  const { now, at, trialEnd } = asked;
  const isLonger = before.status === 'trialing';
  const start = isLonger ? periodOf(before).start : now;
  const row = settleCancellation(
    {
      ...inPeriod(after, { start, end: trialEnd }),
      status: 'trialing',
      anchor: trialEnd,
      trialStart: isLonger ? before.trialStart : now,
      trialEnd,
    },
    asked,
  );
  const lines = isLonger
    ? []
    : [...creditAll(tx, before, asked), ...periodLines(tx, row, { isTrial: true })];
  return { row, lines, isBilledNow: !isLonger, prorationDate: at };
}

function startPeriod(
  tx: Tx,
  before: SubscriptionRow,
  after: SubscriptionRow,
  asked: Asked,
): Outcome {
  const { now, at } = asked;
  const every = recurrenceOf(tx, after.items[0]!.price);
  const isTrialOver = before.status === 'trialing';
  const row = settleCancellation(
    {
      ...inPeriod(after, periodFrom(now, { anchor: now, every })),
      anchor: now,
      anchorConfig: null,
      status: isTrialOver ? 'active' : before.status,
      trialEnd: isTrialOver ? now : before.trialEnd,
    },
    asked,
  );
  const lines = [...creditAll(tx, before, asked), ...periodLines(tx, row, { isTrial: false })];
  return { row, lines, isBilledNow: true, prorationDate: at };
}

function keepPeriod(
  tx: Tx,
  before: SubscriptionRow,
  after: SubscriptionRow,
  asked: Asked,
): Outcome {
  const { at, behavior } = asked;
  const settled = settleCancellation(after, asked);
  const nothing = { row: settled, lines: [], isBilledNow: false, prorationDate: at };
  if (behavior === 'none' || before.status === 'trialing') return nothing;
  const changed = prorateChange(tx, { before, after: settled, at });
  const ended = prorateEnd(tx, { before, row: { ...settled, items: changed.items }, at });
  const lines = [...changed.lines, ...ended.lines];
  const isBilledNow = behavior === 'always_invoice' && lines.length > 0;
  return { row: { ...settled, items: ended.items }, lines, isBilledNow, prorationDate: at };
}

/** A subscription in another period; one that is to end with its period ends with that one. */
export function inPeriod(row: SubscriptionRow, period: Period): SubscriptionRow {
  const items = row.items.map((item): SubscriptionItemRow => ({ ...item, period, debits: [] }));
  return { ...row, items, cancelAt: row.cancelAtPeriodEnd ? period.end : row.cancelAt };
}

/** When it is to end, by what was said of that, and by the period that it is in now. */
function settleCancellation(row: SubscriptionRow, { change, now }: Asked): SubscriptionRow {
  const { end } = periodOf(row);
  const { cancelAt, cancelAtPeriodEnd } = change;
  if (cancelAtPeriodEnd === true) {
    return { ...cancelingAt(row, end, now), cancelAtPeriodEnd: true };
  }
  if (cancelAt === null || (cancelAtPeriodEnd === false && row.cancelAtPeriodEnd)) {
    const { comment, feedback } = row.cancellationDetails;
    return {
      ...row,
      cancelAt: null,
      cancelAtPeriodEnd: false,
      canceledAt: null,
      cancellationDetails: { comment, feedback, reason: null },
    };
  }
  if (cancelAt === undefined) return row.cancelAtPeriodEnd ? { ...row, cancelAt: end } : row;
  const at = cancelAt === 'period_end' ? end : cancelAt;
  if (at <= now) {
    throw invalid('Invalid timestamp: must be an integer Unix timestamp in the future.', {
      param: 'cancel_at',
    });
  }
  return { ...cancelingAt(row, at, now), cancelAtPeriodEnd: false };
}

function cancelingAt(row: SubscriptionRow, at: number, now: number): SubscriptionRow {
  return {
    ...row,
    cancelAt: at,
    canceledAt: now,
    cancellationDetails: { ...row.cancellationDetails, reason: 'cancellation_requested' },
  };
}

/** What a change is billed at once. */
export function billOfChange({ row, lines, prorationDate }: Outcome): Bill {
  const { start, end } = periodOf(row);
  return {
    reason: 'subscription_update',
    lines,
    autoAdvance: row.pauseCollection === null,
    periodStart: start,
    periodEnd: end,
    prorationDate,
  };
}
