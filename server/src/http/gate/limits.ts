import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import { AppError } from '../../platform/errors.ts';
import { RATE_LIMITED } from '../problems/errors.ts';

/** A refusal with what the caller must know to come back in time. */
export class RateLimited extends AppError {
  /** Headers as the IETF's draft "RateLimit header fields for HTTP" writes them. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(policy: Policy, resetSeconds: number) {
    super(RATE_LIMITED, { message: policy.message, retryAfterSeconds: resetSeconds });
    this.headers = {
      'RateLimit-Policy': `"${policy.name}";q=${policy.requests};w=${policy.seconds}`,
      'RateLimit': `"${policy.name}";r=0;t=${resetSeconds}`,
    };
  }
}

interface Policy {
  readonly name: string;
  readonly requests: number;
  readonly seconds: number;
  readonly message: string;
}

export interface RateLimit {
  /** Calls back with nothing while there is room, and with `RateLimited` when there is none. */
  consume(who: string, done: (refusal?: RateLimited) => void): void;
  /** Whether the next `consume` would find room; takes none. */
  hasRoom(who: string): Promise<boolean>;
}

/** What one secret key, or one address without a key, may ask of one process. */
export function keyLimit(requestsPerSecond: number): RateLimit {
  return limit({
    name: 'key',
    requests: requestsPerSecond,
    seconds: 1,
    message: `More than ${requestsPerSecond} requests came within a second.`,
  });
}

/** Guesses from one address. Keys are far too long to be guessed; this keeps the noise cheap. */
export function guessLimit(): RateLimit {
  return limit({
    name: 'failed-authentication',
    requests: 30,
    seconds: 60,
    message: 'Too many requests with an unknown key came from this address.',
  });
}

function limit(policy: Policy): RateLimit {
  const limiter = new RateLimiterMemory({ points: policy.requests, duration: policy.seconds });
  return {
    consume(who, done) {
      limiter.consume(who).then(
        () => done(),
        (state: RateLimiterRes) => done(new RateLimited(policy, secondsUntil(state))),
      );
    },
    async hasRoom(who) {
      const state = await limiter.get(who);
      return state === null || state.remainingPoints > 0;
    },
  };
}

function secondsUntil(state: RateLimiterRes): number {
  return Math.max(1, Math.ceil(state.msBeforeNext / 1_000));
}
