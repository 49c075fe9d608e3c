import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors.ts';
import type { Answers, Claim } from '../domains/keys/index.ts';
import { KEY_IN_FLIGHT, KEY_REUSED } from './problems/errors.ts';

/** A request under a key of its own, and how it is done where nobody has. */
export interface Replayable {
  readonly key: string;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly work: () => Promise<unknown>;
}

/**
 * Does what is asked once under each key: what was answered is answered again, and what failed may
 * be asked again. Another request under the same key is refused, and so is one that is under way.
 */
export async function replayed(answers: Answers, replayable: Replayable): Promise<unknown> {
  const { key, request, reply, work } = replayable;
  const claim = await answers.claim({
    caller: callerOf(request),
    route: `${request.method} ${request.routeOptions.url}`,
    key,
    content: JSON.stringify([request.url, request.body ?? null]),
  });
  if (claim.kind === 'new') return keep(claim, work);
  if (claim.kind === 'answered') {
    void reply.header('idempotency-replayed', 'true');
    return JSON.parse(claim.answer) as unknown;
  }
  throw claim.kind === 'in_flight' ? inFlight() : reused();
}

async function keep(
  claim: Extract<Claim, { kind: 'new' }>,
  work: () => Promise<unknown>,
): Promise<unknown> {
  let answer: unknown;
  try {
    answer = await work();
  } catch (error) {
    await claim.forget();
    throw error;
  }
  await claim.keep(JSON.stringify(answer));
  return answer;
}

function callerOf({ caller, session, staff }: FastifyRequest): string {
  // By role, too: what somebody may by a session is not told to a token of theirs that may less.
  if (staff !== undefined) return `staff:${staff.staffId}:${staff.role}`;
  return caller === undefined ? `user:${session?.userId ?? ''}` : `key:${caller.keyId}`;
}

function inFlight(): AppError {
  return new AppError(KEY_IN_FLIGHT, {
    message: 'A request with this Idempotency-Key is under way; ask again for its answer.',
    retryAfterSeconds: 1,
  });
}

function reused(): AppError {
  return new AppError(KEY_REUSED, {
    message: 'This Idempotency-Key was used for another request.',
  });
}
