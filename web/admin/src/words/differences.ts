// pure
import { showCount, spoken } from './quantities.ts';

/** One thing that changes, as words. */
export interface Difference {
  readonly what: string;
  readonly before: string;
  readonly after: string;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * What is another in `after` than in `before`, however deep: `limit` of `audio_minutes` is said as
 * `Audio minutes, limit`. What both have alike is left out.
 */
export function differencesOf(
  before: unknown,
  after: unknown,
  path: readonly string[] = [],
): Difference[] {
  if (isFields(before) || isFields(after)) {
    const was = isFields(before) ? before : {};
    const is = isFields(after) ? after : {};
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return names.flatMap((name) => differencesOf(was[name], is[name], [...path, name]));
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ what: wayOf(path), before: showValue(before), after: showValue(after) }];
}

/** A value as a person reads it; nothing is a dash. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return showCount(value);
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    return value.length === 0 ? '–' : value.map(showValue).join(', ');
  }
  return JSON.stringify(value);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wayOf(path: readonly string[]): string {
  const [first = 'Value', ...rest] = path.map(spoken);
  return [first, ...rest.map((word) => word.toLowerCase())].join(', ');
}
