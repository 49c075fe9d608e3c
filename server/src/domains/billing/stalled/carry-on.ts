/**
 * Carries on with each of those that were left, also after one that cannot be: whatever is wrong
 * with it keeps nobody else waiting. Throws what was wrong with the first, when all were tried.
 */
export async function carryOn<T>(
  stalled: readonly T[],
  one: (each: T) => Promise<unknown>,
): Promise<number> {
  const failures: unknown[] = [];
  for (const each of stalled) {
    try {
      await one(each);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return stalled.length;
}
