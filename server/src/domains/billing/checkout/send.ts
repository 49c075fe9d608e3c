import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { freeRedemption } from '../../pricing/index.ts';
import { PROVIDER_REFUSED } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RemoteCheckout } from '../gateway/remote.ts';
import { redemptionOf, type Checkout, type CheckoutEnd } from './checkout.ts';
import type { Refresh } from './refresh.ts';
import { noteSession, settleCheckout } from './store.ts';

export interface SendDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly refresh: Refresh;
}

export interface SentCheckout {
  readonly id: string;
  readonly url: string;
  readonly expiresMs: number;
}

/**
 * Asks Stripe for the session of a checkout that was written down, in the same words each time.
 * Nothing where it has been settled by somebody else meanwhile.
 */
export async function sendCheckout(
  deps: SendDependencies,
  checkout: Checkout,
  nowMs: number,
): Promise<SentCheckout | undefined> {
  const session = await createSession(deps, checkout, nowMs);
  const { id } = checkout;
  const isWaiting = await noteSession(deps.database, {
    id,
    sessionId: session.id,
    url: session.url,
  });
  if (!isWaiting || session.url === null) return undefined;
  return { id, url: session.url, expiresMs: checkout.expiresMs };
}

/** One that was opened before: as it stands at Stripe, or settled here as it was there. */
export async function resume(
  deps: SendDependencies,
  checkout: Checkout,
  nowMs: number,
): Promise<SentCheckout | 'complete' | undefined> {
  const { id, sessionId, expiresMs } = checkout;
  if (sessionId === null) return sendCheckout(deps, checkout, nowMs);
  const session = await deps.gateway.retrieveCheckout(sessionId);
  if (session.status === 'open' && session.url !== null) {
    return { id, url: session.url, expiresMs };
  }
  return settle(deps, { checkout, session, nowMs });
}

/** Closes a checkout, so that another can take its place; it may have been paid for just now. */
export async function displace(
  deps: SendDependencies,
  checkout: Checkout,
  nowMs: number,
): Promise<'complete' | undefined> {
  const sessionId = checkout.sessionId ?? (await createSession(deps, checkout, nowMs)).id;
  const session = await deps.gateway.expireCheckout(sessionId);
  return settle(deps, { checkout, session, nowMs });
}

interface Settling {
  readonly checkout: Checkout;
  readonly session: RemoteCheckout;
  readonly nowMs: number;
}

/** What was paid for is settled by the projection, together with what was bought. */
async function settle(
  deps: SendDependencies,
  { checkout, session, nowMs }: Settling,
): Promise<'complete' | undefined> {
  if (session.status === 'complete') {
    await deps.refresh(checkout.session.customerId);
    return 'complete';
  }
  const { id } = checkout;
  const end = { id, state: 'expired', sessionId: session.id, error: null, nowMs } as const;
  await endCheckout(deps.database, end);
  return undefined;
}

async function createSession(
  { gateway, database }: SendDependencies,
  { id, session }: Checkout,
  nowMs: number,
): Promise<RemoteCheckout> {
  try {
    return await gateway.createCheckout({ ...session, idempotencyKey: `checkout:${id}` });
  } catch (error) {
    if (error instanceof AppError && error.code === PROVIDER_REFUSED.code) {
      const { message } = error;
      const end = { id, state: 'failed', sessionId: null, error: message, nowMs } as const;
      await endCheckout(database, end);
    }
    throw error;
  }
}

/** Lets somebody else have the code that was held for it. */
async function endCheckout(database: Database, end: CheckoutEnd): Promise<void> {
  const actor = { kind: 'system', id: 'checkout' } as const;
  const context = { actor, nowMs: end.nowMs, reason: `a checkout that ${end.state}` };
  await database.transaction(async (tx) => {
    if (await settleCheckout(tx, end)) await freeRedemption(tx, redemptionOf(end.id), context);
  });
}
