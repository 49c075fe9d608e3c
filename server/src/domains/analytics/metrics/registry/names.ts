// pure
import type { DimensionFilters } from './metric.ts';

/** What a value of a dimension is called, and what a feature counts in. */
export interface Named {
  readonly name: string;
  /** One of what is counted, such as `minute`. */
  readonly unit: string | null;
}

/** By dimension and key. */
export type Names = Readonly<Record<string, Readonly<Record<string, Named>>>>;

/** What a key is called; itself where nothing is known of it. */
export function nameOf(names: Names, dimension: string, key: string): string {
  return names[dimension]?.[key]?.name ?? key;
}

/** What is filtered by, in one cell: `feature=Audio minutes [audio_minutes]; country=DE, AT`. */
export function filtersSaid(filters: DimensionFilters, names: Names): string {
  const said = Object.entries(filters).map(([dimension, values]) => {
    const called = values.map((key) => {
      const name = nameOf(names, dimension, key);
      return name === key ? key : `${name} [${key}]`;
    });
    return `${dimension}=${called.join(', ')}`;
  });
  return said.join('; ');
}
