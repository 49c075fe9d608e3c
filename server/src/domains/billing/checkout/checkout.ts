// pure
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { NewCheckout } from '../gateway/gateway.ts';

/** What Stripe is asked for; in the same words again it answers the same session. */
export type SessionTerms = Omit<NewCheckout, 'idempotencyKey'>;

/**
 * `opening`: written down, and Stripe may or may not have been asked. `failed`: Stripe would not
 * have it.
 */
export type CheckoutState = 'opening' | 'open' | 'complete' | 'expired' | 'failed';

/** What a pack gives once it is paid for. */
export interface BoughtPack {
  readonly packId: number;
  readonly feature: string;
  readonly amount: Quantity;
  readonly validDays: number | null;
}

export type Bought =
  { readonly kind: 'plan'; readonly planId: number } | ({ readonly kind: 'pack' } & BoughtPack);

export interface NewCheckoutRow {
  readonly id: string;
  readonly accountId: number;
  readonly fingerprint: Buffer;
  readonly session: SessionTerms;
  readonly bought: Bought;
  readonly currency: string;
  readonly nowMs: number;
}

/** A purchase that was begun. */
export interface Checkout extends Omit<NewCheckoutRow, 'nowMs'> {
  readonly state: CheckoutState;
  readonly sessionId: string | null;
  readonly url: string | null;
  readonly expiresMs: number;
}

/** By what a promotion code is held for a checkout. */
export function redemptionOf(checkoutId: string): string {
  return `checkout:${checkoutId}`;
}

export interface CheckoutEnd {
  readonly id: string;
  readonly state: Exclude<CheckoutState, 'opening' | 'open'>;
  /** Known by now, where it was not noted before. */
  readonly sessionId: string | null;
  readonly error: string | null;
  readonly nowMs: number;
}
