import { hash } from 'node:crypto';
import type { Executor } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { TOO_MANY_ATTEMPTS } from '../errors.ts';
import { deleteAttempts, takeAttempt } from './store-attempts.ts';

/** How often something may be tried by, or about, one somebody. */
interface Limit {
  readonly name: string;
  readonly most: number;
  readonly perMs: number;
}

const MINUTE_MS = 60_000;

/** Somebody behind one address guesses one password; others there are not held up by it. */
const PAIR: Limit = { name: 'pair', most: 10, perMs: 15 * MINUTE_MS };
/** One address guesses at many accounts. */
const ADDRESS: Limit = { name: 'address', most: 60, perMs: 15 * MINUTE_MS };
/** Many addresses guess at one account. */
const ACCOUNT: Limit = { name: 'account', most: 100, perMs: 60 * MINUTE_MS };
/** Six digits, of which three are good at a time: 30 a day find them once in thirty years. */
const CODE: Limit = { name: 'code', most: 6, perMs: 15 * MINUTE_MS };
const CODE_A_DAY: Limit = { name: 'code-day', most: 30, perMs: 24 * 60 * MINUTE_MS };
const MAILS: Limit = { name: 'mails', most: 3, perMs: 60 * MINUTE_MS };
const MAIL_REQUESTS: Limit = { name: 'mail-requests', most: 20, perMs: 60 * MINUTE_MS };

export interface Attempt {
  readonly limit: Limit;
  readonly who: string;
}

export function passwordAttempts(email: string, address: string): readonly Attempt[] {
  return [
    { limit: ADDRESS, who: address },
    { limit: PAIR, who: `${email} ${address}` },
    { limit: ACCOUNT, who: email },
  ];
}

export function codeAttempts(staffId: number): readonly Attempt[] {
  const who = String(staffId);
  return [
    { limit: CODE, who },
    { limit: CODE_A_DAY, who },
  ];
}

export function mailRequests(address: string): readonly Attempt[] {
  return [{ limit: MAIL_REQUESTS, who: address }];
}

export function mailsTo(email: string): readonly Attempt[] {
  return [{ limit: MAILS, who: email }];
}

/**
 * Counts attempts before they are made, so that many at once are no more than one after the other;
 * answers when to come back where there were too many. Whoever does not exist is counted alike.
 */
export async function countAttempts(
  executor: Executor,
  attempts: readonly Attempt[],
  nowMs: number,
): Promise<number | undefined> {
  let untilMs: number | undefined;
  for (const { limit, who } of attempts) {
    const count = { digest: digestOf(limit, who), nowMs, expiresMs: nowMs + limit.perMs };
    const { failures, expiresMs } = await takeAttempt(executor, count);
    if (failures > limit.most) untilMs = Math.max(untilMs ?? 0, expiresMs);
  }
  return untilMs;
}

/** Refuses when there were too many. */
export async function spendAttempts(
  executor: Executor,
  attempts: readonly Attempt[],
  nowMs: number,
): Promise<void> {
  const untilMs = await countAttempts(executor, attempts, nowMs);
  if (untilMs === undefined) return;
  throw new AppError(TOO_MANY_ATTEMPTS, {
    message: 'There were too many attempts; try again later.',
    retryAfterSeconds: Math.max(1, Math.ceil((untilMs - nowMs) / 1_000)),
  });
}

/** Whoever was right starts anew. */
export async function forgetAttempts(
  executor: Executor,
  attempts: readonly Attempt[],
): Promise<void> {
  await deleteAttempts(
    executor,
    attempts.map(({ limit, who }) => digestOf(limit, who)),
  );
}

function digestOf(limit: Limit, who: string): Buffer {
  return hash('sha256', `${limit.name}:${who}`, 'buffer');
}
