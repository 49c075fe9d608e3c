// pure
import { differencesOf, type Difference } from '../words/differences.ts';
import { showLimit, spoken } from '../words/quantities.ts';

/** What the server says would be. */
export interface PreviewAnswer {
  /** How much of which feature there would be; nothing is without a limit. */
  readonly lines?: readonly {
    readonly feature: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly warnings?: readonly string[];
}

/** The limits that change first, and then what else would be another. */
export function tellPreview({ lines = [], before, after }: PreviewAnswer): Difference[] {
  const limits = lines.map((line) => ({
    what: spoken(line.feature),
    before: showLimit(line.before),
    after: showLimit(line.after),
  }));
  return [...limits, ...differencesOf(before, after)];
}
