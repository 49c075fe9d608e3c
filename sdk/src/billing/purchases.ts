import type { Send } from '../transport/send.ts';
import type { WriteOptions } from '../types.ts';
import type { BillingCycle } from './money.ts';

export interface PlanPurchase {
  /** Slug of the plan. */
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  /** All of them, the included ones too. */
  readonly seats?: number | undefined;
  readonly promotionCode?: string | undefined;
  /** ISO 4217, in small letters; without it the account's own. */
  readonly currency?: string | undefined;
  readonly pack?: undefined;
  readonly quantity?: undefined;
}

export interface PackPurchase {
  /** Key of the pack. */
  readonly pack: string;
  /** How many of it; 1 where nothing is said. */
  readonly quantity?: number | undefined;
  /** ISO 4217, in small letters; without it the account's own. */
  readonly currency?: string | undefined;
  readonly plan?: undefined;
  readonly billingCycle?: undefined;
  readonly seats?: undefined;
  readonly promotionCode?: undefined;
}

/** What is to be bought: a plan, or a pack. */
export type Purchase = PlanPurchase | PackPurchase;

/** Redirects lead only to origins that the service's operator has allowed. */
export type CheckoutInput = Purchase & {
  readonly user: string;
  /** Where the customer comes back to when it is paid. */
  readonly successUrl: string;
  /** Where the customer comes back to otherwise. */
  readonly cancelUrl: string;
};

export interface Checkout {
  readonly id: string;
  /** Stripe's page, to which the customer is redirected. */
  readonly url: string;
  /** ISO 8601 instant until which it can be paid. */
  readonly expiresAt: string;
}

export interface Checkouts {
  /**
   * A page where the user buys a plan or a pack. The same purchase has the same page as long as it
   * is open; another one closes it. Rejects with `subscription_live` where the user has a
   * subscription: that is changed, not bought again.
   */
  create(input: CheckoutInput, options?: WriteOptions): Promise<Checkout>;
}

export interface PortalInput {
  readonly user: string;
  readonly returnUrl: string;
}

export interface Portal {
  /** Stripe's own page for payment methods and invoices. */
  create(input: PortalInput, options?: WriteOptions): Promise<{ readonly url: string }>;
}

export interface AccountLinkInput {
  readonly user: string;
  /** Where the page leads back to. */
  readonly returnUrl?: string | undefined;
}

export interface AccountLink {
  /** Good once. It signs whoever follows it in as the user, so it is for that user only. */
  readonly url: string;
  /** ISO 8601 instant, fifteen minutes from now. */
  readonly expiresAt: string;
}

export interface AccountLinks {
  /** The service's page where the user sees and changes plan, usage and invoices. */
  create(input: AccountLinkInput, options?: WriteOptions): Promise<AccountLink>;
}

interface WireLink {
  readonly url: string;
  readonly expires_at: string;
}

interface WireCheckout extends WireLink {
  readonly id: string;
}

export function fromPurchase(purchase: Purchase): Record<string, unknown> {
  return {
    plan: purchase.plan,
    billing_cycle: purchase.billingCycle,
    seats: purchase.seats,
    promotion_code: purchase.promotionCode,
    pack: purchase.pack,
    quantity: purchase.quantity,
    currency: purchase.currency,
  };
}

export function checkoutsOf(send: Send): Checkouts {
  return {
    create: async (input, options) => {
      const { user, successUrl: success_url, cancelUrl: cancel_url } = input;
      const body = { user, ...fromPurchase(input), success_url, cancel_url };
      const asked = { ...options, body, waitsForStripe: true };
      const wire = await send<WireCheckout>('POST', '/v1/checkout', asked);
      return { id: wire.id, url: wire.url, expiresAt: wire.expires_at };
    },
  };
}

export function portalOf(send: Send): Portal {
  return {
    create: async ({ user, returnUrl }, options) => {
      const body = { user, return_url: returnUrl };
      const asked = { ...options, body, waitsForStripe: true };
      const { url } = await send<{ readonly url: string }>('POST', '/v1/portal', asked);
      return { url };
    },
  };
}

export function accountLinksOf(send: Send): AccountLinks {
  return {
    create: async ({ user, returnUrl }, options) => {
      const body = { user, return_url: returnUrl };
      const wire = await send<WireLink>('POST', '/v1/account-links', { ...options, body });
      return { url: wire.url, expiresAt: wire.expires_at };
    },
  };
}
