import Type from 'typebox';
import { exchangeOf, route, type Route } from '../../../platform/routes.ts';
import { Input } from '../../../platform/schemas.ts';
import { acceptInvitation, findInvitation } from '../invitations/invitations.ts';
import { visitOf } from '../parts.ts';
import { askReset, resetPassword } from '../resets/resets.ts';
import {
  Done,
  Email,
  handOver,
  Name,
  Password,
  Secret,
  SignInAnswer,
  type Showing,
} from './answers.ts';
import { assert } from '@whisperforge/kernel/assert';

const everybody = { tag: 'Staff sign-in', scope: 'staff', permission: 'anyone' } as const;

/** For those who come by a link from a mail, or want one. */
export function linkRoutes(showing: Showing): Route[] {
  const { parts } = showing;
  return [
    route({
      ...everybody,
      method: 'POST',
      path: '/admin/v1/password-resets',
      summary: 'Asks for a link to set a password',
      description: 'The answer is the same whether or not the address is known.',
      body: Input({ email: Email }),
      response: Done,
      async handler(request) {
        await askReset(parts, request.body.email, visitOf(exchangeOf(request), request));
        return {};
      },
    }),
    route({
      ...everybody,
      method: 'POST',
      path: '/admin/v1/password-resets/{token}',
      summary: 'Sets a password by a link',
      description: 'Ends all sessions. Whoever has a second factor is still asked for it.',
      params: Type.Object({ token: Secret }),
      body: Input({ password: Password }),
      response: Done,
      async handler(request) {
        const { token } = request.params;
        const reset = { token, password: request.body.password };
        await resetPassword(parts, reset, visitOf(exchangeOf(request), request));
        return {};
      },
    }),
    route({
      ...everybody,
      method: 'GET',
      path: '/admin/v1/invitations/{token}',
      summary: 'Whom a link invites, and as what',
      params: Type.Object({ token: Secret }),
      response: Type.Object({ email: Type.String(), role: Type.String() }),
      async handler({ params }) {
        const { email, role } = await findInvitation(parts, params.token);
        return { email, role };
      },
    }),
    acceptRoute(showing),
    methodsRoute(showing),
  ];
}

function acceptRoute(showing: Showing): Route {
  return route({
    ...everybody,
    method: 'POST',
    path: '/admin/v1/invitations/{token}/accept',
    summary: 'Accepts an invitation, and signs in',
    params: Type.Object({ token: Secret }),
    body: Input({ name: Name, password: Password }),
    response: SignInAnswer,
    async handler(request) {
      const exchange = exchangeOf(request);
      const acceptance = { token: request.params.token, ...request.body };
      const visit = visitOf(exchange, request);
      const joined = await acceptInvitation(showing.parts, acceptance, visit);
      assert(joined.state === 'signed_in', 'who has just joined has no second factor');
      return handOver(showing, { exchange, session: joined.session, nowMs: request.nowMs });
    },
  });
}

const Methods = Type.Object({
  password: Type.Boolean(),
  oidc: Type.Union([Type.Object({ name: Type.String(), start_url: Type.String() }), Type.Null()]),
});

function methodsRoute({ parts }: Showing): Route {
  return route({
    ...everybody,
    method: 'GET',
    path: '/admin/v1/sign-in-methods',
    summary: 'How one may sign in',
    response: Methods,
    handler: () => {
      const { provider } = parts;
      const oidc =
        provider === undefined ? null : { name: provider.name, start_url: '/admin/oidc/start' };
      return Promise.resolve({ password: true, oidc });
    },
  });
}
