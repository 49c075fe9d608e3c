import { dayIn } from '@whisperforge/kernel/period';
import type { Tx } from '../../../platform/database.ts';
import { noteChanged } from './accounts/store-standings.ts';
import { bookAhead } from './ahead/book-ahead.ts';
import type { Book } from './book.ts';
import { bookingsOf, decideBooking, type Booking } from './decide-booking.ts';
import { beginningsOf } from './beginnings.ts';
import { foldAccount } from '../fold/fold.ts';
import type { LevelOptions } from '../fold/levels.ts';
import { cohortOf, dayDifferences, rollUp } from './roll-up.ts';
import { historiesOfStretches, IMPORTED_PRICE } from '../fold/stretches.ts';
import { loadFacts, loadPlanNames, lockCustomers, type CustomerFacts } from './store-customers.ts';
import { levelsOf, without, type Level } from './levels/levels.ts';
import { changeLevels } from './levels/store.ts';
import { isMixed, keptDifferences, keptSpans } from './sums/kept-spans.ts';
import { addToDays } from './sums/store-days.ts';
import { addToKept } from './sums/store-kept.ts';
import {
  findBookings,
  findStandings,
  insertBookings,
  putStandings,
  type Standing,
} from './store-movements.ts';

/**
 * Brings books up to now for some customers: folds what is on record of them anew, and books what
 * differs from what the book says. Doing it twice books nothing twice.
 */
export async function bookCustomers(
  tx: Tx,
  books: readonly Book[],
  customerIds: readonly number[],
  nowMs: number,
): Promise<void> {
  if (customerIds.length === 0 || books.length === 0) return;
  await lockCustomers(tx, customerIds);
  const facts = await loadFacts(tx, customerIds);
  const names = await loadPlanNames(tx);
  const planOf: LevelOptions['planOf'] = ({ planId, priceId }) => {
    if (priceId.startsWith(IMPORTED_PRICE)) return priceId.slice(IMPORTED_PRICE.length);
    return (planId === null ? undefined : names.get(planId)) ?? OTHER_PLAN;
  };
  for (const book of books) {
    const stored = await findBookings(tx, book.id, customerIds);
    const standings = await findStandings(tx, book.id, customerIds);
    const each = facts.map((customer) =>
      decide(book, {
        customer,
        planOf,
        nowMs,
        stored: stored.get(customer.customerId) ?? [],
        before: standings.get(customer.customerId),
      }),
    );
    await insertBookings(
      tx,
      book.id,
      each.flatMap(({ bookings }) => bookings),
      nowMs,
    );
    const changes = each.flatMap(({ days }) => days);
    await addToDays(tx, book.id, dayDifferences([], changes));
    await changeLevels(tx, book.id, {
      gone: each.flatMap(({ levelsGone }) => levelsGone),
      come: each.flatMap(({ levelsCome }) => levelsCome),
    });
    const kept = each.flatMap((one) => one.kept);
    await addToKept(tx, book.id, keptDifferences([], kept));
    await putStandings(
      tx,
      book.id,
      each.map(({ standing }) => standing),
    );
    if (book.state === 'current') await noteChanged(tx, begunAnew(each, standings));
    await bookAhead(tx, book, { customers: each.map(({ ahead }) => ahead), planOf, nowMs });
  }
}

/** Who has come to try or to pay, or never did after all, which sums of accounts tell. */
function begunAnew(
  each: readonly { readonly standing: Standing }[],
  before: ReadonlyMap<number, Standing>,
): number[] {
  return each.flatMap(({ standing: { customerId, paidOn, trialFrom } }) => {
    const known = before.get(customerId);
    const isPaidSame = (paidOn === null) === ((known?.paidOn ?? null) === null);
    const isTriedSame = (trialFrom === null) === ((known?.trialFrom ?? null) === null);
    return isPaidSame && isTriedSame ? [] : [customerId];
  });
}

/** What is paid for beside the plans of the catalogue. */
const OTHER_PLAN = 'other';

interface Known {
  readonly customer: CustomerFacts;
  readonly stored: readonly Booking[];
  readonly before: Standing | undefined;
  readonly planOf: LevelOptions['planOf'];
  readonly nowMs: number;
}

function decide({ rules }: Book, { customer, stored, before, planOf, nowMs }: Known) {
  const { customerId, country, source } = customer;
  const { timeZone } = rules;
  // A process whose clock is behind takes nothing back that another has booked.
  const untilMs = Math.max(nowMs, before?.foldedToMs ?? nowMs);
  const { histories, stretches } = customer;
  const all = [...histories, ...historiesOfStretches(stretches, timeZone)];
  const fold = foldAccount(all, { rules, planOf, untilMs });
  const wanted = bookingsOf(fold.movements);
  const standing: Standing = {
    customerId,
    country,
    source,
    cohort: cohortOf(wanted, timeZone),
    ...beginningsOf(all, { bookings: wanted, timeZone, untilMs }),
    foldedToMs: untilMs,
    dueMs: fold.nextMs,
    isMixed: isMixed(wanted),
  };
  const earlier = before === undefined ? [] : rollUp(stored, { ...before, timeZone });
  const isCounted = before !== undefined && !before.isMixed;
  const keptBefore = isCounted ? keptSpans(stored, { ...before, timeZone }) : [];
  const [levels, levelsNow] = [levelsOf(stored, timeZone), levelsOf(wanted, timeZone)];
  const ofCustomer = (level: Level) => ({ ...level, customerId });
  const keptNow = standing.isMixed ? [] : keptSpans(wanted, { country, source, timeZone });
  return {
    standing,
    ahead: { customerId, histories: all, hasLater: fold.nextMs !== null },
    days: dayDifferences(earlier, rollUp(wanted, { country, source, timeZone })),
    levelsGone: without(levels, levelsNow).map(ofCustomer),
    levelsCome: without(levelsNow, levels).map(ofCustomer),
    kept: keptDifferences(keptBefore, keptNow),
    bookings: decideBooking(stored, wanted).map((booking) => ({
      ...booking,
      customerId,
      day: dayIn(timeZone, booking.effectiveMs),
      isCorrection: before !== undefined && booking.effectiveMs <= before.foldedToMs,
    })),
  };
}
