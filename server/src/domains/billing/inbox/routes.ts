import type { RawRoute } from '../../../platform/routes.ts';
import type { Intake } from './intake.ts';

const BODY_LIMIT_BYTES = 1_048_576;

/** Where Stripe delivers events: answered once they are stored. */
export function inboxRoutes(intake: Intake): RawRoute[] {
  return [
    {
      method: 'POST',
      path: '/webhooks/stripe',
      scope: 'public',
      bodyLimitBytes: BODY_LIMIT_BYTES,
      async handler(request) {
        const { body: rawBody, nowMs } = request;
        const signature = request.header('stripe-signature') ?? '';
        const isNew = await intake.receive({ rawBody, signature, nowMs });
        return {
          status: 200,
          headers: { 'content-type': 'application/json; charset=utf-8' },
          body: JSON.stringify({ received: true, duplicate: !isNew }),
        };
      },
    },
  ];
}
