import { NotAllowedError, UnavailableError } from '../errors.ts';
import type { CheckAnswer, Reason } from '../types.ts';

/** Problem details (RFC 9457) as the app's own API answers them. */
export interface GateProblem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: RefusalStatus;
  readonly code: 'unauthenticated' | 'upgrade_required' | 'not_allowed' | 'service_unavailable';
  readonly detail: string;
  readonly feature: string;
  readonly reason?: Reason;
  readonly plan?: string | null;
  /** Slug of the plan that would allow it. */
  readonly upgrade?: string | null;
  readonly limit?: number | null;
  readonly used?: number | null;
  readonly remaining?: number | null;
  readonly resets_at?: string | null;
  /** Where the user can buy what is missing, or pay what is open. */
  readonly account_url?: string;
}

export type RefusalStatus = 401 | 402 | 403 | 503;

export interface Refusal {
  readonly status: RefusalStatus;
  readonly headers: Readonly<Record<string, string>>;
  readonly problem: GateProblem;
}

const RETRY_AFTER_SECONDS = 5;

function refuse(problem: Omit<GateProblem, 'type'>, headers: Record<string, string> = {}): Refusal {
  return {
    status: problem.status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...headers,
    },
    problem: { type: 'about:blank', ...problem },
  };
}

export function refuseStranger(feature: string): Refusal {
  const detail = 'Sign in to use this.';
  return refuse({ title: 'Unauthorized', status: 401, code: 'unauthenticated', detail, feature });
}

export function refuseUnavailable(feature: string, retryAfterMs: number | undefined): Refusal {
  const seconds = Math.ceil((retryAfterMs ?? 0) / 1_000) || RETRY_AFTER_SECONDS;
  const problem = {
    title: 'Service Unavailable',
    status: 503,
    code: 'service_unavailable',
    detail: `Whether ${feature} may be used cannot be decided at the moment. Try again shortly.`,
    feature,
  } as const;
  return refuse(problem, { 'retry-after': String(seconds) });
}

const SENTENCES: Readonly<Record<string, string>> = {
  feature_not_in_plan: 'is not part of the plan',
  quota_exceeded: 'does not have enough left',
  subscription_past_due: 'is paused until the open invoice is paid',
  subscription_inactive: 'needs an active subscription',
  value_not_allowed: 'is not available in this choice on the plan',
  user_unknown: 'is not open to a user who is not registered',
};

type Facts = Pick<
  GateProblem,
  'feature' | 'plan' | 'upgrade' | 'limit' | 'used' | 'remaining' | 'resets_at'
>;

function describe(reason: Reason, facts: Facts, upgrade: string | null): string {
  const sentence = Object.hasOwn(SENTENCES, reason) ? SENTENCES[reason] : 'may not be used';
  const counted = typeof facts.limit === 'number' && typeof facts.remaining === 'number';
  const left = counted ? ` ${facts.remaining} of ${facts.limit} remain.` : '';
  const hint = upgrade === null ? '' : ` The plan ${upgrade} would allow it.`;
  return `${facts.feature} ${sentence}.${left}${hint}`;
}

/** 402 where paying for another plan would help, 403 where it would not. */
function refuseUse(reason: Reason, facts: Facts): Refusal {
  const upgrade = facts.upgrade ?? null;
  const known = { ...facts, detail: describe(reason, facts, upgrade), reason, upgrade };
  return upgrade === null
    ? refuse({ title: 'Forbidden', status: 403, code: 'not_allowed', ...known })
    : refuse({ title: 'Payment Required', status: 402, code: 'upgrade_required', ...known });
}

/** The refusal of an answer that does not allow. */
export function refuseAnswer(answer: CheckAnswer): Refusal {
  if (answer.source === 'rule') {
    const { cause } = answer;
    const retryAfterMs = cause instanceof UnavailableError ? cause.retryAfterMs : undefined;
    return refuseUnavailable(answer.feature, retryAfterMs);
  }
  const { feature, plan, upgrade, limit, used, remaining, resetsAt } = answer;
  const facts = { feature, plan, upgrade, limit, used, remaining, resets_at: resetsAt };
  return refuseUse(answer.reason, facts);
}

/** The refusal of a hold that was not granted, or undefined when the error is of another kind. */
export function refuseError(feature: string, error: unknown): Refusal | undefined {
  if (error instanceof UnavailableError) return refuseUnavailable(feature, error.retryAfterMs);
  if (!(error instanceof NotAllowedError)) return undefined;
  const { reason, upgrade, balance } = error;
  const numbers =
    balance === null
      ? {}
      : {
          limit: balance.limit,
          used: balance.used,
          remaining: balance.remaining,
          resets_at: balance.periodEnd,
        };
  return refuseUse(reason, { feature, upgrade, ...numbers });
}
