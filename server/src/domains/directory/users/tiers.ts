// pure

/**
 * How well a user fits what is sought, best first: the whole of an id or address; the beginning of
 * a name, address or id; every word somewhere; and, where nothing fits so, about as it is written.
 */
export const TIERS = ['is', 'begins', 'contains'] as const;
export type Tier = (typeof TIERS)[number];

/** What is sought, as it is compared. */
export interface Sought {
  readonly text: string;
  readonly lower: string;
  /** Long enough to be looked for within a text. */
  readonly words: readonly string[];
}

const SHORTEST_WITHIN = 3;
const MOST_WORDS = 5;

export function soughtOf(text: string): Sought {
  const trimmed = text.trim();
  const lower = trimmed.toLowerCase();
  const all = [...new Set(lower.split(/\s+/))];
  const words = all.filter((word) => word.length >= SHORTEST_WITHIN).slice(0, MOST_WORDS);
  return { text: trimmed, lower, words };
}

const NUMBER = /^\d{1,15}$/;

export function isNumber({ text }: Sought): boolean {
  return NUMBER.test(text);
}
