// pure

/** Some of a list, and where the next of it begins. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  /** `null` where there is nothing after it. */
  readonly nextCursor: string | null;
}

/** A page of at most so many; one more than that was looked for, which tells whether it goes on. */
export function pageOf<T>(
  found: readonly T[],
  limit: number,
  cursorOf: (last: T) => string,
): ListPage<T> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const goesOn = found.length > limit && last !== undefined;
  return { rows, nextCursor: goesOn ? cursorOf(last) : null };
}
