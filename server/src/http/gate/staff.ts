import { timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { csrfTokenOf, STAFF_COOKIE, TOKEN_PREFIX } from '../../domains/staff/index.ts';
import { AppError } from '../../platform/errors.ts';
import { may, type Permission } from '../../platform/permissions.ts';
import type { Admission, Staff } from '../../platform/routes.ts';
import {
  CSRF_TOKEN_MISSING,
  ORIGIN_FOREIGN,
  PERMISSION_MISSING,
  SIGN_IN_AGAIN,
  STAFF_SESSION_MISSING,
} from '../problems/errors.ts';
import { addressOf } from './address.ts';
import { bearer } from './bearer.ts';
import type { RateLimit } from './limits.ts';
import { cookieOf, isOwnPage } from './sessions.ts';

export { STAFF_COOKIE };

/** Knows members of staff, by rows that are read each time: what is revoked is over at once. */
export interface StaffFinder {
  bySession(secret: string): Promise<Staff | undefined>;
  /** The same, noting that the session is in use. */
  useSession(secret: string): Promise<Staff | undefined>;
  byToken(secret: string): Promise<Staff | undefined>;
  /** Whether what is sensitive is open to them. */
  isFresh(staff: Staff): boolean;
}

export interface StaffGateOptions {
  readonly staff: StaffFinder;
  readonly limit: RateLimit;
}

type Done = (error?: Error) => void;
export type StaffAdmission = Extract<Admission, { scope: 'staff' }>;

/** A member of staff who may do this, asking from the portal or by a token: before the body. */
export function staffGate(admission: StaffAdmission, { staff, limit }: StaffGateOptions) {
  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    void reply.header('cache-control', 'no-store');
    if (admission.permission === 'anyone') {
      if (!isOwnPage(request)) return done(foreign());
      return limit.consume(addressOf(request), done);
    }
    const admit = async (): Promise<void> => {
      const found = await identify(request, staff, (secret) =>
        isStream(request) ? staff.bySession(secret) : staff.useSession(secret),
      );
      if (found === undefined)
        return limit.consume(addressOf(request), (full) => done(full ?? missing()));
      refuseUnpermitted(found, admission);
      if (admission.needsFreshSignIn === true && !staff.isFresh(found)) throw signInAgain();
      request.staff = found;
      limit.consume(`staff:${found.staffId}`, done);
    };
    admit().catch(done);
  };
}

/** A page that was left open comes back to its stream by itself, and is used by nobody. */
function isStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/event-stream') === true;
}

/** Whether whoever was let in would be let in now, by rows as they are. */
export async function isStillAdmitted(
  request: FastifyRequest,
  { permission }: StaffAdmission,
  staff: StaffFinder,
): Promise<boolean> {
  const found = await identify(request, staff, (secret) => staff.bySession(secret));
  return found !== undefined && isPermitted(found, permission);
}

/** What is presented counts, even beside a cookie that would do: a script is told what is wrong. */
async function identify(
  request: FastifyRequest,
  staff: StaffFinder,
  bySession: StaffFinder['bySession'],
): Promise<Staff | undefined> {
  if (request.headers.authorization !== undefined) {
    const token = bearer(request.headers.authorization);
    return token?.startsWith(TOKEN_PREFIX) === true ? staff.byToken(token) : undefined;
  }
  const secret = cookieOf(request, STAFF_COOKIE);
  if (secret === undefined) return undefined;
  const found = await bySession(secret);
  if (found !== undefined) refuseForged(request, secret);
  return found;
}

/** A browser sends the cookie along whichever page asks; the token only the portal knows. */
function refuseForged(request: FastifyRequest, secret: string): void {
  if (!isOwnPage(request)) throw foreign();
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const given = request.headers['x-csrf-token'];
  if (typeof given === 'string' && isEqual(given, csrfTokenOf(secret))) return;
  throw new AppError(CSRF_TOKEN_MISSING, {
    message: 'Send the header X-CSRF-Token with the csrf_token of GET /admin/v1/session.',
  });
}

function isEqual(given: string, expected: string): boolean {
  const one = Buffer.from(given);
  const other = Buffer.from(expected);
  return one.length === other.length && timingSafeEqual(one, other);
}

function refuseUnpermitted(staff: Staff, { permission }: StaffAdmission): void {
  if (isPermitted(staff, permission)) return;
  throw new AppError(PERMISSION_MISSING, {
    message: `The role "${staff.role}" lacks the permission "${permission}".`,
    members: { permission },
  });
}

function isPermitted({ role }: Staff, permission: Permission | 'self' | 'anyone'): boolean {
  return permission === 'self' || permission === 'anyone' || may(role, permission);
}

function signInAgain(): AppError {
  return new AppError(SIGN_IN_AGAIN, {
    message: 'This needs a sign-in of the last 15 minutes, and no token will do.',
  });
}

function missing(): AppError {
  return new AppError(STAFF_SESSION_MISSING, {
    message: 'Nobody is signed in: sign in at /admin, or send a token of staff that is good.',
  });
}

function foreign(): AppError {
  return new AppError(ORIGIN_FOREIGN, { message: 'Only the portal itself may ask this.' });
}
