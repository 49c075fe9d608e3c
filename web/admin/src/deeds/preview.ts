// pure
import type { BillLine } from '../api/contract/money.ts';
import { differencesOf, type Difference } from '../words/differences.ts';
import { showLimit, spoken } from '../words/quantities.ts';

/** How much of which feature there would be; nothing is without a limit. */
interface LimitLine {
  readonly feature: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** What the server says would be. */
export interface PreviewAnswer {
  /** Of features, or of an invoice. */
  readonly lines?: readonly (LimitLine | BillLine)[];
  readonly currency?: string | null;
  readonly total_minor?: number | null;
  /** What is charged by it at once, where that is another sum than the lines'. */
  readonly amount_due_minor?: number;
  readonly notes?: readonly string[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly warnings?: readonly string[];
  /** By which exactly this is done, where the server gives one. */
  readonly preview_token?: string;
}

/** What is or will be billed because of a deed. */
export interface Bill {
  readonly lines: readonly BillLine[];
  readonly currency: string;
  readonly totalMinor: number;
}

/** Says one side of a preview in fields with words; as the server has it where nothing is said. */
export type Teller = (side: unknown) => unknown;

/** What a feature is called. */
export interface NamedFeature {
  readonly feature: string;
  readonly name: string;
}

/** The limits that change first, and then what else would be another. */
export function tellPreview(
  { lines = [], before, after }: PreviewAnswer,
  tell: Teller = (side) => side,
  features: readonly NamedFeature[] = [],
): Difference[] {
  const names = new Map(features.map(({ feature, name }) => [feature, name]));
  const limits = lines
    .filter((line) => 'feature' in line)
    .map((line) => ({
      what: names.get(line.feature) ?? spoken(line.feature),
      before: showLimit(line.before),
      after: showLimit(line.after),
    }));
  return [...limits, ...differencesOf(tell(before), tell(after))];
}

/**
 * With lines that come to its total; nothing where nothing is billed. Of what comes later nothing
 * is due yet, and what its customer's credit will then be nobody knows: it comes to what it costs.
 */
export function billOf(preview: PreviewAnswer, isLater = false): Bill | undefined {
  const { lines = [], currency } = preview;
  const billed = lines.filter((line) => 'description' in line);
  if (billed.length === 0 || currency === null || currency === undefined) return undefined;
  const sum = billed.reduce((so, line) => so + line.amount_minor, 0);
  const total = preview.total_minor ?? sum;
  const due = isLater ? total : (preview.amount_due_minor ?? total);
  const rest = [
    { description: 'Discounts and tax', amount_minor: total - sum },
    { description: 'Credit', amount_minor: due - total },
  ].filter(({ amount_minor: amount }) => amount !== 0);
  return { lines: [...billed, ...rest], currency, totalMinor: due };
}
