import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { pageOf, readIdCursor } from '../../../platform/pages.ts';
import { exchangeOf, route, staffActor, staffOf, type Route } from '../../../platform/routes.ts';
import { Input, PageOf, paging, USUAL_ON_A_PAGE } from '../../../platform/schemas.ts';
import type { StaffParts } from '../parts.ts';
import { changePassword } from '../resets/resets.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  removeSecondFactor,
} from '../second-factor/second-factor.ts';
import { listSessions } from '../sessions/store.ts';
import { liveAt } from '../sessions/sessions.ts';
import { endSession } from '../sign-in/sign-out.ts';
import { Done, handOver, Id, Password, Secret, SignInAnswer, type Showing } from './answers.ts';

const tag = 'Staff, about themselves';
const self = { tag, scope: 'staff', permission: 'self' } as const;

/** What members see and change of themselves. */
export function ownRoutes(showing: Showing): Route[] {
  return [
    ...ownSessionRoutes(showing.parts),
    ...secondFactorRoutes(showing),
    passwordRoute(showing),
  ];
}

const ListedSession = Type.Object({
  id: Type.Integer(),
  is_this: Type.Boolean(),
  address: Type.String(),
  user_agent: Type.String(),
  created_at: Type.String(),
  last_seen_at: Type.String(),
  expires_at: Type.String(),
});

function ownSessionRoutes(parts: StaffParts): Route[] {
  return [
    route({
      ...self,
      method: 'GET',
      path: '/admin/v1/sessions',
      summary: 'Where one is signed in',
      query: Input(paging),
      response: PageOf(ListedSession),
      async handler(request) {
        const { cursor, limit = USUAL_ON_A_PAGE } = request.query;
        const { staffId, sessionId, via } = staffOf(request);
        const page = { afterId: readIdCursor(cursor), limit: limit + 1 };
        const at = liveAt(parts.clock.nowMs());
        const found = await listSessions(parts.database, staffId, { ...at, ...page });
        const { rows, nextCursor } = pageOf(found, limit, ({ id }) => String(id));
        const data: Static<typeof ListedSession>[] = rows.map((session) => ({
          id: session.id,
          is_this: via === 'session' && session.id === sessionId,
          address: session.address,
          user_agent: session.userAgent,
          created_at: formatInstant(session.createdMs),
          last_seen_at: formatInstant(session.lastSeenMs),
          expires_at: formatInstant(session.expiresMs),
        }));
        return { data, next_cursor: nextCursor };
      },
    }),
    route({
      ...self,
      method: 'DELETE',
      path: '/admin/v1/sessions/{id}',
      summary: 'Ends one of one’s own sessions, at once',
      params: Type.Object({ id: Id }),
      response: Done,
      async handler(request) {
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        const ended = { staff: staffOf(request), sessionId: Number(request.params.id) };
        await endSession(parts, ended, by);
        return {};
      },
    }),
  ];
}

const Begun = Type.Object({
  secret: Type.String({ description: 'To be typed into an authenticator app.' }),
  uri: Type.String({ description: 'The same for a square picture to scan.' }),
});
const Confirmed = Type.Object({
  recovery_codes: Type.Array(Type.String(), {
    description: 'Shown this once; each lets in once, without the app.',
  }),
  ...SignInAnswer.properties,
});

function secondFactorRoutes(showing: Showing): Route[] {
  const { parts } = showing;
  const path = '/admin/v1/second-factor';
  const careful = { ...self, needsFreshSignIn: true } as const;
  return [
    route({
      ...careful,
      method: 'POST',
      path,
      summary: 'Begins a second factor',
      description: 'Nothing changes until a code of it is confirmed.',
      response: Begun,
      handler: (request) => beginSecondFactor(parts, staffOf(request)),
    }),
    route({
      ...careful,
      method: 'POST',
      path: `${path}/confirm`,
      summary: 'Confirms a second factor',
      description: 'Ends all other sessions, and gives this one another token.',
      body: Input({ code: Secret }),
      response: Confirmed,
      async handler(request) {
        const command = { staff: staffOf(request), code: request.body.code };
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        const { recoveryCodes, session } = await confirmSecondFactor(parts, command, by);
        const exchange = exchangeOf(request);
        const shown = await handOver(showing, { exchange, session, nowMs: request.nowMs });
        return { recovery_codes: [...recoveryCodes], ...shown };
      },
    }),
    route({
      ...careful,
      method: 'DELETE',
      path,
      summary: 'Removes the second factor',
      response: Done,
      async handler(request) {
        const { staffId, sessionId } = staffOf(request);
        const by = { actor: staffActor(request), nowMs: request.nowMs };
        await removeSecondFactor(parts, { staffId, exceptSessionId: sessionId }, by);
        return {};
      },
    }),
  ];
}

function passwordRoute(showing: Showing): Route {
  return route({
    ...self,
    method: 'POST',
    path: '/admin/v1/password',
    summary: 'Changes the password',
    description: 'Ends all other sessions, and gives this one another token.',
    // Whoever knows the present password has proved enough, but a script knows none.
    needsFreshSignIn: true,
    body: Input({ current: Password, new: Password }),
    response: SignInAnswer,
    async handler(request) {
      const exchange = exchangeOf(request);
      const { current, new: next } = request.body;
      const { address } = exchange;
      const command = { staff: staffOf(request), current, next, address };
      const by = { actor: staffActor(request), nowMs: request.nowMs };
      const session = await changePassword(showing.parts, command, by);
      return handOver(showing, { exchange, session, nowMs: request.nowMs });
    },
  });
}
