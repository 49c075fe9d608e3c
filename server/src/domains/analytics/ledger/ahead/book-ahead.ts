import { dayIn } from '@whisperforge/kernel/period';
import type { Tx } from '../../../../platform/database.ts';
import type { LevelOptions, SubscriptionHistory } from '../../fold/levels.ts';
import type { Book } from '../book.ts';
import { decideBooking } from '../decide-booking.ts';
import { movementsAhead } from './decide-ahead.ts';
import { findAhead, findPlans, insertAhead, type AheadBooking } from './store.ts';

/** A customer with what is on record, and whether any of it is of later than now. */
export interface AheadFacts {
  readonly customerId: number;
  readonly histories: readonly SubscriptionHistory[];
  readonly hasLater: boolean;
}

/** Notes what is known of the time to come, where it is other than what was noted. */
export async function bookAhead(
  tx: Tx,
  book: Book,
  of: {
    readonly customers: readonly AheadFacts[];
    readonly planOf: LevelOptions['planOf'];
    readonly nowMs: number;
  },
): Promise<void> {
  const { customers, planOf, nowMs } = of;
  const { timeZone } = book.rules;
  const customerIds = customers.map(({ customerId }) => customerId);
  const [plans, stored] = [
    await findPlans(tx, customerIds),
    await findAhead(tx, book.id, { customerIds, afterMs: nowMs }),
  ];
  const bookings = customers.flatMap(({ customerId, histories, hasLater }): AheadBooking[] => {
    const planned = plans.get(customerId) ?? [];
    const before = stored.get(customerId) ?? [];
    // Of most customers nothing is known but that they go on.
    if (!hasLater && planned.length === 0 && before.length === 0) return [];
    const options = { rules: book.rules, planOf, untilMs: nowMs };
    const wanted = movementsAhead(histories, planned, options);
    const bookable = wanted.map((movement) => ({ ...movement, customers: 0 }));
    return decideBooking(before, bookable).map((booking) => ({
      ...booking,
      customerId,
      day: dayIn(timeZone, booking.effectiveMs),
    }));
  });
  await insertAhead(tx, book.id, { bookings, recordedOn: dayIn(timeZone, nowMs), nowMs });
}
