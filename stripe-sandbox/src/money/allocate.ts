// pure

/**
 * Shares a total out by weights, so that the parts add up to it: each gets its share rounded down,
 * and what remains goes to the last of those that lost something by that. 500 by 1000 and 2000 is
 * 166 and 334, as Stripe shares a discount of 5.00 out between items of 10.00 and 20.00
 * (https://docs.stripe.com/billing/subscriptions/prorations#credit-prorations).
 *
 * @param total not below zero
 * @param weights none below zero, and not all of them zero unless the total is
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((known, weight) => known + weight, 0n);
  if (sum === 0n) return weights.map(() => 0n);
  const shares = weights.map((weight) => (total * weight) / sum);
  let left = total - shares.reduce((known, share) => known + share, 0n);
  for (let index = shares.length - 1; left > 0n; index -= 1) {
    if ((total * weights[index]!) % sum === 0n) continue;
    shares[index] = shares[index]! + 1n;
    left -= 1n;
  }
  return shares;
}
