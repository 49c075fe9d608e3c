// pure
import type { Fraction } from '@whisperforge/kernel/fraction';
import type { Opened, Question } from '../registry/metric.ts';

/** Amounts by the value of what is broken down (`null` is the whole), one for each span. */
export type AmountsByKey = ReadonlyMap<string | null, readonly (Fraction | null)[]>;

/** What of the growth metrics is known elsewhere; what there is none of, cannot be said. */
export interface GrowthSources {
  /** What was spent on winning customers, by the source that they came from. */
  readonly spend?: SpendSource;
  /** The share of revenue that is left when what it cost has been paid; 1 where it cost nothing. */
  readonly grossMargin?: (question: Question) => Promise<AmountsByKey>;
}

export interface SpendSource {
  /** In the reporting currency; `null` where nothing is on record. */
  readonly load: (question: Question) => Promise<AmountsByKey>;
  /** The same of one span, by channel. */
  readonly channels: (opened: Opened) => Promise<ReadonlyMap<string, Fraction>>;
}
