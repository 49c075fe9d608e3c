import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../../platform/database.ts';
import type { Book, BookDefinition } from './book.ts';
import { bookCustomers } from './book-customers.ts';
import { profiles } from '../fold/rules.ts';
import {
  findKeptBooks,
  insertBook,
  lockBooks,
  lockBuilding,
  lookAtBooks,
  makeCurrent,
  markBuilt,
  retireBuilding,
} from './store-books.ts';
import { adoptAccounts, findNextCustomers } from './store-customers.ts';

export interface LedgerDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

/** Customers of one transaction: few enough to be quick, many enough to share its round trips. */
export const AT_ONCE = 500;
/** Of a book that is built: most of what more of them add is to the same rows. */
const BUILT_AT_ONCE = 2_500;

/** How a book comes to be: begun, filled some customers at a time, and then read by all. */
export function createBookBuilding({ database, clock }: LedgerDependencies) {
  /**
   * Begins a book of this definition, which takes the place of the profile's present one when all
   * customers are in it. Another that was on its way is given up.
   */
  async function begin(wanted: BookDefinition): Promise<number> {
    await adoptAccounts(database, clock.nowMs());
    return database.transaction(async (tx) => {
      await lockBooks(tx);
      return beginIn(tx, wanted);
    });
  }

  async function beginIn(tx: Tx, { profile, timeZone, rules }: BookDefinition): Promise<number> {
    await retireBuilding(tx, profile);
    const whole = { ...profiles[profile], ...rules, timeZone };
    return insertBook(tx, { profile, rules: whole, nowMs: clock.nowMs(), isConfigured: true });
  }

  /** Builds some of a book; answers how many customers, and 0 where it is done. */
  async function build(book: Book): Promise<number> {
    const nowMs = clock.nowMs();
    const { done, isComplete } = await database.transaction(async (tx) => {
      const builtTo = await lockBuilding(tx, book.id);
      if (builtTo === null) return { done: 0, isComplete: false };
      const ids = await findNextCustomers(tx, builtTo, BUILT_AT_ONCE);
      if (ids.length === 0) {
        await makeCurrent(tx, book, nowMs);
        return { done: 0, isComplete: true };
      }
      await bookCustomers(tx, [book], ids, nowMs);
      await markBuilt(tx, book.id, ids.at(-1)!);
      return { done: ids.length, isComplete: false };
    });
    if (isComplete) await lookAtBooks(database);
    return done;
  }

  /**
   * Begins a book of this profile where there is none, or where the configuration counts days
   * otherwise than it did. What staff have chosen stays.
   */
  async function ensure(wanted: BookDefinition): Promise<void> {
    await adoptAccounts(database, clock.nowMs());
    const begunId = await database.transaction(async (tx) => {
      await lockBooks(tx);
      const kept = (await findKeptBooks(tx)).filter(({ profile }) => profile === wanted.profile);
      const newest = kept.find(({ state }) => state === 'building') ?? kept[0];
      const isWanted = newest?.rules.timeZone === wanted.timeZone || newest?.isConfigured === false;
      return isWanted ? undefined : beginIn(tx, wanted);
    });
    // Where nobody has paid yet, it is complete at once.
    const begun = (await findKeptBooks(database)).find(({ id }) => id === begunId);
    if (begun !== undefined) await build(begun);
  }

  return { begin, ensure, build };
}
