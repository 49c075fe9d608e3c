/** Users whose account is remembered for routing. */
const MOST_REMEMBERED = 100_000;

/**
 * Which lane an operation belongs in: that of its account, so that two batches of one process never
 * compete for a balance. The account of a user is remembered from earlier answers. It is a hint
 * and decides nothing: a wrong or missing one costs a repeated batch at most.
 */
export interface LaneChooser {
  laneOfUser(user: string): number;
  laneOfAccount(accountId: number): number;
  remember(user: string, accountId: number): void;
}

export function createLaneChooser(lanes: number): LaneChooser {
  const accounts = new Map<string, number>();
  return {
    laneOfUser(user) {
      const accountId = accounts.get(user);
      return (accountId ?? hashOf(user)) % lanes;
    },
    laneOfAccount: (accountId) => accountId % lanes,
    remember(user, accountId) {
      if (accounts.get(user) === accountId) return;
      // Whoever is forgotten with the others is remembered again at the next answer.
      if (accounts.size >= MOST_REMEMBERED) accounts.clear();
      accounts.set(user, accountId);
    },
  };
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) >>> 0;
  }
  return hash;
}
