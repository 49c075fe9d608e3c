import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import { AppError } from '../../../platform/errors.ts';
import { route, type Caller, type Route } from '../../../platform/routes.ts';
import { Input, Text, UserId } from '../../../platform/schemas.ts';
import type { Accounts, Origins } from '../../accounts/index.ts';
import type { Actor } from '../../audit/index.ts';
import { purchaseInputs, readPurchase } from '../../pricing/index.ts';
import { PROVIDER_UNAVAILABLE } from '../errors.ts';
import { ensureCustomer, type CustomerDependencies } from './customer.ts';
import type { Checkouts, OpenCheckout } from './service.ts';

export const CheckoutAnswer = Type.Object({
  id: Type.String(),
  url: Type.String({ description: "Stripe's page, where the customer is to be sent." }),
  expires_at: Type.String(),
});

export function checkoutAnswer(opened: OpenCheckout): Static<typeof CheckoutAnswer> {
  return { id: opened.id, url: opened.url, expires_at: formatInstant(opened.expiresMs) };
}

/** For the audit: which key asked. */
export function actorOf(caller: Caller | undefined): Actor {
  return caller === undefined
    ? { kind: 'system', id: 'account_page' }
    : { kind: 'key', id: String(caller.keyId) };
}

export interface CheckoutRouteParts extends CustomerDependencies {
  readonly checkouts: Checkouts;
  readonly accounts: Accounts;
  readonly origins: Origins;
}

const LONGEST_URL = 2_000;
const Url = Text({ maxLength: LONGEST_URL, description: 'On an origin that is allowed.' });

export function checkoutRoutes(parts: CheckoutRouteParts): Route[] {
  const { checkouts, origins } = parts;
  return [
    route({
      method: 'POST',
      path: '/v1/checkout',
      summary: 'A page where a user buys a plan or a pack',
      description:
        'The same request answers the same page while it is open; another one closes it. Who has ' +
        'a subscription changes it instead: that is 409 `subscription_live`.',
      tag: 'Billing',
      scope: 'billing',
      body: Input({ user: UserId, ...purchaseInputs, success_url: Url, cancel_url: Url }),
      response: CheckoutAnswer,
      replaysAnswers: true,
      async handler({ body, caller, nowMs }) {
        const { user, success_url: success, cancel_url: cancel, ...purchase } = body;
        const successUrl = origins.require(success, '/success_url');
        const cancelUrl = origins.require(cancel, '/cancel_url');
        const opened = await checkouts.open(
          {
            user,
            purchase: readPurchase(purchase),
            successUrl: () => successUrl,
            cancelUrl,
            actor: actorOf(caller),
          },
          nowMs,
        );
        return checkoutAnswer(opened);
      },
    }),
    route({
      method: 'POST',
      path: '/v1/portal',
      summary: "Stripe's own page for payment methods and invoices",
      tag: 'Billing',
      scope: 'billing',
      body: Input({ user: UserId, return_url: Url }),
      response: Type.Object({ url: Type.String() }),
      async handler({ body, nowMs }) {
        const returnUrl = origins.require(body.return_url, '/return_url');
        return openPortal(parts, { user: body.user, returnUrl }, nowMs);
      },
    }),
  ];
}

const KEY_CHARACTERS = 20;

/** Each call opens another page, which is good for a moment. */
export async function openPortal(
  parts: CustomerDependencies & { readonly accounts: Accounts },
  of: { readonly user: string; readonly returnUrl: string },
  nowMs: number,
): Promise<{ url: string }> {
  const user = await parts.accounts.getUser(of.user);
  const customerId = await ensureCustomer(parts, user, nowMs);
  const idempotencyKey = `portal:${randomText(KEY_CHARACTERS)}`;
  const { returnUrl } = of;
  const { url } = await parts.gateway.createPortal({ customerId, returnUrl, idempotencyKey });
  return { url };
}

/** What is only shown is left out while Stripe does not answer. */
export async function unlessUnavailable<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && error.code === PROVIDER_UNAVAILABLE.code) return null;
    throw error;
  }
}
