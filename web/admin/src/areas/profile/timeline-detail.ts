// pure
import { formatInstant, parseInstant } from '@whisperforge/kernel/clock';
import { showInstant } from '../../../../ui/dates.ts';
import type { TimelineEntry } from '../../api/contract/users.ts';
import { showValue } from '../../words/differences.ts';
import { spoken } from '../../words/quantities.ts';

/** What people wrote comes first, as they wrote it. */
const WORDS = ['text', 'reason', 'error'] as const;
/** What the title says already, or says nothing to people. */
const UNSAID = new Set<string>([
  ...WORDS,
  'number',
  'url',
  'plans',
  'subject',
  'feature',
  'amount',
  'id',
  'request_id',
]);
/** Stripe's own word for something, such as `subscription_create`. */
const CODE = /^[a-z]+(?:_[a-z]+)+$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T/;
const MOST_FACTS = 3;

/** What an entry says beyond its title: words as they are, and a few facts by their names. */
export function detailOf({ detail }: Pick<TimelineEntry, 'detail'>): string[] {
  const words = WORDS.map((name) => detail[name])
    .filter((value) => typeof value === 'string')
    .map((text) => (CODE.test(text) ? spoken(text) : text));
  const facts = Object.entries(detail)
    .filter(([name, value]) => !UNSAID.has(name) && isPlain(value))
    .slice(0, MOST_FACTS)
    .map(([name, value]) => `${spoken(name)}: ${factOf(value)}`);
  return [...words, ...facts];
}

/** As a person reads it; of an instant that the database has written, too. */
function factOf(value: unknown): string {
  const isInstant = typeof value === 'string' && INSTANT.test(value);
  const atMs = isInstant ? parseInstant(value) : undefined;
  if (atMs !== undefined) return showInstant(formatInstant(atMs));
  return typeof value === 'string' && CODE.test(value) ? spoken(value) : showValue(value);
}

function isPlain(value: unknown): boolean {
  return (typeof value === 'number' && value !== 0) || (typeof value === 'string' && value !== '');
}
