import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import type { Book, BookDefinition } from './book.ts';
import { bookCustomers } from './book-customers.ts';
import { profiles } from '../fold/rules.ts';
import {
  findKeptBooks,
  insertBook,
  lockBuilding,
  makeCurrent,
  markBuilt,
  retireBuilding,
} from './store-books.ts';
import {
  adoptAccounts,
  findDue,
  findNextCustomers,
  noteAccounts,
  takePending,
} from './store-customers.ts';

export interface LedgerDependencies {
  readonly database: Database;
  readonly clock: Clock;
}

export type RevenueLedger = ReturnType<typeof createRevenueLedger>;

/** Customers of one transaction: few enough to be quick, many enough to share its round trips. */
const AT_ONCE = 500;

/** The revenue ledger: books that follow the histories of subscriptions. */
export function createRevenueLedger({ database, clock }: LedgerDependencies) {
  /**
   * Begins a book of this definition, which takes the place of the profile's present one when all
   * customers are in it. Another that was on its way is given up.
   */
  async function begin({ profile, timeZone, rules }: BookDefinition): Promise<number> {
    const nowMs = clock.nowMs();
    await adoptAccounts(database, nowMs);
    return database.transaction(async (tx) => {
      await retireBuilding(tx, profile);
      const whole = { ...profiles[profile], ...rules, timeZone };
      return insertBook(tx, { profile, rules: whole, nowMs });
    });
  }

  /** Builds some of a book; answers how many customers, and 0 where it is done. */
  async function build(book: Book): Promise<number> {
    const nowMs = clock.nowMs();
    return database.transaction(async (tx) => {
      const builtTo = await lockBuilding(tx, book.id);
      if (builtTo === null) return 0;
      const ids = await findNextCustomers(tx, builtTo, AT_ONCE);
      if (ids.length === 0) {
        await makeCurrent(tx, book, nowMs);
        return 0;
      }
      await bookCustomers(tx, [book], ids, nowMs);
      await markBuilt(tx, book.id, ids.at(-1)!);
      return ids.length;
    });
  }

  /** Brings those up to now whose histories have changed, or whom time has moved. */
  async function follow(books: readonly Book[]): Promise<number> {
    const nowMs = clock.nowMs();
    const changed = await database.transaction(async (tx) => {
      const ids = await takePending(tx, AT_ONCE);
      await bookCustomers(tx, books, ids, nowMs);
      return ids.length;
    });
    const ids = books.map(({ id }) => id);
    const due = await findDue(database, ids, { nowMs, limit: AT_ONCE });
    if (due.length > 0) await database.transaction((tx) => bookCustomers(tx, books, due, nowMs));
    return changed + due.length;
  }

  return {
    begin,
    books: () => findKeptBooks(database),
    /** Begins a book of this profile where there is none, or none that counts days this way. */
    async ensure(wanted: BookDefinition): Promise<void> {
      const kept = (await findKeptBooks(database)).filter(
        ({ profile }) => profile === wanted.profile,
      );
      const newest = kept.find(({ state }) => state === 'building') ?? kept[0];
      if (newest?.rules.timeZone !== wanted.timeZone) await begin(wanted);
    },
    /** To be told whose history has changed. */
    note: (accountIds: readonly number[]) => noteAccounts(database, accountIds, clock.nowMs()),
    /** Does some of what is due; answers for how many customers. */
    async work(signal: AbortSignal): Promise<number> {
      const books = await findKeptBooks(database);
      let done = await follow(books);
      for (const book of books.filter(({ state }) => state === 'building')) {
        if (!signal.aborted) done += await build(book);
      }
      return done;
    },
  };
}
