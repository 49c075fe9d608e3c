// pure
import { differencesOf, showValue, type Difference } from '../words/differences.ts';

/** What the server says would be; deeds differ in what they have to say. */
export interface PreviewAnswer {
  readonly lines?: readonly PreviewLine[];
  readonly before?: unknown;
  readonly after?: unknown;
  readonly warnings?: readonly string[];
}

export type PreviewLine =
  | string
  | {
      readonly label?: string;
      readonly text?: string;
      readonly before?: unknown;
      readonly after?: unknown;
      readonly amount_minor?: number;
      readonly currency?: string;
    };

export interface Told {
  readonly sentences: readonly string[];
  readonly differences: readonly Difference[];
}

/** Splits a preview into what is told in words and what changes from one value to another. */
export function tellPreview({ lines = [], before, after }: PreviewAnswer): Told {
  const sentences: string[] = [];
  const differences: Difference[] = [];
  for (const line of lines) {
    if (typeof line === 'string') sentences.push(line);
    else if ('before' in line || 'after' in line) {
      const what = line.label ?? line.text ?? '';
      differences.push({ what, before: showValue(line.before), after: showValue(line.after) });
    } else sentences.push(line.text ?? line.label ?? '');
  }
  return { sentences, differences: [...differences, ...differencesOf(before, after)] };
}
