import Type from 'typebox';
import { route, type Route } from '../../../platform/routes.ts';
import { Input, Nullable, Text } from '../../../platform/schemas.ts';
import { customerOf } from '../account-api/session.ts';
import type { Overage } from './service.ts';

const MOST_MINOR = 999_999_999_999;
const ACTOR = { kind: 'system', id: 'account_page' } as const;

const params = Input({ feature: Text({ minLength: 1, maxLength: 63 }) });
const CapAnswer = Type.Object({
  feature: Type.String(),
  spending_cap_minor: Nullable(Type.Integer()),
});
const shared = {
  path: '/account/api/overage/{feature}',
  tag: 'Account page',
  scope: 'session',
  params,
  response: CapAnswer,
} as const;

export function overageRoutes(overage: Overage): Route[] {
  return [
    route({
      ...shared,
      method: 'PUT',
      summary: 'Allow use beyond a limit, up to so much a quota period',
      body: Input({ spending_cap_minor: Type.Integer({ minimum: 1, maximum: MOST_MINOR }) }),
      async handler({ session, params: { feature }, body, nowMs }) {
        const { user } = customerOf(session);
        const spendingCapMinor = body.spending_cap_minor;
        await overage.setCap({ user, feature, spendingCapMinor }, { actor: ACTOR, nowMs });
        return { feature, spending_cap_minor: spendingCapMinor };
      },
    }),
    route({
      ...shared,
      method: 'DELETE',
      summary: 'Use no more than what the plan includes',
      async handler({ session, params: { feature }, nowMs }) {
        const { user } = customerOf(session);
        await overage.setCap({ user, feature, spendingCapMinor: 0 }, { actor: ACTOR, nowMs });
        return { feature, spending_cap_minor: null };
      },
    }),
  ];
}
