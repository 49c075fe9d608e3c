import type Stripe from 'stripe';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { integer, optional, text, type Params } from '../../http/params.ts';
import { route, type Route } from '../../http/routes.ts';
import { completeSession, requireOpen } from '../../pages/checkout/completion/complete-session.ts';
import { renderSession } from '../../pages/checkout/render-session.ts';
import { getCheckoutSession, totalOf } from '../../pages/checkout/session-rows.ts';

/**
 * What Stripe's own pages ask for, and its CLI with them. No type of the SDK describes it, so it
 * has what the CLI needs and the session itself.
 */
interface PaymentPage extends Stripe.Checkout.Session {
  readonly session_id: string;
  readonly state: string | null;
}

function renderPage(tx: Tx, id: string): PaymentPage {
  const session = renderSession(tx, getCheckoutSession(tx, id));
  return {
    ...session,
    object: 'checkout.session',
    session_id: session.id,
    state: session.status === 'open' ? 'active' : session.status,
  };
}

const confirmSpecs = {
  expected_amount: optional(integer({ least: 0 })),
  expected_payment_method_type: optional(text(50)),
  payment_method: optional(text()),
};

function confirm(tx: Tx, id: string, said: Params<typeof confirmSpecs>): PaymentPage {
  const session = requireOpen(getCheckoutSession(tx, id));
  const { expected_amount: expected } = said;
  if (expected !== undefined && session.mode !== 'setup' && expected !== totalOf(session)) {
    throw invalid(
      `The expected amount ${expected} is not the amount of the session: ${totalOf(session)}.`,
      { param: 'expected_amount' },
    );
  }
  completeSession(tx, id, {
    paymentMethod: said.payment_method ?? null,
    email: null,
    name: null,
    answer: 'none',
  });
  return renderPage(tx, id);
}

const one = '/v1/payment_pages/{session}';

export const paymentPageRoutes: readonly Route[] = [
  route('GET', one, {}, (tx, { ids }) => renderPage(tx, ids['session']!)),
  route('POST', `${one}/confirm`, confirmSpecs, (tx, { ids, params }) =>
    confirm(tx, ids['session']!, params),
  ),
];
