import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { DAY_SECONDS } from '../../money/calendar.ts';
import type { InvoiceRow } from './rows.ts';

/** What becomes of a subscription whose invoice stays unpaid after the last attempt. */
export type DunningEnd = 'cancel' | 'past_due' | 'unpaid';

/** How the account asks again for money that it did not get. */
export interface DunningSettings {
  /** How many days after each failed attempt the next one follows. */
  readonly retryDays: readonly number[];
  readonly end: DunningEnd;
}

interface DunningRow extends DunningSettings {
  readonly id: string;
}

/** One row, where the account has settings of its own. */
export const dunning = collection<DunningRow>('dunning');

const THE_ROW = 'account';
const USUAL: DunningSettings = { retryDays: [3, 5, 7], end: 'cancel' };

export function dunningSettings(tx: Tx): DunningSettings {
  const { retryDays, end } = tx.find(dunning, THE_ROW) ?? USUAL;
  return { retryDays, end };
}

export function setDunning(tx: Tx, change: Partial<DunningSettings>): DunningSettings {
  const settings = { ...dunningSettings(tx), ...change };
  tx.put(dunning, { id: THE_ROW, ...settings });
  return settings;
}

/**
 * When a failed invoice is tried again; epoch seconds, or `null` after the last attempt.
 *
 * @param failures how many attempts have failed by now, the first included
 */
export function nextRetryAt(tx: Tx, failures: number, now: number): number | null {
  const days = dunningSettings(tx).retryDays[failures - 1];
  return days === undefined ? null : now + days * DAY_SECONDS;
}

/**
 * Whether an invoice is charged again by itself. The first of a subscription is not: until its
 * customer pays, the subscription is incomplete.
 */
export function hasRetries(
  invoice: Pick<InvoiceRow, 'autoAdvance' | 'billingReason' | 'collectionMethod'>,
): boolean {
  const { autoAdvance, billingReason, collectionMethod } = invoice;
  return (
    autoAdvance &&
    collectionMethod === 'charge_automatically' &&
    billingReason !== 'subscription_create'
  );
}
