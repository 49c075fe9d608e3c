// pure

/** Of too few letters, everything is about alike. */
export const SHORTEST_WORD = 4;
const LONGEST_WORD = 60;
const MOST_WORDS = 12;

/** The words by which somebody is called in a text, each once: letters alone, in small letters. */
export function nameWords(text: string): string[] {
  const all = text.toLowerCase().split(/[^\p{Letter}\p{Mark}]+/u);
  const words = all.filter(({ length }) => length >= SHORTEST_WORD && length <= LONGEST_WORD);
  return [...new Set(words)].slice(0, MOST_WORDS);
}
