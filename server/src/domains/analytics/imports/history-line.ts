// pure
import { currencyExponent, parseMoney } from '@whisperforge/kernel/money';
import { isDay } from '@whisperforge/kernel/period';
import type { Interval } from '../../subscriptions/index.ts';
import { attributeField } from './lines/attributes.ts';
import { columnOf, type Columns } from './lines/columns.ts';
import type { LineFault as Fault, ParsedLine as Parsed } from './lines/take-lines.ts';

/** What a column may tell; `started_on`, `amount` and the ids have to be there. */
export const historyFields = [
  'customer_id',
  'subscription_id',
  'plan',
  'started_on',
  'ended_on',
  'amount',
  'currency',
  'billing_cycle',
  'is_trial',
  'country',
  'source',
] as const;

export type HistoryField = (typeof historyFields)[number];

export const neededFields: readonly HistoryField[] = [
  'customer_id',
  'subscription_id',
  'started_on',
  'amount',
];

/** How a file says what it says. */
export interface HistoryFormat {
  /** The column of each field, where it is not called like the field. */
  readonly columns: Columns<HistoryField>;
  /** The column of each attribute of customers that the file tells, such as their industry. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether amounts are of a billing cycle or, whatever the cycle, of a month. */
  readonly amounts: 'cycle' | 'month';
  /** For lines that name none. */
  readonly currency: string;
  readonly billingCycle: string;
}

/** One stretch of one subscription, as a line tells it. */
export interface HistoryLine {
  readonly customerKey: string;
  readonly subscriptionKey: string;
  readonly plan: string;
  /** Calendar days; half-open. */
  readonly startsOn: string;
  readonly endsOn: string | null;
  /** Minor units an interval, as a decimal string. */
  readonly amount: string;
  readonly currency: string;
  readonly interval: Interval;
  readonly intervalCount: number;
  readonly isTrial: boolean;
  readonly country: string;
  readonly source: string;
  /** Those that the file tells of customers; empty where it says nothing. */
  readonly attributes: Readonly<Record<string, string>>;
}

export type LineFault = Fault<HistoryField>;
export type ParsedLine = Parsed<HistoryLine, HistoryField>;

/** Reads the cells of a line by their column's name; names everything that is wrong with it. */
export function parseHistoryLine(
  cells: Readonly<Record<string, string | undefined>>,
  format: HistoryFormat,
): ParsedLine {
  const cell = (field: HistoryField): string =>
    cells[columnOf(format.columns, field)]?.trim() ?? '';
  const faults: LineFault[] = [];
  const refuse = (field: HistoryField, message: string): void =>
    void faults.push({ field, message });

  const key = (field: 'customer_id' | 'subscription_id'): string => {
    const text = cell(field);
    if (text === '' || text.length > MOST_CHARACTERS || CONTROL.test(text)) {
      refuse(field, 'is empty, longer than 255 characters, or holds control characters');
    }
    return text;
  };
  const customerKey = key('customer_id');
  const subscriptionKey = key('subscription_id');
  const startsOn = dayOf(cell('started_on'));
  if (startsOn === undefined) refuse('started_on', NO_DAY);
  const endsOn = cell('ended_on') === '' ? null : dayOf(cell('ended_on'));
  if (endsOn === undefined) refuse('ended_on', NO_DAY);
  if (startsOn !== undefined && endsOn && endsOn < startsOn) {
    refuse('ended_on', 'is before started_on');
  }
  const currency = (cell('currency') || format.currency).toLowerCase();
  const isCurrency = /^[a-z]{3}$/.test(currency);
  if (!isCurrency) refuse('currency', 'is not a currency of three letters');
  const cycle = cycleOf(cell('billing_cycle') || format.billingCycle);
  if (cycle === undefined) refuse('billing_cycle', 'is none of day, week, month, quarter, year');
  const amount = isCurrency ? amountOf(cell('amount'), currency) : 0;
  if (amount === undefined) {
    const decimals = currencyExponent(currency);
    refuse('amount', `is not an amount of at least 0 with at most ${decimals} decimals`);
  }
  const isTrial = WORDS.get(cell('is_trial').toLowerCase());
  if (isTrial === undefined) refuse('is_trial', 'is neither true nor false');
  if (faults.length > 0) return { faults };
  return {
    line: {
      customerKey,
      subscriptionKey,
      plan: shortText(cell('plan')) || 'other',
      startsOn: startsOn!,
      endsOn: endsOn!,
      amount: perInterval(amount!, { amounts: format.amounts, cycle: cycle! }),
      currency,
      ...cycle!,
      isTrial: isTrial!,
      country: shortText(cell('country')),
      source: shortText(cell('source')),
      attributes: attributesOf(cells, format.attributes),
    },
  };
}

function attributesOf(
  cells: Readonly<Record<string, string | undefined>>,
  columns: HistoryFormat['attributes'],
): HistoryLine['attributes'] {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [name, shortText(cells[column]?.trim() ?? '')]),
  );
}

/** As Postgres takes it, which knows no NUL. */
function shortText(text: string): string {
  return text.replaceAll('\0', '').slice(0, MOST_CHARACTERS);
}

/** The columns that are named for fields and attributes, all of which a file is to have. */
export function namedColumns({ columns, attributes }: HistoryFormat): Columns<string> {
  const ofAttributes = Object.entries(attributes).map(
    ([name, column]) => [attributeField(name), column] as const,
  );
  return { ...columns, ...Object.fromEntries(ofAttributes) };
}

const MOST_CHARACTERS = 255;
const CONTROL = /\p{Cc}/u;
const NO_DAY = 'is not a day such as 2024-02-29';

/** A day, or the day of an instant. */
function dayOf(text: string): string | undefined {
  const day = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)?.[1];
  return day !== undefined && isDay(day) ? day : undefined;
}

function amountOf(text: string, currency: string): number | undefined {
  const amount = parseMoney(text, currency)?.amountMinor;
  return amount === undefined || amount < 0 ? undefined : amount;
}

interface Cycle {
  readonly interval: Interval;
  readonly intervalCount: number;
}

const CYCLES: ReadonlyMap<string, Cycle> = new Map(
  [
    [['day', 'daily'], 'day', 1],
    [['week', 'weekly'], 'week', 1],
    [['month', 'monthly'], 'month', 1],
    [['quarter', 'quarterly'], 'month', 3],
    [['year', 'yearly', 'annual', 'annually'], 'year', 1],
  ].flatMap(([words, interval, intervalCount]) =>
    (words as string[]).map((word) => [word, { interval, intervalCount } as Cycle] as const),
  ),
);

function cycleOf(word: string): Cycle | undefined {
  return CYCLES.get(word.toLowerCase());
}

/** An amount a month is twelve of them a year; only months and years are paid so. */
function perInterval(
  amount: number,
  { amounts, cycle }: { readonly amounts: HistoryFormat['amounts']; readonly cycle: Cycle },
): string {
  if (amounts === 'cycle') return String(amount);
  const { interval, intervalCount } = cycle;
  if (interval === 'month') return String(BigInt(amount) * BigInt(intervalCount));
  if (interval === 'year') return String(BigInt(amount) * 12n);
  const [numerator, denominator] = interval === 'week' ? [12n, 52n] : [12n, 365n];
  const millionths = (BigInt(amount) * 1_000_000n * numerator) / denominator;
  return `${millionths / 1_000_000n}.${String(millionths % 1_000_000n).padStart(6, '0')}`;
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['', false],
  ['false', false],
  ['no', false],
  ['0', false],
  ['true', true],
  ['yes', true],
  ['1', true],
]);
