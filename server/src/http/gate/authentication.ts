import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../../platform/errors.ts';
import type { Admission, Caller, Scope } from '../../platform/routes.ts';
import { KEY_MISSING, KEY_UNKNOWN, SCOPE_MISSING } from '../problems/errors.ts';
import { addressOf } from './address.ts';
import { bearer } from './bearer.ts';
import type { RateLimit } from './limits.ts';
import { sessionGate, type SessionGateOptions } from './sessions.ts';
import { staffGate, type StaffGateOptions } from './staff.ts';

/** Knows secret keys. */
export interface Authenticator {
  /** By what is remembered: mostly at once. */
  authenticate(secret: string): Caller | undefined | Promise<Caller | undefined>;
  /** By what is stored: for a secret that is not remembered. */
  lookUp(secret: string): Promise<Caller | undefined>;
}

export interface GateOptions {
  readonly keys: Authenticator;
  readonly sessions: SessionGateOptions;
  readonly staff: StaffGateOptions;
  readonly keyLimit: RateLimit;
  readonly guessLimit: RateLimit;
}

type Done = (error?: Error) => void;
type Hook = (request: FastifyRequest, reply: FastifyReply, done: Done) => void;

/** Who asks, the scope the key must have, the rate: before the body is read. */
export function gate(admission: Admission, options: GateOptions): Hook {
  if (admission.scope === 'staff') return staffGate(admission, options.staff);
  const { scope } = admission;
  if (scope === 'public') return publicGate(options.keyLimit);
  if (scope === 'session') return sessionGate(options.sessions);
  return keyGate(scope, options);
}

/** What is public is read from other sites too, without cookies, and limited by address. */
function publicGate(limit: RateLimit): Hook {
  return (request, reply, done) => {
    void reply.header('access-control-allow-origin', '*');
    limit.consume(addressOf(request), done);
  };
}

function keyGate(scope: Scope, options: GateOptions): Hook {
  const { keys, keyLimit, guessLimit } = options;
  const admit = (request: FastifyRequest, caller: Caller, done: Done): void => {
    if (!caller.scopes.includes(scope)) return done(scopeMissing(scope));
    request.caller = caller;
    keyLimit.consume(String(caller.keyId), done);
  };
  const lookUp = async (request: FastifyRequest, secret: string, done: Done): Promise<void> => {
    // Whoever has guessed too often is not worth a look.
    const hasRoom = await guessLimit.hasRoom(addressOf(request));
    const caller = hasRoom ? await keys.lookUp(secret) : undefined;
    if (caller !== undefined) return admit(request, caller, done);
    return guessLimit.consume(addressOf(request), (refusal) => done(refusal ?? keyUnknown()));
  };
  return (request, _reply, done) => {
    const secret = bearer(request.headers.authorization);
    if (secret === undefined) return done(keyMissing());
    const decide = (caller: Caller | undefined): void => {
      if (caller === undefined) lookUp(request, secret, done).catch(done);
      else admit(request, caller, done);
    };
    const found = keys.authenticate(secret);
    if (found instanceof Promise) found.then(decide, done);
    else decide(found);
  };
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
