import { createHash } from 'node:crypto';
import { collection } from '../engine/collection.ts';
import type { Tx } from '../engine/transaction.ts';
import { StripeError } from './errors.ts';

/** What was answered under a key; kept for a day. */
export interface AnswerRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly requestId: string;
  readonly atSeconds: number;
}

const answers = collection<AnswerRow>('idempotent_answers');

const LIFETIME_SECONDS = 24 * 3600;
const LONGEST_KEY = 255;

/** Tells requests under one key apart. */
export function fingerprintOf(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('base64url');
}

export function requireKey(key: string): void {
  if (key.length <= LONGEST_KEY) return;
  throw new StripeError(400, {
    type: 'invalid_request_error',
    message: `Idempotency keys may be at most ${LONGEST_KEY} characters long.`,
  });
}

/** The answer that a key stands for; throws where the key was used for something else. */
export function earlierAnswer(
  tx: Tx,
  { key, fingerprint }: { readonly key: string; readonly fingerprint: string },
): AnswerRow | undefined {
  const answer = tx.find(answers, key);
  if (answer === undefined || hasExpired(tx, answer)) return undefined;
  if (answer.fingerprint === fingerprint) return answer;
  throw new StripeError(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first ' +
      `used with. Try using a key other than '${key}' if you meant to execute a different request.`,
  });
}

function hasExpired(tx: Tx, { atSeconds }: AnswerRow): boolean {
  return atSeconds <= tx.sandboxNow - LIFETIME_SECONDS;
}

/** Keeps what was answered under a key, and lets go of what has been kept long enough. */
export function keepAnswer(tx: Tx, answer: Omit<AnswerRow, 'atSeconds'>): void {
  const expired: string[] = [];
  for (const kept of tx.oldestFirst(answers)) {
    if (expired.length === MOST_DROPPED || !hasExpired(tx, kept)) break;
    expired.push(kept.id);
  }
  for (const id of expired) tx.remove(answers, id);
  // Behind all others, as the youngest, also where an expired one had the key.
  if (tx.has(answers, answer.id)) tx.remove(answers, answer.id);
  tx.put(answers, { ...answer, atSeconds: tx.sandboxNow });
}

/** More than are added, so that none is left in the end. */
const MOST_DROPPED = 3;
