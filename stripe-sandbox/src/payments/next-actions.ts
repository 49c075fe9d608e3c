import type { Tx } from '../engine/transaction.ts';
import { pageUrl } from '../http/own-address.ts';

/** What the holder is to do before an attempt goes on, as Stripe's objects have it. */
export type NextAction =
  | {
      readonly type: 'redirect_to_url';
      readonly redirect_to_url: { readonly return_url: string; readonly url: string };
    }
  | {
      readonly type: 'use_stripe_sdk';
      readonly use_stripe_sdk: {
        readonly type: 'three_d_secure_redirect';
        readonly stripe_js: string;
        readonly source: string;
      };
    };

/** Where the sandbox asks whether the holder is the holder. */
export function authenticationPath(intent: string): string {
  return `/3ds/${intent}`;
}

/** Sends the holder to the page, and back where there is a place to go back to. */
export function authenticationAction(
  tx: Tx,
  { id, returnUrl }: { readonly id: string; readonly returnUrl: string | null },
): NextAction {
  const url = pageUrl(tx, authenticationPath(id));
  if (returnUrl !== null) {
    return { type: 'redirect_to_url', redirect_to_url: { return_url: returnUrl, url } };
  }
  return {
    type: 'use_stripe_sdk',
    use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: url, source: id },
  };
}
