// pure

const digits = new Intl.NumberFormat('en', { maximumFractionDigits: 6 });

/** `1,234.5`: as a count is written. */
export function showCount(count: number): string {
  return digits.format(count);
}

/** `60`, or `unlimited` where there is no limit. */
export function showLimit(limit: number | null): string {
  return limit === null ? 'unlimited' : showCount(limit);
}

const ACRONYMS = /\b(?:ai|api|id|kb|mrr|sla)\b/gi;

/** `audio_minutes` as people say it: `Audio minutes`; `api_calls`: `API calls`. */
export function spoken(key: string): string {
  const words = key.replaceAll(/[_.-]+/g, ' ').trim();
  const said = words.replaceAll(ACRONYMS, (letters) => letters.toUpperCase());
  return said.charAt(0).toUpperCase() + said.slice(1);
}

/** `1 user`, `3 users`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${showCount(count)} ${count === 1 ? one : many}`;
}
