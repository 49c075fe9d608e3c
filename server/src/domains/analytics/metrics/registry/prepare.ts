import { dayIn, isDay, type DaySpan, type Granularity } from '@whisperforge/kernel/period';
import type { Database } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import {
  ATTRIBUTE_TOO_VARIED,
  BOOK_MISSING,
  BOOK_NOT_READY,
  DIMENSION_UNKNOWN,
  METRIC_UNKNOWN,
  SPAN_INVALID,
  UNITS_MIXED,
} from '../../errors.ts';
import type { ProfileName } from '../../fold/rules.ts';
import type { Book } from '../../ledger/book.ts';
import { findKeptBooks } from '../../ledger/store-books.ts';
import { attributeOf } from '../attributes/attribute.ts';
import { countAttributeValues } from '../attributes/store.ts';
import type { DimensionFilters, Metric, Question } from './metric.ts';
import { EARLIEST_DAY, LATEST_DAY, MOST_DAYS, rangeOf } from './ranges.ts';

/** What every question about a metric says. */
export interface Asked {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly granularity?: Granularity | undefined;
  readonly profile?: ProfileName | undefined;
  readonly filters: DimensionFilters;
}

export interface MetricsOptions {
  readonly database: Database;
  /** What figures are reported in. */
  readonly currency: string;
  readonly metrics: readonly Metric[];
}

/** A question that has an answer, with what it left unsaid. */
export interface Prepared {
  readonly metric: Metric;
  readonly granularity: Granularity;
  readonly range: DaySpan;
  readonly question: Omit<Question, 'spans' | 'breakdown'>;
}

export function createPreparation({ database, currency, metrics }: MetricsOptions) {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));

  function metricNamed(name: string): Metric {
    const metric = byName.get(name);
    if (metric !== undefined) return metric;
    const message = `There is no metric ${name}; there are ${[...byName.keys()].join(', ')}.`;
    throw new AppError(METRIC_UNKNOWN, { message });
  }

  return async function prepare(
    name: string,
    asked: Asked & { readonly breakdown?: string | undefined },
    nowMs: number,
  ): Promise<Prepared> {
    const metric = metricNamed(name);
    const granularity = granularityOf(metric, asked);
    for (const dimension of Object.keys(asked.filters)) checkDimension(metric, dimension);
    const filters = await filtersOfOne(metric, asked);
    const book = await shownBook(database, asked.profile ?? 'stripe');
    const range = checkedRange(asked, dayIn(book.rules.timeZone, nowMs));
    const question = { book, currency, filters, nowMs };
    return { metric, granularity, range, question };
  };
}

/** What counts in units of its own is never added to others: it is one, or each by itself. */
async function filtersOfOne(
  { name, oneOf }: Metric,
  { filters, breakdown }: Pick<Asked, 'filters'> & { readonly breakdown?: string | undefined },
): Promise<DimensionFilters> {
  if (oneOf === undefined || breakdown === oneOf.dimension) return filters;
  const { dimension, usual } = oneOf;
  const named = filters[dimension];
  if (named?.length === 1) return filters;
  if (named !== undefined) {
    const message = `${name} is of one ${dimension}, or broken down by ${dimension}.`;
    throw new AppError(UNITS_MIXED, { message });
  }
  const first = await usual();
  return first === null ? filters : { ...filters, [dimension]: [first] };
}

export async function shownBook(database: Database, profile: ProfileName): Promise<Book> {
  const books = await findKeptBooks(database);
  const shown = books.find((book) => book.profile === profile && book.state === 'current');
  if (shown !== undefined) return shown;
  if (!books.some((book) => book.profile === profile)) {
    const message = `There is no book of ${profile}; it is begun at POST /admin/v1/books.`;
    throw new AppError(BOOK_MISSING, { message });
  }
  throw new AppError(BOOK_NOT_READY, {
    message: `The book of ${profile} is not complete yet.`,
    retryAfterSeconds: 5,
  });
}

function granularityOf({ name, granularities }: Metric, { granularity }: Asked): Granularity {
  const usual = granularities.includes('month') ? 'month' : granularities[0]!;
  if (granularity === undefined || granularities.includes(granularity)) return granularity ?? usual;
  throw new AppError(SPAN_INVALID, { message: `${name} is there by ${granularities.join(', ')}.` });
}

function checkedRange({ from, to }: Asked, today: string): DaySpan {
  for (const day of [from, to]) {
    if (day !== undefined && !isDay(day))
      throw new AppError(SPAN_INVALID, { message: `${day} is no calendar day.` });
  }
  const range = rangeOf({ from, to }, today);
  if (range !== null) return range;
  const days = `1 to ${MOST_DAYS} days between ${EARLIEST_DAY} and ${LATEST_DAY}`;
  const message = `From ${from} to ${to ?? today} are not ${days}.`;
  throw new AppError(SPAN_INVALID, { message });
}

export function checkDimension(
  { name, dimensions, takesAttributes = false }: Metric,
  dimension: string,
): void {
  if (dimensions.includes(dimension)) return;
  if (takesAttributes && attributeOf(dimension) !== null) return;
  const known = [...dimensions, ...(takesAttributes ? ['attributes of users'] : [])];
  const message = `${name} has no ${dimension}; it has ${known.join(', ') || 'none'}.`;
  throw new AppError(DIMENSION_UNKNOWN, { message });
}

/** More groups are nothing that anybody reads. */
const MOST_VALUES = 200;

export async function checkAttribute(database: Database, dimension: string): Promise<void> {
  const key = attributeOf(dimension);
  if (key === null) return;
  const values = await countAttributeValues(database, key, MOST_VALUES + 1);
  if (values <= MOST_VALUES) return;
  const message = `${key} has more than ${MOST_VALUES} values; filter by some of them.`;
  throw new AppError(ATTRIBUTE_TOO_VARIED, { message });
}
