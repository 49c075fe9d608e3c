import type { Fraction } from '@whisperforge/kernel/fraction';
import { dayStartIn, shiftDay, type DaySpan, type Period } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { attributesOf } from '../attributes/attribute.ts';
import { findAttributes, type Holder } from '../attributes/store.ts';
import type {
  Column,
  FoundPage,
  Metric,
  MetricDefinition,
  Opened,
  PageAsked,
  Question,
  Subject,
} from '../registry/metric.ts';
import {
  contributionsOf,
  matching,
  sumHappenings,
  withSegments,
  type Happening,
} from './happening.ts';
import { loadSums, type KeptSums } from './load-sums.ts';

/** What is asked of whoever knows what happened. */
export interface HappeningsAsked extends Pick<Question, 'book' | 'currency' | 'nowMs'> {
  readonly days: DaySpan;
  readonly period: Period;
}

/** What of happenings has to be known; all else of them may be added up. */
export interface ToldApart {
  readonly spans: readonly DaySpan[];
  readonly dimensions: readonly string[];
}

type Told =
  | 'name'
  | 'title'
  | 'area'
  | 'summary'
  | 'formula'
  | 'columns'
  | 'opens'
  | 'dimensions'
  | 'profileNotes';

/** A metric that is the sum of what happened on the days of each span. */
export interface HappeningMetric extends Pick<MetricDefinition, Told> {
  /** Sums that the value is reckoned from and that are no column of their own. */
  readonly summed?: readonly string[];
  /** The value of sums by column. */
  readonly value: (sums: Readonly<Record<string, Fraction | null>>) => Fraction | null;
  /** Where sums are kept that say the same as what happened does, one by one. */
  readonly kept?: KeptSums;
  readonly happenings: (asked: HappeningsAsked) => Promise<readonly Happening[]>;
  /** The same where only spans and some dimensions are told apart, each on one day of its span. */
  readonly together?: (asked: HappeningsAsked & ToldApart) => Promise<readonly Happening[]>;
  /** A page of what each subject adds to a column; filters are never by attributes. */
  readonly page?: (opened: Opened, asked: HappeningsAsked, page: PageAsked) => Promise<FoundPage>;
  /** Whom happenings are of, whose attributes they have. */
  readonly holder: Holder;
  readonly describe: (
    question: Pick<Question, 'book'> & { readonly span: DaySpan },
    keys: readonly string[],
  ) => Promise<ReadonlyMap<string, Subject>>;
}

export function happeningMetric(executor: Executor, metric: HappeningMetric): Metric {
  const { value, happenings, together, page: pageOf, kept, describe, holder, ...rest } = metric;
  const { summed = [], ...told } = rest;
  const columns = [...told.columns.filter(isSummed).map(({ name }) => name), ...summed];
  const find = async (
    { book, currency, nowMs, filters }: Omit<Question, 'spans' | 'breakdown'>,
    { days, breakdown, spans }: Found,
  ) => {
    const asked = askedOf({ book, currency, nowMs }, days);
    const keys = attributesOf(filters, breakdown);
    if (together !== undefined && spans !== undefined && keys.length === 0) {
      const dimensions = [...Object.keys(filters), ...(breakdown === null ? [] : [breakdown])];
      return matching(await together({ ...asked, spans, dimensions }), filters);
    }
    const found = await happenings(asked);
    const ids = found.map(({ subject }) => subject);
    const held = await findAttributes(executor, { holder, ids, keys });
    return matching(withSegments(found, held), filters);
  };
  return {
    ...told,
    takesAttributes: true,
    granularities: ['day', 'week', 'month'],
    async load(question) {
      const { book, spans, filters, breakdown } = question;
      // Of what anybody may tell of users no sums are kept.
      const isKept = book.isSummed && attributesOf(filters, breakdown).length === 0;
      if (kept !== undefined && isKept)
        return loadSums(executor, kept, { question, valueOf: value });
      const found = await find(question, { days: rangeOf(spans), breakdown, spans });
      return sumHappenings(found, { spans, breakdown, columns, valueOf: value });
    },
    rows: {
      load: async (opened) =>
        contributionsOf(await find(opened, { days: opened.span, breakdown: null }), {
          column: opened.column,
          columns,
          valueOf: value,
        }),
      page: (opened, page) => {
        const isOfAttributes = attributesOf(opened.filters).length > 0;
        if (pageOf === undefined || isOfAttributes) return null;
        return pageOf(opened, askedOf(opened, opened.span), page);
      },
      describe,
    },
  };
}

function askedOf(
  { book, currency, nowMs }: Pick<Question, 'book' | 'currency' | 'nowMs'>,
  days: DaySpan,
): HappeningsAsked {
  const { timeZone } = book.rules;
  const period = {
    startMs: dayStartIn(timeZone, days.from),
    endMs: dayStartIn(timeZone, shiftDay(days.to, 1)),
  };
  return { book, currency, nowMs, days, period };
}

interface Found {
  readonly days: DaySpan;
  readonly breakdown: string | null;
  /** Where nothing else has to be told apart. */
  readonly spans?: readonly DaySpan[];
}

function rangeOf(spans: readonly DaySpan[]): DaySpan {
  return { from: spans[0]!.from, to: spans.at(-1)!.to };
}

function isSummed({ name, adds }: Column): boolean {
  return adds && name !== 'value';
}
