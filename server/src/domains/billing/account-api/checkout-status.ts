import type { Database } from '../../../platform/database.ts';
import { findLiveSubscription, isServed } from '../../subscriptions/index.ts';
import { findGrantedPack } from '../checkout/packs/effect.ts';
import { findTrials } from '../checkout/trials/store.ts';
import type { Checkouts } from '../checkout/service.ts';

export interface CheckoutStatus {
  readonly status: 'open' | 'complete' | 'expired';
  readonly is_active: boolean;
  /** Why what was bought does not come into force: its trial was had by this card before. */
  readonly refusal: 'trial_used' | null;
}

/** For the page to which a customer comes back: it asks Stripe itself where the news are late. */
export async function checkoutStatus(
  { database, checkouts }: { readonly database: Database; readonly checkouts: Checkouts },
  of: { readonly accountId: number; readonly id: string },
  nowMs: number,
): Promise<CheckoutStatus> {
  const { state, bought, session } = await checkouts.look(of, nowMs);
  const answer = { is_active: false, refusal: null };
  if (state === 'opening' || state === 'open') return { status: 'open', ...answer };
  if (state !== 'complete') return { status: 'expired', ...answer };
  if (bought.kind === 'pack') {
    // A debit is confirmed days after its checkout, and the pack is granted then.
    const granted = await findGrantedPack(database, { accountId: of.accountId, checkoutId: of.id });
    return { status: 'complete', is_active: granted !== undefined, refusal: null };
  }
  const live = await database.transaction((tx) => findLiveSubscription(tx, of.accountId));
  const isActive = live !== null && isServed(live.status);
  const isRefused =
    live === null && session.trialDays !== null && (await wasRefused(database, of.accountId));
  const refusal = isRefused ? 'trial_used' : null;
  return { status: 'complete', is_active: isActive, refusal };
}

async function wasRefused(database: Database, accountId: number): Promise<boolean> {
  return (await findTrials(database, accountId)).wasRefused;
}
