/** Whether two values of JSON are the same, their keys in any order. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && areSame(one, other);
  }
  const [ours, theirs] = [one, other] as [Values, Values];
  let count = 0;
  for (const key in ours) {
    if (ours[key] === undefined) continue;
    count += 1;
    if (!isSame(ours[key], theirs[key])) return false;
  }
  for (const key in theirs) if (theirs[key] !== undefined) count -= 1;
  return count === 0;
}

type Values = Readonly<Record<string, unknown>>;

function areSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, at) => isSame(value, other[at]));
}
