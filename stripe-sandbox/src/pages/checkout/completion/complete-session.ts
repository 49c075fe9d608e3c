import type { Tx } from '../../../engine/transaction.ts';
import { invalid } from '../../../http/errors.ts';
import { readParams } from '../../../http/params.ts';
import { getPaymentMethod } from '../../../payments/payment-methods.ts';
import { createCustomer, createSpecs } from '../../../customers/making.ts';
import {
  findCustomer,
  getCustomer,
  updateCustomer,
  type CustomerRow,
} from '../../../customers/customer.ts';
import { emit } from '../../../events/event.ts';
import { pricedItems } from '../amounts.ts';
import type { Answer } from './authentication.ts';
import { EXPIRES } from '../expire-session.ts';
import { pay } from './pay.ts';
import { renderSession } from '../render-session.ts';
import {
  checkoutSessions,
  getCheckoutSession,
  needsPaymentMethod,
  totalOf,
  type Attempt,
  type CheckoutSessionRow,
} from '../session-rows.ts';
import { setUp } from './set-up.ts';
import { subscribe } from './subscribe.ts';

export interface Completion extends Attempt {
  /** What the holder of a card has answered their bank, if they were asked. */
  readonly answer: Answer;
}

/**
 * Carries a session out: makes or uses the customer, pays, sets up or subscribes, and completes it.
 * Throws a card error where the bank says no, and `NeedsAuthentication` where it wants to see the
 * holder first; the session stays open then.
 */
export function completeSession(tx: Tx, id: string, completion: Completion): CheckoutSessionRow {
  const found = requireOpen(getCheckoutSession(tx, id));
  const session = withCustomer(tx, { ...found, lineItems: pricedItems(tx, found) }, completion);
  const method =
    completion.paymentMethod === null || !needsPaymentMethod(session)
      ? null
      : getPaymentMethod(tx, completion.paymentMethod, 'payment_method');
  if (method === null && needsPaymentMethod(session)) {
    throw invalid('A payment method is needed to complete this session.', {
      code: 'parameter_missing',
      param: 'payment_method',
    });
  }
  return finish(tx, carryOut[session.mode](tx, session, { method, answer: completion.answer }), {
    email: completion.email ?? method?.billingDetails.email ?? null,
    name: completion.name ?? method?.billingDetails.name ?? null,
  });
}

const carryOut = { payment: pay, setup: setUp, subscription: subscribe } as const;

/** A session that can still be completed. */
export function requireOpen(session: CheckoutSessionRow): CheckoutSessionRow {
  if (session.status === 'open') return session;
  throw invalid(`This Checkout Session has a status of ${session.status}: it is no longer open.`);
}

interface Person {
  readonly email: string | null;
  readonly name: string | null;
}

/** The session with its customer: who was given, or somebody new where there is to be one. */
function withCustomer(tx: Tx, session: CheckoutSessionRow, person: Person): CheckoutSessionRow {
  const email = person.email ?? session.customerEmail;
  if (session.customer !== null) {
    const customer = getCustomer(tx, session.customer);
    if (customer.email === null && email !== null) updateCustomer(tx, { ...customer, email });
    return session;
  }
  if (session.customerCreation !== 'always') return session;
  const form = { ...(email && { email }), ...(person.name && { name: person.name }) };
  const { id } = createCustomer(tx, readParams(createSpecs, form));
  return { ...session, customer: id };
}

function finish(tx: Tx, session: CheckoutSessionRow, person: Person): CheckoutSessionRow {
  tx.unschedule(EXPIRES, session.id);
  const customer = session.customer === null ? null : findCustomer(tx, session.customer);
  const complete = tx.put(checkoutSessions, {
    ...session,
    status: 'complete',
    paymentStatus:
      session.mode === 'setup' || totalOf(session) === 0
        ? 'no_payment_required'
        : session.paymentStatus,
    customerDetails: detailsOf(session, customer, person),
    awaitsAuthentication: null,
  });
  const object = renderSession(tx, complete);
  emit(tx, { type: 'checkout.session.completed', object, now: tx.sandboxNow });
  return complete;
}

function detailsOf(
  session: CheckoutSessionRow,
  customer: CustomerRow | null,
  person: Person,
): CheckoutSessionRow['customerDetails'] {
  return {
    address: customer?.address ?? null,
    business_name: null,
    email: customer?.email ?? person.email ?? session.customerEmail,
    individual_name: null,
    name: person.name ?? customer?.name ?? null,
    phone: customer?.phone ?? null,
    tax_exempt: customer?.taxExempt ?? 'none',
    tax_ids: [],
  };
}
