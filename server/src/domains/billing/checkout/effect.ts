import { assert } from '@whisperforge/kernel/assert';
import { setCurrency } from '../../accounts/index.ts';
import { freeRedemption, redeem } from '../../pricing/index.ts';
import type { RemoteCheckout } from '../gateway/remote.ts';
import type { Effect, Projection } from '../projection/effect.ts';
import { redemptionOf, type Checkout } from './checkout.ts';
import { findCheckouts, hasCompleted, settleCheckout } from './store.ts';

const ACTOR = { kind: 'system', id: 'stripe' } as const;

/** Settles checkouts as Stripe has them: codes are redeemed or freed, a currency is decided. */
export const settleCheckouts: Effect = async (projection) => {
  const { access, customer } = projection;
  const ended = customer.checkouts.filter(({ status }) => status !== 'open');
  const ids = ended.flatMap(({ metadata }) => metadata['checkout_id'] ?? []);
  const known = await findCheckouts(access.tx, { accountId: access.account.id, ids });
  for (const checkout of known) {
    const session = ended.find(({ metadata }) => metadata['checkout_id'] === checkout.id);
    assert(session !== undefined, 'a checkout was found by its session');
    await settleOne(projection, checkout, session);
  }
};

async function settleOne(
  { access, retrievedMs: nowMs }: Projection,
  checkout: Checkout,
  session: RemoteCheckout,
): Promise<void> {
  const { tx, account } = access;
  const isComplete = session.status === 'complete';
  const state = isComplete ? 'complete' : 'expired';
  // What has been given up here is no news, unless it was paid for after all.
  if (checkout.state === 'complete' || (!isComplete && !isUnderWay(checkout))) return;
  const isFirst = isComplete && !(await hasCompleted(tx, account.id));
  const { id } = checkout;
  await settleCheckout(tx, { id, state, sessionId: session.id, error: null, nowMs });
  const context = { actor: ACTOR, nowMs, reason: `a checkout that is ${state}` };
  const settleCode = isComplete ? redeem : freeRedemption;
  await settleCode(tx, redemptionOf(id), context);
  if (isFirst && checkout.currency !== account.currency) {
    await setCurrency(tx, account.id, checkout.currency);
  }
}

function isUnderWay({ state }: Checkout): boolean {
  return state === 'opening' || state === 'open';
}
