import { cancelSubscriptionsOf } from '../../billing/subscriptions/cancel.ts';
import { hasEnded, subscriptions } from '../../billing/subscriptions/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import { addIntervals } from '../../money/calendar.ts';
import { prices } from '../../catalogue/price.ts';
import { customers, deleteCustomer } from '../../customers/customer.ts';
import type { TestClockRow } from '../../clocks/test-clock.ts';

/** Customers and what they subscribed to go with the clock that they are on. */
export function removeContents(tx: Tx, { id }: TestClockRow): void {
  for (const customer of tx.by(customers, 'testClock', id)) {
    if (customer.isDeleted) continue;
    cancelSubscriptionsOf(tx, customer.id);
    const left = tx.find(customers, customer.id);
    if (left !== undefined && !left.isDeleted) deleteCustomer(tx, left);
  }
}

const MOST_INTERVALS = 2;

/** Two of the shortest interval that is subscribed to, and two years where nothing is. */
export function farthestOf(tx: Tx, { id, frozenTime }: TestClockRow): number {
  let nearest = addIntervals(frozenTime, 'year', MOST_INTERVALS);
  for (const subscription of tx.by(subscriptions, 'testClock', id)) {
    if (hasEnded(subscription)) continue;
    for (const { price } of subscription.items) {
      const recurring = tx.find(prices, price)?.recurring;
      if (recurring == null) continue;
      const { interval, intervalCount } = recurring;
      const reach = addIntervals(frozenTime, interval, MOST_INTERVALS * intervalCount);
      nearest = Math.min(nearest, reach);
    }
  }
  return nearest;
}
