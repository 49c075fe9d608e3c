/**
 * A quantity below 10^9 of at most 6 decimals: a number, or a decimal string where each digit
 * matters.
 */
export type Amount = number | string;

/** Clients must accept reasons they do not know: the service may add some. */
export type Reason =
  | 'ok'
  | 'feature_not_in_plan'
  | 'quota_exceeded'
  | 'subscription_past_due'
  | 'subscription_inactive'
  | 'value_not_allowed'
  | 'user_unknown'
  | 'service_unavailable'
  | (string & {});

/** What a feature's check answers while the service cannot be reached. */
export type OnUnavailable = 'allow' | 'deny' | 'last_known';

export type FeatureKind = 'boolean' | 'metered' | 'level' | 'value' | (string & {});

/** What one account has of one feature in one quota period. */
export interface Balance {
  readonly feature: string;
  /** The half-open quota period as ISO 8601 instants; null for features that do not reset. */
  readonly periodStart: string | null;
  readonly periodEnd: string | null;
  /** null is unlimited. */
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  /** null is unlimited. */
  readonly remaining: number | null;
}

interface CheckFacts {
  readonly allowed: boolean;
  readonly reason: Reason;
  readonly feature: string;
  /** Slug of the user's plan; null when there is none. */
  readonly plan: string | null;
  /** null is unlimited, or not counted. */
  readonly limit: number | null;
  readonly used: number | null;
  readonly reserved: number | null;
  readonly remaining: number | null;
  /** ISO 8601 instant at which the quota starts anew; null for features that do not reset. */
  readonly resetsAt: string | null;
  /** What the plan grants of a `value` feature: one, or a list in which `*` stands for all. */
  readonly value?: string | readonly string[];
  /** Slug of the cheapest plan that would allow it; null when none would or none is needed. */
  readonly upgrade: string | null;
}

/** The service's own answer. */
export interface ServiceCheck extends CheckFacts {
  readonly unavailable: false;
  readonly source: 'service';
}

/** The service could not answer; this is what it last said to the same question. */
export interface LastKnownCheck extends CheckFacts {
  readonly unavailable: true;
  readonly source: 'last_known';
  /** ISO 8601 instant at which the service said it. */
  readonly asOf: string;
  /** Why the service did not answer. */
  readonly cause: unknown;
}

/** The service could not answer; the feature's rule decides, and no numbers are known. */
export interface RuleCheck {
  readonly unavailable: true;
  readonly source: 'rule';
  readonly allowed: boolean;
  readonly reason: 'ok' | 'service_unavailable';
  readonly feature: string;
  /** Why the service did not answer. */
  readonly cause: unknown;
  readonly plan?: undefined;
  readonly limit?: undefined;
  readonly used?: undefined;
  readonly reserved?: undefined;
  readonly remaining?: undefined;
  readonly resetsAt?: undefined;
  readonly value?: undefined;
  readonly upgrade?: undefined;
}

/**
 * The answer of `check`. `allowed` is always there; a number that is undefined is unknown, one
 * that is null is unlimited.
 */
export type CheckAnswer = ServiceCheck | LastKnownCheck | RuleCheck;

export interface CallOptions {
  /** Gives the call up; the returned promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
  /**
   * A POST without one gets one, so that its retries are done once. Give your own to make repeats
   * from elsewhere count once, such as a form that is sent twice; it is good for a day.
   */
  readonly idempotencyKey?: string | undefined;
}

export interface RequestOptions extends WriteOptions {
  /** Sent as JSON. The wire's names are snake_case. */
  readonly body?: unknown;
}

export interface CheckOptions extends CallOptions {
  /** How much the user wants of a metered or level feature. The service assumes 1. */
  readonly amount?: Amount | undefined;
  /** The value the user wants of a `value` feature, such as a model's name. */
  readonly value?: string | undefined;
}

/** What a piece of work used and what it cost. */
export interface Usage {
  readonly amount: Amount;
  /** What the AI provider charged, in cents of US dollars; fractions are kept exactly. */
  readonly costCents?: Amount | undefined;
  readonly model?: string | undefined;
  readonly provider?: string | undefined;
  readonly tokensIn?: number | undefined;
  readonly tokensOut?: number | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

export interface TrackEvent extends Usage {
  readonly user: string;
  /** The event's type; the plan data maps it to the features it uses. */
  readonly event: string;
  /** One is generated when absent; give your own to make repeats from elsewhere count once. */
  readonly idempotencyKey?: string | undefined;
  /** When it happened: an ISO 8601 instant or a Date, at most 34 days ago. */
  readonly occurredAt?: string | Date | undefined;
  /** Refuse the whole event (`recorded: false`) where it would exceed a limit. */
  readonly enforce?: boolean | undefined;
}

export interface TrackAnswer {
  readonly recorded: boolean;
  /** The idempotency key was seen before: the event counts once, and the balances are current. */
  readonly duplicate: boolean;
  readonly overLimit: boolean;
  readonly balances: readonly Balance[];
}

export interface ReserveOptions extends CallOptions {
  /** How long the amount is held, in seconds. */
  readonly ttlSeconds?: number | undefined;
  readonly idempotencyKey?: string | undefined;
}

export interface Reservation {
  readonly granted: true;
  readonly id: string;
  readonly reason: Reason;
  /** ISO 8601 instant at which the held amount is free again. */
  readonly expiresAt: string | null;
  readonly duplicate: boolean;
  readonly balance: Balance | null;
}

export interface RefusedReservation {
  readonly granted: false;
  readonly reason: Reason;
  /** Slug of the cheapest plan that would allow it, or null when none would. */
  readonly upgrade: string | null;
  readonly duplicate: boolean;
  readonly balance: Balance | null;
}

export type ReservationAnswer = Reservation | RefusedReservation;

export interface CommitAnswer extends Balance {
  /** More was used than had been held and was left. It is booked all the same. */
  readonly overLimit: boolean;
  readonly duplicate: boolean;
  /** The hold had expired before, so it was booked like an event of now. */
  readonly late: boolean;
}

export interface ExtendAnswer extends Balance {
  /** ISO 8601 instant until which the amount is held now. */
  readonly expiresAt: string | null;
}
