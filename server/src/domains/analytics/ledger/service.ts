import { followAccounts, sumNext } from './accounts/sum-accounts.ts';
import type { Book } from './book.ts';
import { bookCustomers } from './book-customers.ts';
import { AT_ONCE, createBookBuilding, type LedgerDependencies } from './build-books.ts';
import { findKeptBooks } from './store-books.ts';
import { findDue, noteAccounts, noteKnown, takePending } from './store-customers.ts';

export type RevenueLedger = ReturnType<typeof createRevenueLedger>;

/** The revenue ledger: books that follow the histories of subscriptions. */
export function createRevenueLedger({ database, clock }: LedgerDependencies) {
  const building = createBookBuilding({ database, clock });

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
    begin: building.begin,
    ensure: building.ensure,
    books: () => findKeptBooks(database),
    /** To be told whose history has changed. */
    note: (accountIds: readonly number[]) => noteAccounts(database, accountIds, clock.nowMs()),
    /** The same of accounts that may have none; only those that have are folded. */
    noteKnown: (accountIds: readonly number[]) => noteKnown(database, accountIds, clock.nowMs()),
    /** Does some of what is due; answers for how many customers and accounts. */
    async work(signal: AbortSignal): Promise<number> {
      const books = await findKeptBooks(database);
      let done = await follow(books);
      for (const book of books.filter(({ state }) => state === 'building')) {
        if (!signal.aborted) done += await building.build(book);
      }
      done += await followAccounts(database);
      // One that has just been completed is shown from now on.
      const shown = await findKeptBooks(database);
      for (const book of shown.filter(({ state, isSummed }) => state === 'current' && !isSummed)) {
        if (!signal.aborted) done += await sumNext(database, book);
      }
      return done;
    },
  };
}
