// pure
import type { TimelineEntry } from '../../api/contract/users.ts';
import { showValue } from '../../words/differences.ts';
import { spoken } from '../../words/quantities.ts';

/** What people wrote comes first, as they wrote it. */
const WORDS = ['text', 'reason', 'error'] as const;
/** What the title says already, or says nothing to people. */
const UNSAID = new Set<string>([...WORDS, 'number', 'url', 'plans', 'subject', 'feature']);
const MOST_FACTS = 3;

/** What an entry says beyond its title: words as they are, and a few facts by their names. */
export function detailOf({ detail }: Pick<TimelineEntry, 'detail'>): string[] {
  const words = WORDS.map((name) => detail[name]).filter((value) => typeof value === 'string');
  const facts = Object.entries(detail)
    .filter(([name, value]) => !UNSAID.has(name) && isPlain(value))
    .slice(0, MOST_FACTS)
    .map(([name, value]) => `${spoken(name)}: ${showValue(value)}`);
  return [...words, ...facts];
}

function isPlain(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && value !== '');
}
