import Type from 'typebox';
import { assert } from '@whisperforge/kernel/assert';
import { route, type Route, type Session } from '../../../platform/routes.ts';
import { Input, Text } from '../../../platform/schemas.ts';
import type { Accounts } from '../../accounts/index.ts';
import { plansRoutes } from '../../plans/index.ts';
import {
  purchaseInputs,
  QuoteAnswer,
  quoteAnswer,
  readPurchase,
  type Quotes,
} from '../../pricing/index.ts';
import {
  cancelOf,
  CancelInput,
  ChangedAnswer,
  changedAnswer,
  ChangeInput,
  PreviewAnswer,
  previewAnswer,
  PreviewInput,
  previewRequest,
} from '../changes/routes.ts';
import type { Changes } from '../changes/service.ts';
import { CheckoutAnswer, checkoutAnswer, openPortal } from '../checkout/routes.ts';
import type { Checkouts } from '../checkout/service.ts';
import { checkoutStatus } from './checkout-status.ts';
import { overviewOf, type FromStripe, type OverviewDependencies } from './overview.ts';
import { createRecentAnswers } from './recent-answers.ts';
import { CheckoutStatusAnswer, OverviewAnswer } from './schemas.ts';
import { customerOf } from './session.ts';

export interface AccountApiParts extends OverviewDependencies {
  readonly accounts: Accounts;
  readonly quotes: Quotes;
  readonly checkouts: Checkouts;
  readonly changes: Changes;
  readonly publicUrl: () => string;
}

const ACTOR = { kind: 'system', id: 'account_page' } as const;
const tag = 'Account page';
const scope = 'session' as const;
/** In place of whoever a route of another domain is for. */
const customers = { scope, permission: undefined, needsFreshSignIn: undefined } as const;
const path = (rest: string): string => `/account/api/${rest}`;

/** What the account page asks for, by a customer's cookie. */
export function accountApiRoutes(parts: AccountApiParts): Route[] {
  return [...readingRoutes(parts), ...buyingRoutes(parts), ...changingRoutes(parts)];
}

function readingRoutes(parts: AccountApiParts): Route[] {
  const plans = plansRoutes(parts.catalog).find((each) => each.path === '/v1/plans');
  assert(plans !== undefined, 'the plans on sale have a route');
  const recent = createRecentAnswers<FromStripe>();
  return [
    { ...plans, path: path('plans'), ...customers, tag },
    route({
      method: 'GET',
      path: path('overview'),
      summary: 'All that the account page shows',
      tag,
      scope,
      response: OverviewAnswer,
      handler: ({ session, nowMs }) =>
        overviewOf(parts, { session: customerOf(session), nowMs, recent }),
    }),
    route({
      method: 'POST',
      path: path('quotes'),
      summary: 'What something would cost, and why',
      tag,
      scope,
      body: Input(purchaseInputs),
      response: QuoteAnswer,
      async handler({ session, body, nowMs }) {
        const { user } = customerOf(session);
        return quoteAnswer(await parts.quotes.quote(user, readPurchase(body), nowMs));
      },
    }),
    route({
      method: 'GET',
      path: path('checkouts/{id}'),
      summary: 'Whether a purchase is through, and in force',
      tag,
      scope,
      params: Input({ id: Text({ minLength: 1, maxLength: 64 }) }),
      response: CheckoutStatusAnswer,
      handler: ({ session, params: { id }, nowMs }) =>
        checkoutStatus(parts, { accountId: customerOf(session).accountId, id }, nowMs),
    }),
  ];
}

function buyingRoutes(parts: AccountApiParts): Route[] {
  const { checkouts, publicUrl } = parts;
  return [
    route({
      method: 'POST',
      path: path('checkout'),
      summary: 'A page where the customer buys a plan or a pack',
      tag,
      scope,
      body: Input(purchaseInputs),
      response: CheckoutAnswer,
      replaysAnswers: true,
      async handler({ session, body, nowMs }) {
        const opened = await checkouts.open(
          {
            user: customerOf(session).user,
            purchase: readPurchase(body),
            successUrl: (id) => `${publicUrl()}/account/return?checkout=${id}`,
            cancelUrl: `${publicUrl()}/account?checkout=canceled`,
            actor: ACTOR,
          },
          nowMs,
        );
        return checkoutAnswer(opened);
      },
    }),
    route({
      method: 'POST',
      path: path('portal'),
      summary: "Stripe's own page for payment methods and invoices",
      tag,
      scope,
      response: Type.Object({ url: Type.String() }),
      handler: ({ session, nowMs }) =>
        openPortal(
          parts,
          { user: customerOf(session).user, returnUrl: `${publicUrl()}/account` },
          nowMs,
        ),
    }),
  ];
}

function changingRoutes(parts: AccountApiParts): Route[] {
  const { changes } = parts;
  const shared = { method: 'POST', tag, scope } as const;
  const calls = (session: Session | undefined) => ({
    user: customerOf(session).user,
    actor: ACTOR,
  });
  return [
    route({
      ...shared,
      path: path('subscription/preview'),
      summary: 'What a change of the subscription would cost',
      body: PreviewInput,
      response: PreviewAnswer,
      async handler({ session, body, nowMs }) {
        const request = previewRequest(customerOf(session).user, body);
        return previewAnswer(await changes.preview(request, nowMs));
      },
    }),
    route({
      ...shared,
      path: path('subscription/change'),
      summary: 'Carry out a change that was previewed',
      body: ChangeInput,
      response: ChangedAnswer,
      handler({ session, body, nowMs }) {
        const call = { ...calls(session), token: body.preview_token };
        return changedAnswer(parts, call.user, changes.change(call, nowMs));
      },
    }),
    route({
      ...shared,
      path: path('subscription/cancel'),
      summary: 'End the subscription',
      body: CancelInput,
      response: ChangedAnswer,
      handler({ session, body, nowMs }) {
        const call = { ...calls(session), ...cancelOf(body) };
        return changedAnswer(parts, call.user, changes.cancel(call, nowMs));
      },
    }),
    route({
      ...shared,
      path: path('subscription/resume'),
      summary: 'Undo a cancellation or a change that is scheduled',
      response: ChangedAnswer,
      handler({ session, nowMs }) {
        const call = calls(session);
        return changedAnswer(parts, call.user, changes.resume(call, nowMs));
      },
    }),
  ];
}
