// pure
import type { Fraction } from '@whisperforge/kernel/fraction';
import type { DaySpan, Granularity } from '@whisperforge/kernel/period';
import type { ProfileName } from '../../fold/rules.ts';
import type { Book } from '../../ledger/book.ts';

/** What a figure counts in, and with how many decimals it is shown and exported. */
export const UNITS = {
  money: { decimals: 0, summary: 'Whole minor units of the reporting currency' },
  unit_money: { decimals: 6, summary: 'Minor units of the reporting currency, and parts of them' },
  count: { decimals: 0, summary: 'A number of things' },
  quantity: { decimals: 6, summary: 'An amount of use' },
  share: { decimals: 6, summary: 'A share of 1' },
  ratio: { decimals: 4, summary: 'How many times the one is the other' },
  months: { decimals: 2, summary: 'Months' },
  hours: { decimals: 2, summary: 'Hours' },
  milliseconds: { decimals: 0, summary: 'Milliseconds' },
  score: { decimals: 2, summary: 'Points of a scale' },
} as const;

export type Unit = keyof typeof UNITS;

/** One figure of a metric, under the same name in the answer, the export and on the screen. */
export interface Column {
  /** `value` is what the metric is called after; others are what it is reckoned from. */
  readonly name: string;
  readonly title: string;
  readonly unit: Unit;
  /** Whether its rows and the groups of a breakdown add up to it; a ratio's do not. */
  readonly adds: boolean;
}

export const AREAS = [
  'revenue',
  'retention',
  'customers',
  'growth',
  'payments',
  'usage',
  'costs',
  'support',
  'operations',
] as const;

export type Area = (typeof AREAS)[number];

/** What a metric is, in words; the list of metrics, their pages and the guide are made of these. */
export interface MetricDefinition {
  /** On the wire and in addresses, such as `customer_churn`. */
  readonly name: string;
  readonly title: string;
  readonly area: Area;
  readonly summary: string;
  /** In words and signs, such as `churn / MRR at the start`. */
  readonly formula: string;
  /** The first is `value`. */
  readonly columns: readonly Column[];
  /** The column whose rows are shown where none is asked for; it adds up. */
  readonly opens: string;
  /** What it can be filtered and broken down by; each name means the same in all metrics. */
  readonly dimensions: readonly string[];
  /** Whether it can be by attributes of users, too; see `attributes/attribute.ts`. */
  readonly takesAttributes?: boolean;
  /** A dimension whose values count in units of their own, so that a figure is of one of them. */
  readonly oneOf?: OneOf;
  readonly granularities: readonly Granularity[];
  /** Where a profile counts otherwise than the formula says. */
  readonly profileNotes: Readonly<Partial<Record<ProfileName, string>>>;
  /** Columns that add up, for what is shown to add up too: `start` and `parts` are `end`. */
  readonly identity?: Identity;
}

export interface Identity {
  readonly start: string;
  readonly parts: readonly string[];
  readonly end: string;
  /** A column that is the end less the start, where there is one. */
  readonly difference?: string;
}

export interface OneOf {
  readonly dimension: string;
  /** The value that is taken where none is named. */
  readonly usual: () => Promise<string | null>;
}

/** Of each dimension any of the values; all dimensions at once. */
export type DimensionFilters = Readonly<Record<string, readonly string[]>>;

export interface Question {
  /** Whose days are asked about, and by which definition of MRR. */
  readonly book: Book;
  /** The reporting currency. */
  readonly currency: string;
  /** They follow one another, and there is at least one. */
  readonly spans: readonly DaySpan[];
  readonly filters: DimensionFilters;
  /** By which dimension a figure is to be taken apart; `null` for the whole. */
  readonly breakdown: string | null;
  readonly nowMs: number;
}

/** Figures by column; `null` is what cannot be said, such as a churn of nothing. */
export type Values = Readonly<Record<string, Fraction | null>>;

/** The figures of one span, exact. */
export interface Point {
  readonly values: Values;
  /** Currencies valued at the rate of an earlier day. */
  readonly carried?: readonly string[];
  /** Currencies that there is no rate for; they count nothing. */
  readonly missing?: readonly string[];
}

/** A series of as many points as there are spans: of the whole, or of one value of a dimension. */
export interface Group {
  /** `null` is the whole. */
  readonly key: string | null;
  readonly points: readonly Point[];
}

/** One span and column of a metric, to be opened into what it is made of. */
export interface Opened extends Omit<Question, 'spans' | 'breakdown'> {
  readonly span: DaySpan;
  readonly column: string;
}

/** What one account, or one thing of another kind, adds to a figure. */
export interface Contribution {
  /** What it is known by among the rows: stable, and different from all others. */
  readonly key: string;
  readonly value: Fraction;
}

/** Which rows are looked for: so many after one, or the first ones. */
export interface PageAsked {
  /** The key of a row; where that has gone since, the list begins anew. */
  readonly cursor: string | undefined;
  readonly limit: number;
}

/** Some rows, with what has to be known of all others so that they are rounded among them. */
export interface FoundPage {
  /** The largest first, of two alike what is above 0, and then by key. */
  readonly rows: readonly Contribution[];
  /** All rows, counted by what they add. */
  readonly alike: readonly Alike[];
  /** How many that add as much as the first of these rows come before it. */
  readonly before: number;
}

/** So many parts of a figure that are the same. */
export interface Alike {
  readonly value: Fraction;
  readonly count: number;
}

/** Who or what a row is of, as it is read on the screen. */
export interface Subject {
  readonly label: string;
  /** The account of ours that it is of; `null` of an imported customer and of other things. */
  readonly accountId: number | null;
  /** The app's own id of the account's owner, by whom the story of the user is found. */
  readonly user: string | null;
  /** More that is known of it, such as its plan and country. */
  readonly details: Readonly<Record<string, string>>;
}

/** What a figure is made of. */
export interface Rows {
  /** All that is not nothing; the registry sorts, rounds and cuts them into pages. */
  readonly load: (opened: Opened) => Promise<readonly Contribution[]>;
  /** The same of a page alone; `null` where that is no quicker than to load all. */
  readonly page?: (opened: Opened, asked: PageAsked) => Promise<FoundPage> | null;
  /** Who those of a page are, by key. */
  readonly describe: (
    opened: Opened,
    keys: readonly string[],
  ) => Promise<ReadonlyMap<string, Subject>>;
}

/** A metric that can be asked. */
export interface Metric extends MetricDefinition {
  /** The whole alone where nothing is broken down, else a group for each value that there is. */
  load(question: Question): Promise<readonly Group[]>;
  /** For the columns that add up. */
  readonly rows?: Rows;
}
