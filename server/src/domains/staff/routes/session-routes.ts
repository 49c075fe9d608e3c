import Type from 'typebox';
import { AppError } from '../../../platform/errors.ts';
import { exchangeOf, route, staffActor, staffOf, type Route } from '../../../platform/routes.ts';
import { Input, Text } from '../../../platform/schemas.ts';
import { CHALLENGE_COOKIE, DEVICE_COOKIE, dropCookie, setCookie } from '../cookies.ts';
import { CODE_NOT_AWAITED } from '../errors.ts';
import { visitOf } from '../parts.ts';
import { STAFF_COOKIE } from '../secrets.ts';
import { CHALLENGE_MS, DEVICE_MS, showCode, signIn } from '../sign-in/sign-in.ts';
import { endReplaced, endSession } from '../sign-in/sign-out.ts';
import {
  Done,
  handOver,
  Secret,
  SessionAnswer,
  sessionAnswer,
  SignInAnswer,
  type Showing,
} from './answers.ts';

const path = '/admin/v1/session';
const tag = 'Staff sign-in';

/** Coming and going. */
export function sessionRoutes(showing: Showing): Route[] {
  return [
    signInRoute(showing),
    codeRoute(showing),
    route({
      method: 'GET',
      path,
      summary: 'Who is signed in, and what they may do',
      tag,
      scope: 'staff',
      permission: 'self',
      response: SessionAnswer,
      handler(request) {
        const staff = staffOf(request);
        const cookie = exchangeOf(request).cookie(STAFF_COOKIE);
        const secret = staff.via === 'session' ? cookie : undefined;
        return sessionAnswer(showing, { staff, secret, nowMs: request.nowMs });
      },
    }),
    route({
      method: 'DELETE',
      path,
      summary: 'Signs out',
      tag,
      scope: 'staff',
      permission: 'self',
      response: Done,
      async handler(request) {
        const staff = staffOf(request);
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        if (staff.via === 'session') {
          await endSession(showing.parts, { staff, sessionId: staff.sessionId }, by);
          dropCookie(exchangeOf(request), STAFF_COOKIE);
        }
        return {};
      },
    }),
  ];
}

function signInRoute(showing: Showing): Route {
  const { parts } = showing;
  return route({
    method: 'POST',
    path,
    summary: 'Signs in with address and password',
    description:
      'Sets the cookie of the portal, or answers `code_needed`. Also the way to prove again who ' +
      'one is, for what is sensitive. Scripts use a token instead.',
    tag,
    scope: 'staff',
    permission: 'anyone',
    body: Input({ email: Text({ maxLength: 254 }), password: Text({ maxLength: 1_000 }) }),
    response: SignInAnswer,
    async handler(request) {
      const exchange = exchangeOf(request);
      const visit = visitOf(exchange, request);
      const { email, password } = request.body;
      const device = exchange.cookie(DEVICE_COOKIE);
      const signedIn = await signIn(parts, { email, password, device }, visit);
      if (signedIn.state === 'code_needed') {
        const { challenge: value } = signedIn;
        setCookie(exchange, { name: CHALLENGE_COOKIE, value, maxAgeMs: CHALLENGE_MS });
        return { state: 'code_needed' as const, session: null };
      }
      await endReplaced(parts, exchange.cookie(STAFF_COOKIE), visit);
      return handOver(showing, { exchange, session: signedIn.session, nowMs: request.nowMs });
    },
  });
}

function codeRoute(showing: Showing): Route {
  const { parts } = showing;
  return route({
    method: 'POST',
    path: `${path}/code`,
    summary: 'Ends a sign-in with a code',
    description: 'Of the authenticator app (`totp`), or one of the recovery codes, once each.',
    tag,
    scope: 'staff',
    permission: 'anyone',
    body: Input({
      code: Secret,
      kind: Type.Enum(['totp', 'recovery']),
      trust_device: Type.Optional(
        Type.Boolean({ description: 'Whether this browser is asked for no code for 30 days.' }),
      ),
    }),
    response: SignInAnswer,
    async handler(request) {
      const exchange = exchangeOf(request);
      const visit = visitOf(exchange, request);
      const { code, kind, trust_device: trustsDevice = false } = request.body;
      const challenge = exchange.cookie(CHALLENGE_COOKIE);
      if (challenge === undefined) throw notAwaited();
      const shown = { challenge, code, kind, trustsDevice };
      const { session, device } = await showCode(parts, shown, visit);
      await endReplaced(parts, exchange.cookie(STAFF_COOKIE), visit);
      if (device !== undefined) {
        setCookie(exchange, { name: DEVICE_COOKIE, value: device, maxAgeMs: DEVICE_MS });
      }
      return handOver(showing, { exchange, session, nowMs: request.nowMs });
    },
  });
}

function notAwaited(): AppError {
  return new AppError(CODE_NOT_AWAITED, {
    message: 'No code is awaited: sign in with the password first.',
  });
}
