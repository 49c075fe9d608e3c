/** Answers from outside that may be given again for a while. */
export interface RecentAnswers<T> {
  get(key: string, ask: () => Promise<T>): Promise<T>;
}

/** More customers than look at their page at one time; the oldest make room. */
const MOST_KEPT = 1_000;
const KEPT_MS = 20_000;

/**
 * A page that is open asks every few seconds, and Stripe's answers cost Stripe's patience. The key
 * says all that may change an answer as far as is known here; what failed is not kept.
 */
export function createRecentAnswers<T>(elapsedMs = () => performance.now()): RecentAnswers<T> {
  const kept = new Map<string, { readonly answer: Promise<T>; readonly untilMs: number }>();
  return {
    get(key, ask) {
      const known = kept.get(key);
      if (known !== undefined && elapsedMs() < known.untilMs) return known.answer;
      const answer = ask();
      kept.delete(key);
      kept.set(key, { answer, untilMs: elapsedMs() + KEPT_MS });
      answer.catch(() => kept.delete(key));
      const [oldest] = kept.keys();
      if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
      return answer;
    },
  };
}
