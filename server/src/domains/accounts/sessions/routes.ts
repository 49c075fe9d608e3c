import Type from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { route, type RawAnswer, type RawRoute, type Route } from '../../../platform/routes.ts';
import { Input, Text, UserId } from '../../../platform/schemas.ts';
import type { Origins } from './origins.ts';
import type { Sessions } from './sessions.ts';

const LONGEST_URL = 2_000;

export interface SessionsRouteParts {
  readonly sessions: Sessions;
  readonly origins: Origins;
  readonly publicUrl: () => string;
}

export function sessionsRoutes({ sessions, origins, publicUrl }: SessionsRouteParts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/v1/account-links',
      summary: 'A way to the account page',
      description:
        'Send the user there by a redirect. The link is good once, for fifteen minutes; the page ' +
        'then knows the user by a cookie.',
      tag: 'Account page',
      scope: 'billing',
      body: Input({
        user: UserId,
        return_url: Type.Optional(
          Text({ maxLength: LONGEST_URL, description: 'Where the page leads back to.' }),
        ),
      }),
      response: Type.Object({ url: Type.String(), expires_at: Type.String() }),
      replaysAnswers: true,
      async handler({ body, nowMs }) {
        const { user, return_url: said } = body;
        const returnUrl = said === undefined ? null : origins.require(said, '/return_url');
        const link = await sessions.createLink({ user, returnUrl }, nowMs);
        return {
          url: `${publicUrl()}/account/enter?token=${link.token}`,
          expires_at: formatInstant(link.expiresMs),
        };
      },
    }),
  ];
}

/** Where a link leads: it becomes a cookie, and the address loses its secret. */
export function sessionsRawRoutes(parts: Omit<SessionsRouteParts, 'origins'>): RawRoute[] {
  return [
    {
      method: 'GET',
      path: '/account/enter',
      scope: 'public',
      async handler({ query, nowMs }) {
        const opened = await parts.sessions.open(query.get('token') ?? '', nowMs);
        if (opened === undefined) return redirect('/account?expired=1');
        const seconds = Math.floor((opened.expiresMs - nowMs) / 1_000);
        const isSecure = parts.publicUrl().startsWith('https:');
        return redirect('/account', cookie(opened.secret, seconds, isSecure));
      },
    },
    {
      method: 'GET',
      path: '/account/leave',
      scope: 'public',
      async handler(request) {
        const { session } = request;
        const secret = /wf_session=([^;]+)/.exec(request.header('cookie') ?? '')?.[1];
        if (secret !== undefined) await parts.sessions.close(secret);
        const isSecure = parts.publicUrl().startsWith('https:');
        return redirect(session?.returnUrl ?? '/account', cookie('', 0, isSecure));
      },
    },
  ];
}

function redirect(location: string, setCookie?: string): RawAnswer {
  const headers = { location, ...(setCookie !== undefined && { 'set-cookie': setCookie }) };
  return { status: 303, headers, body: '' };
}

/** Out of reach of scripts and of other sites' requests, and of our own API. */
function cookie(secret: string, seconds: number, isSecure: boolean): string {
  const parts = [`wf_session=${secret}`, 'Path=/account', `Max-Age=${seconds}`, 'HttpOnly'];
  return [...parts, 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])].join('; ');
}
