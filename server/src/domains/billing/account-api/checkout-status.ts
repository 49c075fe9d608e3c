import type { Database } from '../../../platform/database.ts';
import { findLiveSubscription, isServed } from '../../subscriptions/index.ts';
import type { Checkouts } from '../checkout/service.ts';

export interface CheckoutStatus {
  readonly status: 'open' | 'complete' | 'expired';
  readonly is_active: boolean;
}

/** For the page to which a customer comes back: it asks Stripe itself where the news are late. */
export async function checkoutStatus(
  { database, checkouts }: { readonly database: Database; readonly checkouts: Checkouts },
  of: { readonly accountId: number; readonly id: string },
  nowMs: number,
): Promise<CheckoutStatus> {
  const { state, bought } = await checkouts.look(of, nowMs);
  if (state === 'opening' || state === 'open') return { status: 'open', is_active: false };
  if (state !== 'complete') return { status: 'expired', is_active: false };
  // A pack is granted in the transaction that settles its checkout, once its invoice is paid.
  if (bought.kind === 'pack') return { status: 'complete', is_active: true };
  const live = await database.transaction((tx) => findLiveSubscription(tx, of.accountId));
  return { status: 'complete', is_active: live !== null && isServed(live.status) };
}
