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

/** `audio_minutes` as people say it: `Audio minutes`. */
export function spoken(key: string): string {
  const words = key.replaceAll(/[_.-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `1 user`, `3 users`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${showCount(count)} ${count === 1 ? one : many}`;
}
