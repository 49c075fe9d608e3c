import type { Deeds } from '../../engine/deeds.ts';
import type { Tx } from '../../engine/transaction.ts';
import { StripeError, missing } from '../../http/errors.ts';
import type { FormHash } from '../../http/form.ts';
import type { OwnRequest, OwnResponse } from '../../http/wire/server.ts';
import { methodOf } from '../card-form.ts';
import { kept, tried } from '../deed.ts';
import { requiredEmail, said } from '../fields.ts';
import { redirect } from '../layout.ts';
import { NeedsAuthentication } from './completion/authentication.ts';
import { authenticationPage, checkoutPage, type Shown } from './checkout-page.ts';
import { completeSession, requireOpen, type Completion } from './completion/complete-session.ts';
import { applyCode } from './discounts.ts';
import {
  checkoutSessions,
  getCheckoutSession,
  needsPaymentMethod,
  successUrl,
  type CheckoutSessionRow,
} from './session-rows.ts';

/** Answers `/checkout/{session}` and what lies under it. */
export function answerCheckout(
  deeds: Deeds,
  request: OwnRequest,
  [id, action]: readonly (string | undefined)[],
): OwnResponse {
  const session = kept(deeds, (tx) => getCheckoutSession(tx, id ?? ''));
  const isPost = request.method === 'POST';
  if (isPost && session.status === 'complete') return redirect(successUrl(session));
  if (action === undefined) {
    return isPost ? submit(deeds, session, request.form) : show(deeds, session);
  }
  if (action === 'code') {
    return isPost ? enterCode(deeds, session, request.form) : redirect(`/checkout/${session.id}`);
  }
  if (action === 'authenticate') {
    return isPost ? authenticate(deeds, session, request.form) : ask(deeds, session);
  }
  throw missing('page', action);
}

function show(deeds: Deeds, { id }: CheckoutSessionRow, shown: Shown = {}): OwnResponse {
  return kept(deeds, (tx) => checkoutPage(tx, getCheckoutSession(tx, id), shown));
}

function enterCode(deeds: Deeds, session: CheckoutSessionRow, form: FormHash): OwnResponse {
  const entered = tried(deeds, (tx) =>
    applyCode(tx, requireOpen(getCheckoutSession(tx, session.id)), said(form, 'promotion_code')),
  );
  if (entered instanceof StripeError) return showError(deeds, session, entered);
  return redirect(`/checkout/${session.id}`);
}

function showError(
  deeds: Deeds,
  session: CheckoutSessionRow,
  error: StripeError,
  form?: FormHash,
): OwnResponse {
  const textOf = (name: string): string | null => {
    const value = form?.[name];
    return typeof value === 'string' ? value : null;
  };
  return show(deeds, session, {
    error: error.details.message,
    status: error.status,
    email: textOf('email'),
    name: textOf('name'),
  });
}

/** What a form says, with its payment method, which is there whatever becomes of the attempt. */
function completionOf(tx: Tx, session: CheckoutSessionRow, form: FormHash): Completion {
  const person = { email: requiredEmail(form), name: said(form, 'name') };
  const saved = said(form, 'method');
  const method = needsPaymentMethod(session) ? (saved ?? methodOf(tx, form, person).id) : null;
  return { ...person, paymentMethod: method, answer: 'none' };
}

function submit(deeds: Deeds, session: CheckoutSessionRow, form: FormHash): OwnResponse {
  const wish = tried(deeds, (tx) => completionOf(tx, session, form));
  if (wish instanceof StripeError) return showError(deeds, session, wish, form);
  const completed = tried(deeds, (tx) => completeSession(tx, session.id, wish));
  if (completed instanceof NeedsAuthentication) {
    const { paymentMethod, email, name } = wish;
    kept(deeds, (tx) => {
      const current = getCheckoutSession(tx, session.id);
      tx.put(checkoutSessions, {
        ...current,
        awaitsAuthentication: { paymentMethod, email, name },
      });
    });
    return redirect(`/checkout/${session.id}/authenticate`);
  }
  if (completed instanceof StripeError) return showError(deeds, session, completed, form);
  return redirect(successUrl(completed));
}

function ask(deeds: Deeds, session: CheckoutSessionRow): OwnResponse {
  if (session.status !== 'open' || session.awaitsAuthentication === null) {
    return show(deeds, session);
  }
  return authenticationPage(`/checkout/${session.id}/authenticate`, 'this');
}

function authenticate(deeds: Deeds, session: CheckoutSessionRow, form: FormHash): OwnResponse {
  const attempt = session.awaitsAuthentication;
  if (attempt === null) return redirect(`/checkout/${session.id}`);
  const answer = said(form, 'answer') === 'proved' ? 'proved' : 'refused';
  const completed = tried(deeds, (tx) => completeSession(tx, session.id, { ...attempt, answer }));
  if (!(completed instanceof StripeError)) return redirect(successUrl(completed));
  kept(deeds, (tx) => {
    const current = getCheckoutSession(tx, session.id);
    tx.put(checkoutSessions, { ...current, awaitsAuthentication: null });
  });
  return showError(deeds, session, completed);
}
