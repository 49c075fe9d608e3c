import type { Database, Tx } from '../../../../platform/database.ts';
import type { Book } from '../book.ts';
import { findKeptBooks } from '../store-books.ts';
import { addedUp, differences } from './happened.ts';
import { happenedIn, loadAccountFacts } from './load-happened.ts';
import { findNextAccounts } from './store-owners.ts';
import { lockSumming, lookAtSums, markSummed } from './store-summed.ts';
import { addToHappenings, lockStandings, putHappened, takeNoted } from './store-standings.ts';

/** Accounts of one transaction: few enough to be quick, many enough to share its round trips. */
const AT_ONCE = 500;
/** Of a book that is summed from nothing: most of what more of them add is to the same rows. */
const ANEW_AT_ONCE = 2_500;

/** Adds up what happened to accounts anew that are noted as changed; answers how many notes. */
export async function followAccounts(database: Database): Promise<number> {
  return database.transaction(async (tx) => {
    const ids = await takeNoted(tx, AT_ONCE);
    // Read after the notes: a book that is shown later sees by itself what they tell of.
    const books = (await findKeptBooks(tx)).filter(({ state }) => state === 'current');
    await sumAccounts(tx, books, ids);
    return ids.length;
  });
}

/** Looks at some accounts of a book for the first time; answers how many, and 0 where all are. */
export async function sumNext(database: Database, book: Book): Promise<number> {
  const { done, isComplete } = await database.transaction(async (tx) => {
    const summedTo = await lockSumming(tx, book.id);
    if (summedTo === null) return { done: 0, isComplete: false };
    const ids = await findNextAccounts(tx, summedTo, ANEW_AT_ONCE);
    await sumAccounts(tx, [book], ids);
    const isAll = ids.length === 0;
    await markSummed(tx, book.id, { summedTo: ids.at(-1) ?? summedTo, isSummed: isAll });
    return { done: ids.length, isComplete: isAll };
  });
  if (isComplete) await lookAtSums(database);
  return done;
}

/**
 * Brings the sums of books up to what is on record of some accounts: adds what differs from what is
 * in them. Doing it twice adds nothing twice.
 */
export async function sumAccounts(
  tx: Tx,
  books: readonly Pick<Book, 'id' | 'rules'>[],
  accountIds: readonly number[],
): Promise<void> {
  if (accountIds.length === 0) return;
  for (const book of books) {
    const before = await lockStandings(tx, book.id, accountIds);
    // What is read after the lock is not older than what another has added up before it.
    const now = await happenedIn(tx, book, await loadAccountFacts(tx, accountIds));
    const each = accountIds.map((id) => {
      const stored = before.get(id) ?? [];
      const wanted = addedUp(now.get(id) ?? []);
      return { id, wanted, differences: differences(stored, wanted) };
    });
    const changed = each.filter((one) => one.differences.length > 0);
    await putHappened(tx, book.id, new Map(changed.map(({ id, wanted }) => [id, wanted])));
    const all = changed.flatMap((one) => one.differences);
    await addToHappenings(tx, book.id, addedUp(all));
  }
}
