// pure

/**
 * Shares a total out by weights, so that the parts add up to it: each gets its share rounded down,
 * and what remains goes to the largest remainders, the first of those that are equal.
 * 100 by 1, 1 and 1 is 34, 33 and 33.
 *
 * @param total not below zero
 * @param weights none below zero, and not all of them zero unless the total is
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((known, weight) => known + weight, 0n);
  if (sum === 0n) return weights.map(() => 0n);
  const shares = weights.map((weight) => (total * weight) / sum);
  const remainders = weights.map((weight, index) => ({ index, rest: (total * weight) % sum }));
  let left = total - shares.reduce((known, share) => known + share, 0n);
  remainders.sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1));
  for (const { index } of remainders) {
    if (left === 0n) break;
    shares[index] = shares[index]! + 1n;
    left -= 1n;
  }
  return shares;
}
