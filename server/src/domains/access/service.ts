import { randomText } from '@whisperforge/kernel/ids';
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { Feature } from '../plans/index.ts';
import { NONCE_LENGTH, type AccessState, type ReserveAnswer } from '../usage/index.ts';
import { decideCheck, type CheckDecision, type CheckQuestion } from './decide-check.ts';
import { loadProfile, type AccessProfile, type ProfileDependencies } from './profile.ts';

/** The answer to a check, with the state that it was decided on; no state for an unknown user. */
export interface CheckResult extends CheckDecision {
  readonly feature: Feature;
  readonly state: AccessState | null;
}

export interface ReserveRequest {
  readonly user: string;
  readonly feature: Feature;
  readonly amount: Quantity;
  readonly ttlMs: number;
  readonly idempotencyKey: string | undefined;
}

export interface ReserveResult {
  readonly answer: ReserveAnswer;
  /** Why it was not granted, and what would allow it. */
  readonly refusal: CheckDecision | null;
}

export interface Access {
  /** Whether a user may do something now. Answers and changes nothing. */
  check(user: string, question: CheckQuestion): Promise<CheckResult>;
  /** Holds an amount that nobody else can have; throws `user_unknown`. */
  reserve(request: ReserveRequest): Promise<ReserveResult>;
  /** All that a user may do now, and where each of it comes from; throws `user_unknown`. */
  profile(user: string): Promise<AccessProfile>;
}

const UNKNOWN: CheckDecision = {
  allowed: false,
  reason: 'user_unknown',
  value: null,
  upgrade: null,
};

export function createAccess(deps: ProfileDependencies): Access {
  const { lookup, usage } = deps;
  return {
    profile: (user) => loadProfile(deps, user),
    async check(user, question) {
      const state = await lookup.lookup(user, countedKey(question.feature));
      const { feature } = question;
      if (state === undefined) return { ...UNKNOWN, feature, state: null };
      return { ...decideCheck(state, question), feature, state };
    },
    async reserve({ user, feature, amount, ttlMs, idempotencyKey }) {
      const answer = await usage.reserve({
        kind: 'reserve',
        user,
        feature: feature.key,
        amount,
        ttlMs,
        idempotencyKey,
        nonce: randomText(NONCE_LENGTH),
      });
      if (answer.granted) return { answer, refusal: null };
      const state = await lookup.lookup(user, feature.key);
      const { balance } = answer;
      const refusal =
        state === undefined ? UNKNOWN : decideCheck({ ...state, balance }, { feature, amount });
      return { answer, refusal };
    },
  };
}

/** Only what is counted has a balance to look at. */
function countedKey(feature: Feature): string {
  return feature.kind === 'metered' || feature.kind === 'level' ? feature.key : '';
}
