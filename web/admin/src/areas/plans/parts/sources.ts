// pure
import type { Source } from '../../../api/plans/versions.ts';
import { showCount, spoken } from '../../../words/quantities.ts';

const WORDS: Readonly<Record<string, string>> = {
  stripe: 'by Stripe',
  manual: 'by contract',
  gift: 'as a gift',
};

/** How subscribers came to a version: `1,043 by Stripe, 4 as a gift`; the most first. */
export function saidOfSources(sources: readonly Source[]): string {
  return sources
    .toSorted((a, b) => b.subscribers - a.subscribers)
    .map(
      ({ source, subscribers }) => `${showCount(subscribers)} ${WORDS[source] ?? spoken(source)}`,
    )
    .join(', ');
}
