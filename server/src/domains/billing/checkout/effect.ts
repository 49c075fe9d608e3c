import { assert } from '@whisperforge/kernel/assert';
import { DAY_MS } from '@whisperforge/kernel/period';
import { setCurrency } from '../../accounts/index.ts';
import type { AccessChange } from '../../access/index.ts';
import { freeRedemption, redeem } from '../../pricing/index.ts';
import { queueMail } from '../mail/store.ts';
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

/** Grants packs when they are paid for, once for a checkout, however often it is seen. */
export const grantPacks: Effect = async ({ access, customer }) => {
  const paid = customer.checkouts.filter(
    ({ status, mode, paymentStatus }) =>
      status === 'complete' && mode === 'payment' && paymentStatus !== 'unpaid',
  );
  const ids = paid.flatMap(({ metadata }) => metadata['checkout_id'] ?? []);
  const checkouts = await findCheckouts(access.tx, { accountId: access.account.id, ids });
  for (const { id, bought } of checkouts) {
    if (bought.kind !== 'pack') continue;
    const { feature, amount, validDays } = bought;
    const expiresMs = validDays === null ? null : access.nowMs + validDays * DAY_MS;
    const source = { source: 'stripe_checkout', sourceId: id };
    const granted = await access.grant({ kind: 'pack', feature, amount, expiresMs, ...source });
    const session = paid.find(({ metadata }) => metadata['checkout_id'] === id);
    if (granted !== null && session !== undefined) await thank(access, session, bought.packId);
  }
};

/** Nobody is thanked for a pack that Stripe names no amount of. */
async function thank(
  { tx, account, catalog, nowMs }: AccessChange,
  session: RemoteCheckout,
  packId: number,
): Promise<void> {
  const { amountTotalMinor: amountMinor, currency, invoiceId } = session;
  const packName = catalog.packs.find(({ id }) => id === packId)?.name;
  if (amountMinor === null || currency === null || packName === undefined) return;
  const data = { packName, paid: { amountMinor, currency }, invoiceId };
  const to = { accountId: account.id, dueMs: nowMs };
  await queueMail(
    tx,
    { key: `pack_bought:${session.id}`, kind: 'pack_bought', data, ...to },
    nowMs,
  );
}
