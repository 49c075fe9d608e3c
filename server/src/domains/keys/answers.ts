import { hash } from 'node:crypto';
import type { Database } from '../../platform/database.ts';
import {
  claimAnswer,
  deleteExpiredAnswers,
  findAnswer,
  forgetAnswer,
  keepAnswer,
} from './store-answers.ts';

/** A request that names itself, so that a repetition is known. */
export interface NamedRequest {
  /** Whose key it is, such as `key:4`. */
  readonly caller: string;
  /** Such as `POST /v1/checkout`. */
  readonly route: string;
  readonly key: string;
  /** All that it asks for; another request under the same key is refused by it. */
  readonly content: string;
}

export type Claim =
  /** Nobody has asked this before: whoever is told so does it, and says how it went. */
  | { readonly kind: 'new'; keep(answer: string): Promise<void>; forget(): Promise<void> }
  | { readonly kind: 'answered'; readonly answer: string }
  | { readonly kind: 'in_flight' }
  /** The key was used for something else. */
  | { readonly kind: 'different' };

export interface Answers {
  claim(request: NamedRequest): Promise<Claim>;
  /** Lets go of what has been kept long enough; answers how many. */
  expire(limit: number): Promise<number>;
}

/** Answers given under idempotency keys; kept for a day, and for every process. */
export function createAnswers({ database }: { readonly database: Database }): Answers {
  return {
    async claim({ content, ...request }) {
      const named = { ...request, fingerprint: hash('sha256', content, 'buffer') };
      if (await claimAnswer(database, named)) {
        return {
          kind: 'new',
          keep: (answer) => keepAnswer(database, named, answer),
          forget: () => forgetAnswer(database, named),
        };
      }
      const kept = await findAnswer(database, named);
      // It was forgotten this very moment, and may be asked again.
      if (kept === undefined) return { kind: 'in_flight' };
      if (!kept.fingerprint.equals(named.fingerprint)) return { kind: 'different' };
      if (kept.answer === null) return { kind: 'in_flight' };
      return { kind: 'answered', answer: kept.answer };
    },
    expire: (limit) => deleteExpiredAnswers(database, limit),
  };
}
