// pure

type Members = Readonly<Record<string, unknown>>;

/**
 * What two people have made of the same thing, each without the other: wherever I have changed
 * something mine holds, and everywhere else what the other has left.
 */
export function mergeChanges<T>(base: T, mine: T, theirs: T): T {
  return merged(base, mine, theirs) as T;
}

function merged(base: unknown, mine: unknown, theirs: unknown): unknown {
  if (isSame(base, mine)) return theirs;
  if (!isMembers(mine) || !isMembers(theirs)) return mine;
  const before = isMembers(base) ? base : {};
  const names = [...new Set([...Object.keys(theirs), ...Object.keys(mine)])];
  const entries = names.map((name) => [name, merged(before[name], mine[name], theirs[name])]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export function isSame(first: unknown, second: unknown): boolean {
  if (!isMembers(first) || !isMembers(second)) {
    return JSON.stringify(first) === JSON.stringify(second);
  }
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return [...names].every((name) => isSame(first[name], second[name]));
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
