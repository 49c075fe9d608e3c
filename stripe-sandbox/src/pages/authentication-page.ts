import type { Deeds } from '../engine/deeds.ts';
import { missing } from '../http/errors.ts';
import type { OwnRequest, OwnResponse } from '../http/wire/server.ts';
import { completeAction } from '../payments/actions.ts';
import { findIntent } from '../payments/intents.ts';
import { authenticationPath } from '../payments/next-actions.ts';
import { findSetupIntent } from '../payments/setup-intents.ts';
import { authenticationPage } from './checkout/checkout-page.ts';
import { kept } from './deed.ts';
import { said } from './fields.ts';
import { messagePage, redirect } from './layout.ts';
import { markup } from './markup.ts';
import { isWebUrl } from './urls.ts';

/** What the page needs of an intent, of either kind. */
interface Asked {
  readonly id: string;
  readonly kind: 'payment_intent' | 'setup_intent';
  readonly status: string;
  readonly clientSecret: string;
  readonly returnUrl: string | null;
  readonly invoice: string | null;
}

function find(deeds: Deeds, id: string): Asked {
  return kept(deeds, (tx): Asked => {
    const payment = findIntent(tx, id);
    if (payment !== undefined) return { ...payment, kind: 'payment_intent' };
    const setup = findSetupIntent(tx, id);
    if (setup === undefined) throw missing('payment_intent', id);
    return { ...setup, kind: 'setup_intent', invoice: null };
  });
}

/** Answers `/3ds/{intent}`, where `next_action` of an intent leads. */
export function answerAuthentication(
  deeds: Deeds,
  request: OwnRequest,
  [id = '', ...rest]: readonly (string | undefined)[],
): OwnResponse {
  if (rest.length > 0) throw missing('page', id);
  const intent = find(deeds, id);
  if (intent.status !== 'requires_action') return goOn(intent);
  if (request.method === 'GET') {
    const about = intent.kind === 'payment_intent' ? 'the payment' : 'the card';
    return authenticationPage(authenticationPath(intent.id), about);
  }
  const succeeds = said(request.form, 'answer') === 'proved';
  kept(deeds, (tx) => completeAction(tx, intent.id, succeeds));
  return goOn(find(deeds, id));
}

/** Back to where the intent was confirmed, or to its invoice. */
function goOn(intent: Asked): OwnResponse {
  const { id, kind, returnUrl, invoice, clientSecret, status } = intent;
  const hasWorked = status !== 'requires_payment_method';
  if (returnUrl !== null && isWebUrl(returnUrl)) {
    const url = new URL(returnUrl);
    url.searchParams.set(kind, id);
    url.searchParams.set(`${kind}_client_secret`, clientSecret);
    url.searchParams.set('redirect_status', hasWorked ? 'succeeded' : 'failed');
    return redirect(url.href);
  }
  return messagePage({
    title: hasWorked ? 'Authenticated' : 'Not authenticated',
    text: hasWorked
      ? 'The bank is satisfied. You can close this page.'
      : 'The bank could not be satisfied. Try again with another card.',
    link: invoice === null ? null : markup`<a href="/invoices/${invoice}">Go to the invoice</a>`,
  });
}
