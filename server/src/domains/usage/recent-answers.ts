import type { UserFeature } from './store/read.ts';

const MOST_USERS = 20_000;

/** What was answered of users' features lately; of too many users the first are let go. */
export interface RecentAnswers<Answer extends UserFeature> {
  find(user: string, feature: string): Answer | undefined;
  keep(answer: Answer): void;
  /** For when another server may answer next, without all that was read from this one. */
  forgetAll(): void;
}

export function createRecentAnswers<Answer extends UserFeature>(): RecentAnswers<Answer> {
  const users = new Map<string, Map<string, Answer>>();
  return {
    find: (user, feature) => users.get(user)?.get(feature),
    keep(answer) {
      let features = users.get(answer.user);
      if (features === undefined) {
        if (users.size >= MOST_USERS) users.delete(users.keys().next().value!);
        features = new Map();
        users.set(answer.user, features);
      }
      features.set(answer.feature, answer);
    },
    forgetAll: () => users.clear(),
  };
}
