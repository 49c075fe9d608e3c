import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import type { Session } from '../../platform/routes.ts';
import type { RateLimit } from './limits.ts';
import { ORIGIN_FOREIGN, SESSION_MISSING } from '../problems/errors.ts';

/** Knows customers by what their cookie holds. */
export interface SessionFinder {
  find(secret: string): Promise<Session | undefined>;
}

export interface SessionGateOptions {
  readonly sessions: SessionFinder;
  readonly limit: RateLimit;
}

/** `__Host-` would need TLS, which development has not; the path keeps it from the API. */
export const SESSION_COOKIE = 'wf_session';

type Done = (error?: Error) => void;

/** A customer with a cookie, whose page is the one that asks: before the body is read. */
export function sessionGate({ sessions, limit }: SessionGateOptions) {
  return (request: FastifyRequest, _reply: FastifyReply, done: Done): void => {
    if (!isOwnPage(request)) return done(foreign());
    const secret = sessionSecretOf(request);
    if (secret === undefined) return done(missing());
    const admit = async (): Promise<void> => {
      const session = await sessions.find(secret);
      if (session === undefined) throw missing();
      request.session = session;
      limit.consume(`user:${session.userId}`, done);
    };
    admit().catch(done);
  };
}

/** What the cookie of a request holds, if it has one. */
export function sessionSecretOf(request: FastifyRequest): string | undefined {
  return cookieOf(request, SESSION_COOKIE);
}

/** The value of a cookie of ours; none where it is empty. */
export function cookieOf({ headers }: FastifyRequest, wanted: string): string | undefined {
  for (const part of (headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=');
    if (name === wanted && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/**
 * A browser sends the cookie along whichever page asks; what changes something is believed only
 * from our own. `Sec-Fetch-Site` is what all browsers of today send; others name the origin.
 */
export function isOwnPage({ method, headers }: FastifyRequest): boolean {
  if (method === 'GET' || method === 'HEAD') return true;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  return origin !== undefined && URL.parse(origin)?.host === host;
}

function missing(): AppError {
  return new AppError(SESSION_MISSING, {
    message: 'There is no session: open the account page by a link from the app.',
  });
}

function foreign(): AppError {
  return new AppError(ORIGIN_FOREIGN, { message: 'Only the account page itself may ask this.' });
}
