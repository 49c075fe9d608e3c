import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../platform/errors.ts';
import type { Caller, Scope } from '../platform/routes.ts';
import { KEY_MISSING, KEY_UNKNOWN, SCOPE_MISSING } from './problems/errors.ts';
import type { RateLimit } from './limits.ts';

/** Knows secret keys: at once from memory, or after a look into the database. */
export type Authenticate = (secret: string) => Caller | undefined | Promise<Caller | undefined>;

export interface GateOptions {
  readonly authenticate: Authenticate;
  readonly keyLimit: RateLimit;
  readonly guessLimit: RateLimit;
}

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** Who asks, the scope the key must have, the rate: before the body is read. */
export function gate(scope: Scope | 'public', options: GateOptions): Hook {
  return scope === 'public' ? publicGate(options.keyLimit) : keyGate(scope, options);
}

/** What is public is read from other sites too, without cookies, and limited by address. */
function publicGate(limit: RateLimit): Hook {
  return (request, reply, done) => {
    void reply.header('access-control-allow-origin', '*');
    limit.consume(request.ip, done);
  };
}

function keyGate(scope: Scope, options: GateOptions): Hook {
  const admit = (request: FastifyRequest, caller: Caller | undefined, done: Done): void => {
    if (caller === undefined) return refuseGuess(request, options.guessLimit, done);
    if (!caller.scopes.includes(scope)) return done(scopeMissing(scope));
    request.caller = caller;
    options.keyLimit.consume(String(caller.keyId), done);
  };
  return (request, _reply, done) => {
    const secret = bearer(request.headers.authorization);
    if (secret === undefined) return done(keyMissing());
    const found = options.authenticate(secret);
    if (found instanceof Promise) found.then((caller) => admit(request, caller, done), done);
    else admit(request, found, done);
  };
}

const SCHEME = 'bearer ';

function bearer(header: string | undefined): string | undefined {
  if (header === undefined || header.length <= SCHEME.length) return undefined;
  const scheme = header.slice(0, SCHEME.length);
  if (scheme !== 'Bearer ' && scheme.toLowerCase() !== SCHEME) return undefined;
  return header.slice(SCHEME.length).trim();
}

function refuseGuess(request: FastifyRequest, limit: RateLimit, done: Done): void {
  limit.consume(request.ip, (refusal) => done(refusal ?? keyUnknown()));
}

function keyMissing(): AppError {
  return new AppError(KEY_MISSING, {
    message: 'A secret key is needed: send Authorization: Bearer <secret key>.',
  });
}

function keyUnknown(): AppError {
  return new AppError(KEY_UNKNOWN, { message: 'This secret key is unknown or revoked.' });
}

function scopeMissing(scope: Scope): AppError {
  return new AppError(SCOPE_MISSING, {
    message: `This key lacks the scope "${scope}".`,
    members: { scope },
  });
}
