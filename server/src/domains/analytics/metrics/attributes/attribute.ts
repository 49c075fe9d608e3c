// pure
import type { DimensionFilters, Question } from '../registry/metric.ts';

/**
 * Whatever the app tells of users beside what we know of them, such as their industry, is a
 * dimension under this name: `attribute.industry`. It is as the user is told of now.
 */
const PREFIX = 'attribute.';

export function attributeDimension(key: string): string {
  return PREFIX + key;
}

/** The attribute that a dimension is of; `null` of one that is none. */
export function attributeOf(dimension: string): string | null {
  return dimension.startsWith(PREFIX) ? dimension.slice(PREFIX.length) : null;
}

/** The attributes that something is filtered or broken down by, each once. */
export function attributesOf(
  filters: Question['filters'],
  breakdown: string | null = null,
): string[] {
  const dimensions = [...Object.keys(filters), ...(breakdown === null ? [] : [breakdown])];
  const keys = dimensions.flatMap((dimension) => attributeOf(dimension) ?? []);
  return [...new Set(keys)];
}

const MOST_KEYS = 5;
const LONGEST_KEY = 100;

/**
 * Filters by attributes as addresses have them: `industry:saas,law;size:` are those of software
 * and law without a size. What is no letter or digit is encoded as in any address; `null` is what
 * cannot be read.
 */
export function readAttributes(text: string): DimensionFilters | null {
  const filters: Record<string, string[]> = {};
  const parts = text.split(';').filter((part) => part !== '');
  for (const part of parts) {
    const [name, values, ...rest] = part.split(':');
    const key = decoded(name ?? '');
    const wanted = values?.split(',').map(decoded) ?? [null];
    const isRead = key !== null && key !== '' && key.length <= LONGEST_KEY && rest.length === 0;
    if (!isRead || wanted.includes(null)) return null;
    filters[attributeDimension(key)] = [...new Set(wanted.map((value) => value ?? ''))];
  }
  return parts.length <= MOST_KEYS ? filters : null;
}

function decoded(text: string): string | null {
  try {
    const plain = decodeURIComponent(text);
    // No row holds a NUL, and Postgres takes none to compare with.
    return plain.includes('\0') ? null : plain;
  } catch {
    return null;
  }
}
