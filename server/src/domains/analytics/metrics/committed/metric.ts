import {
  addFractions,
  fraction,
  multiplyFractions,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { dayIn } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import { PARTS_A_MINOR_UNIT } from '../../fold/parts.ts';
import { rateTable, type RateTable } from '../rates.ts';
import type { Contribution, Metric, Opened, Question, Values } from '../registry/metric.ts';
import { BRIDGE, bridgeValues } from '../revenue/columns.ts';
import { loadBridges } from '../revenue/load-bridge.ts';
import { DISCOUNTS } from '../revenue/profile-notes.ts';
import { bridgeRows } from '../revenue/rows.ts';
import { dimensions, findRates } from '../store.ts';
import { findAheadSums, type AheadQuery } from './store.ts';

interface Ahead {
  readonly coming: Fraction;
  readonly going: Fraction;
}

const NOTHING = fraction(0n);
const NONE: Ahead = { coming: NOTHING, going: NOTHING };
const PARTS = fraction(1n, PARTS_A_MINOR_UNIT);

/** MRR with what was known to come at the end of each span. */
export function committedMetric(executor: Executor): Metric {
  const ofCustomers = bridgeRows(executor, bridgeValues);
  return {
    name: 'committed_mrr',
    title: 'Committed MRR',
    area: 'revenue',
    summary:
      'MRR with all that was known on the last day of a span to come later: contracts that ' +
      'begin, changes and cancellations that were asked for, discounts that end. Known from the ' +
      'day on which the book was begun.',
    formula: 'MRR + what is known to come - what is known to go',
    columns: [
      { name: 'value', title: 'Committed MRR', unit: 'money', adds: true },
      BRIDGE.mrr_end,
      { name: 'coming', title: 'Known to come', unit: 'money', adds: true },
      { name: 'going', title: 'Known to go', unit: 'money', adds: true },
    ],
    opens: 'going',
    dimensions,
    takesAttributes: true,
    granularities: ['day', 'week', 'month'],
    profileNotes: DISCOUNTS,
    identity: { start: 'mrr_end', parts: ['coming', 'going'], end: 'value' },
    async load(question) {
      const [groups, ahead] = await Promise.all([
        loadBridges(executor, question),
        loadAhead(executor, question, question.breakdown),
      ]);
      const keys =
        question.breakdown === null
          ? [null]
          : [...new Set([...groups.map(({ key }) => key), ...ahead.keys()])];
      return keys.map((key) => {
        const group = groups.find((each) => each.key === key);
        return {
          key,
          points: question.spans.map(({ to }, index) => {
            const { end = NOTHING, carried = [], missing = [] } = group?.spans[index] ?? {};
            const known = ahead.get(key)?.[index] ?? NONE;
            const isKnown = asOf(question, to) >= firstDay(question);
            return { values: valuesOf(end, isKnown ? known : null), carried, missing };
          }),
        };
      });
    },
    rows: {
      load: async (opened) => {
        if (opened.column === 'mrr_end') return ofCustomers.load(opened);
        return committedRows(executor, opened, ofCustomers.load);
      },
      describe: ofCustomers.describe,
    },
  };
}

function valuesOf(end: Fraction, ahead: Ahead | null): Values {
  if (ahead === null) return { mrr_end: end, coming: null, going: null, value: null };
  const { coming, going } = ahead;
  return { mrr_end: end, coming, going, value: addFractions(end, addFractions(coming, going)) };
}

type Dated = Pick<Question, 'book' | 'nowMs'>;

/** What is known today is all that is known of a span that is not over. */
function asOf({ book, nowMs }: Dated, to: string): string {
  const today = dayIn(book.rules.timeZone, nowMs);
  return to < today ? to : today;
}

function firstDay({ book }: Dated): string {
  return dayIn(book.rules.timeZone, book.createdMs);
}

async function loadAhead(
  executor: Executor,
  question: Omit<Question, 'breakdown'>,
  by: AheadQuery['by'],
): Promise<ReadonlyMap<string | null, readonly Ahead[]>> {
  const { book, currency: base, spans, filters } = question;
  const days = spans.map(({ to }) => asOf(question, to));
  const [sums, rates] = await Promise.all([
    findAheadSums(executor, { bookId: book.id, days, filters, by }),
    findRates(executor, base),
  ]);
  const table = rateTable(base, rates);
  const byKey = Map.groupBy(sums, ({ key }) => key);
  return new Map(
    [...byKey].map(([key, all]) => [
      key,
      days.map((day, index) =>
        all
          .filter(({ span }) => span === index)
          .reduce<Ahead>((sum, { currency, coming, going }) => {
            const worth = (parts: bigint) => worthOf(table, { currency, parts, day });
            return {
              coming: addFractions(sum.coming, worth(coming)),
              going: addFractions(sum.going, worth(going)),
            };
          }, NONE),
      ),
    ]),
  );
}

function worthOf(
  rates: RateTable,
  of: { readonly currency: string; readonly parts: bigint; readonly day: string },
): Fraction {
  const rate = rates.rateOn(of.currency, of.day);
  if (rate === null) return NOTHING;
  return multiplyFractions(multiplyFractions(fraction(of.parts), PARTS), rate.perMinorUnit);
}

async function committedRows(
  executor: Executor,
  opened: Opened,
  loadMrr: (opened: Opened) => Promise<readonly Contribution[]>,
): Promise<Contribution[]> {
  if (asOf(opened, opened.span.to) < firstDay(opened)) return [];
  const asked = { ...opened, spans: [opened.span] };
  const [ahead, mrr] = await Promise.all([
    loadAhead(executor, asked, 'customer'),
    opened.column === 'value' ? loadMrr({ ...opened, column: 'mrr_end' }) : [],
  ]);
  const ends = new Map(mrr.map(({ key, value }) => [key, value]));
  const keys = [...new Set([...ends.keys(), ...ahead.keys()])];
  return keys.flatMap((key): Contribution[] => {
    if (key === null) return [];
    const known = ahead.get(key)?.[0] ?? NONE;
    const value = valuesOf(ends.get(key) ?? NOTHING, known)[opened.column];
    return value === null || value === undefined || value.numerator === 0n ? [] : [{ key, value }];
  });
}
