import {
  dayIn,
  daysBetween,
  daySpans,
  shiftMonth,
  type DaySpan,
  type Granularity,
} from '@whisperforge/kernel/period';
import { AppError } from '../../../platform/errors.ts';
import type { Database } from '../../../platform/database.ts';
import { BOOK_NOT_READY, SPAN_INVALID } from '../errors.ts';
import type { ProfileName } from '../fold/rules.ts';
import type { Book } from '../ledger/book.ts';
import { findKeptBooks } from '../ledger/store-books.ts';
import { bridge, type Span } from './bridge.ts';
import { rateTable } from './rates.ts';
import { findDayMovements, findOpening, findRates, type Filters } from './store.ts';

export interface RevenueQuestion {
  /** The first of the month eleven months before `to`, where nothing is said. */
  readonly from: string | undefined;
  /** Today, where nothing is said. */
  readonly to: string | undefined;
  readonly profile: ProfileName;
  readonly granularity: Granularity;
  readonly filters: Filters;
}

/** A series with what has to stand beside it. */
export interface RevenueSeries {
  readonly book: Book;
  readonly currency: string;
  readonly spans: readonly Span[];
}

export interface RevenueOptions {
  readonly database: Database;
  /** What figures are reported in. */
  readonly currency: string;
}

export type RevenueMetrics = ReturnType<typeof createRevenueMetrics>;

/** More than any company's figures go back to, and few enough to be walked through. */
const MOST_DAYS = 36_600;

/** Figures of revenue, from the books. */
export function createRevenueMetrics({ database, currency }: RevenueOptions) {
  return {
    /**
     * How MRR and customers came from the start of each span to its end.
     *
     * @throws SPAN_INVALID for days in the wrong order or too many; BOOK_NOT_READY while the first
     * book of the profile is being built
     */
    async series(question: RevenueQuestion, nowMs: number): Promise<RevenueSeries> {
      const { profile, granularity, filters } = question;
      const book = await shownBook(profile);
      const { from, to } = daysOf(question, dayIn(book.rules.timeZone, nowMs));
      const days = daysBetween(from, to);
      if (days < 0 || days > MOST_DAYS) {
        const message = `From ${from} to ${to} are not 1 to ${MOST_DAYS} days.`;
        throw new AppError(SPAN_INVALID, { message });
      }
      const spans = daySpans({ from, to }, granularity);
      const query = { bookId: book.id, filters };
      const [{ opening, openingCustomers }, movements, rates] = await Promise.all([
        findOpening(database, query, from),
        findDayMovements(database, query, { from, to }),
        findRates(database, currency),
      ]);
      const facts = { opening, openingCustomers, movements, rates: rateTable(currency, rates) };
      return { book, currency, spans: bridge(facts, spans) };
    },
  };

  async function shownBook(profile: ProfileName): Promise<Book> {
    const books = await findKeptBooks(database);
    const shown = books.find((book) => book.profile === profile && book.state === 'current');
    if (shown !== undefined) return shown;
    throw new AppError(BOOK_NOT_READY, {
      message: `The book of ${profile} is not complete yet.`,
      retryAfterSeconds: 5,
    });
  }
}

function daysOf(question: Pick<RevenueQuestion, 'from' | 'to'>, today: string): DaySpan {
  const to = question.to ?? today;
  return { from: question.from ?? shiftMonth(to, -11), to };
}
