import { DAY_MS } from '@whisperforge/kernel/period';
import type { Executor } from '../../../../platform/database.ts';
import type { AccessChange } from '../../../access/index.ts';
import { findGrantOfSource } from '../../../subscriptions/index.ts';
import type { RemoteCheckout } from '../../gateway/remote.ts';
import { queueMail } from '../../mail/store.ts';
import type { Effect } from '../../projection/effect.ts';
import type { BoughtPack } from '../checkout.ts';
import { findCheckouts } from '../store.ts';

const SOURCE = 'stripe_checkout';

interface Sale {
  readonly checkoutId: string;
  readonly session: RemoteCheckout;
  readonly pack: BoughtPack;
}

/**
 * Grants packs when they are paid for, once for a checkout, however often it is seen. Where all of
 * the money was given back, what is left of the pack ends, and what was used of it stays used; a
 * part that was given back is a kindness, and takes nothing away.
 */
export const grantPacks: Effect = async ({ access, customer }) => {
  const paid = customer.checkouts.filter(
    ({ status, mode, paymentStatus }) =>
      status === 'complete' && mode === 'payment' && paymentStatus !== 'unpaid',
  );
  const ids = paid.flatMap(({ metadata }) => metadata['checkout_id'] ?? []);
  const checkouts = await findCheckouts(access.tx, { accountId: access.account.id, ids });
  for (const { id: checkoutId, bought: pack } of checkouts) {
    const session = paid.find(({ metadata }) => metadata['checkout_id'] === checkoutId);
    if (pack.kind !== 'pack' || session === undefined) continue;
    const sale = { checkoutId, session, pack };
    await (isRefunded(session) ? takeBack(access, sale) : grant(access, sale));
  }
};

function isRefunded({ amountTotalMinor, refundedMinor }: RemoteCheckout): boolean {
  return refundedMinor > 0 && refundedMinor >= (amountTotalMinor ?? 0);
}

async function grant(access: AccessChange, { checkoutId, session, pack }: Sale): Promise<void> {
  const { feature, amount, validDays } = pack;
  const expiresMs = validDays === null ? null : access.nowMs + validDays * DAY_MS;
  const source = { source: SOURCE, sourceId: checkoutId };
  const granted = await access.grant({ kind: 'pack', feature, amount, expiresMs, ...source });
  if (granted !== null) await thank(access, session, pack.packId);
}

/** Nothing where it was never granted, or has ended. */
async function takeBack({ tx, account, ...access }: AccessChange, { checkoutId }: Sale) {
  const grantId = await findGrantedPack(tx, { accountId: account.id, checkoutId });
  if (grantId !== undefined) await access.endGrant(grantId);
}

/** The grant of a pack that a checkout has bought, be it over or not. */
export function findGrantedPack(
  executor: Executor,
  of: { readonly accountId: number; readonly checkoutId: string },
): Promise<number | undefined> {
  const { accountId, checkoutId: sourceId } = of;
  return findGrantOfSource(executor, { accountId, source: SOURCE, sourceId });
}

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
