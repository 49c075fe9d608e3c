import { invoices } from '../../billing/invoices/rows.ts';
import {
  hasEnded,
  periodOf,
  subscriptions,
  type SubscriptionRow,
} from '../../billing/subscriptions/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import type { OwnResponse } from '../../http/wire/server.ts';
import { paymentMethods } from '../../payments/payment-methods.ts';
import { getCustomer, type CustomerRow } from '../../customers/customer.ts';
import { cardFields, methodName } from '../card-form.ts';
import { field } from '../fields.ts';
import { alert, notice, page } from '../layout.ts';
import { markup, type Content, type Markup } from '../markup.ts';
import { dayText, moneyText, plainText } from '../words.ts';
import { getConfiguration } from './configurations.ts';
import type { Features } from './features.ts';
import { priceText } from './offers.ts';
import type { PortalSessionRow } from './sessions.ts';

/** Somebody in the portal, and what they may do there. */
export interface Visit {
  readonly session: PortalSessionRow;
  readonly features: Features;
}

export interface ShownVisit extends Visit {
  readonly error: string | null;
  readonly notice: string | null;
}

export function homePage(tx: Tx, at: ShownVisit, status: number): OwnResponse {
  const { session, features, error, notice: done } = at;
  const customer = getCustomer(tx, session.customer);
  const { headline } = getConfiguration(tx, session.configuration).businessProfile;
  const body = markup`${returnLink(session)}<h1>${headline ?? 'Your billing'}</h1>
${alert(error)}${notice(done)}
${subscriptionList(tx, at)}${methodList(tx, at, customer)}${
    features.customer_update.enabled && detailsForm(at, customer)
  }${features.invoice_history.enabled && invoiceList(tx, customer.id)}`;
  return page({ title: 'Billing', body, status, isNarrow: true });
}

export function returnLink({ returnUrl }: PortalSessionRow): Content {
  return returnUrl !== null && markup`<p><a href="${returnUrl}">Back</a></p>`;
}

function subscriptionList(tx: Tx, at: Visit): Markup {
  const living = tx
    .by(subscriptions, 'customer', at.session.customer)
    .filter((row) => !hasEnded(row));
  return markup`<section class="card" aria-labelledby="plans"><h2 id="plans">Subscriptions</h2>${
    living.length === 0
      ? markup`<p class="quiet">You have no subscription.</p>`
      : living.map((row) => subscriptionEntry(tx, at, row))
  }</section>`;
}

function subscriptionEntry(tx: Tx, { session, features }: Visit, row: SubscriptionRow): Markup {
  const link = (action: string): string => `/portal/${session.id}/${action}/${row.id}`;
  const isEnding = row.cancelAt !== null;
  return markup`<div class="entry">${row.items.map(
    (item) =>
      markup`<p><strong>${priceText(tx, item.price)}</strong>${
        (item.quantity ?? 1) > 1 && markup` × ${item.quantity}`
      }</p>`,
  )}<p class="quiet">${plainText(row.status)}, ${
    isEnding ? `ends on ${dayText(row.cancelAt)}` : `renews on ${dayText(periodOf(row).end)}`
  }</p><div class="row">${
    features.subscription_update.enabled && markup`<a href="${link('update')}">Change plan</a>`
  }${
    features.subscription_cancel.enabled &&
    (isEnding
      ? markup`<form method="post" action="${link('keep')}">
<button class="second">Keep the subscription</button></form>`
      : markup`<a href="${link('cancel')}">Cancel</a>`)
  }</div></div>`;
}

function methodList(tx: Tx, { session, features }: Visit, customer: CustomerRow): Content {
  if (!features.payment_method_update.enabled) return null;
  const known = tx.by(paymentMethods, 'customer', customer.id);
  const usual = customer.invoiceSettings.default_payment_method;
  return markup`<section class="card" aria-labelledby="methods">
<h2 id="methods">Payment methods</h2>${known.map(
    (method) =>
      markup`<div class="row field"><span class="grow">${methodName(method)}</span>${
        method.id === usual
          ? markup`<span class="quiet">used by default</span>`
          : markup`<form method="post" action="/portal/${session.id}/default">
<input type="hidden" name="method" value="${method.id}">
<button class="second" aria-label="Use by default: ${methodName(method)}">Use by default</button>
</form>`
      }</div>`,
  )}<p><a href="/portal/${session.id}/payment-method">Add a payment method</a></p></section>`;
}

function detailsForm({ session, features }: Visit, customer: CustomerRow): Content {
  const { allowed_updates: allowed } = features.customer_update;
  const fields = [
    allowed.includes('email') &&
      field({ name: 'email', label: 'E-mail', type: 'email', value: customer.email }),
    allowed.includes('name') &&
      field({ name: 'name', label: 'Name', value: customer.name, isRequired: false }),
    allowed.includes('phone') &&
      field({ name: 'phone', label: 'Phone', value: customer.phone, isRequired: false }),
  ];
  if (fields.every((each) => each === false)) return null;
  return markup`<form method="post" action="/portal/${session.id}/details" class="card">
<h2>Your details</h2>${fields}<button class="second">Save</button></form>`;
}

const MOST_INVOICES = 24;

function invoiceList(tx: Tx, customer: string): Markup {
  const shown = tx
    .by(invoices, 'customer', customer)
    .filter(({ status }) => status !== 'draft')
    .toReversed()
    .slice(0, MOST_INVOICES);
  if (shown.length === 0) {
    return markup`<section class="card" aria-labelledby="invoices"><h2 id="invoices">Invoices</h2>
<p class="quiet">There is no invoice yet.</p></section>`;
  }
  return markup`<section class="card" aria-labelledby="invoices"><h2 id="invoices">Invoices</h2>
<table><thead><tr><th scope="col">Invoice</th><th scope="col">Status</th>
<th scope="col" class="amount">Amount</th></tr></thead><tbody>${shown.map(
    (invoice) => markup`<tr><td><a href="/invoices/${invoice.id}">${dayText(invoice.created)}</a>
</td><td>${invoice.status}</td>
<td class="amount">${moneyText(invoice.total, invoice.currency)}</td></tr>`,
  )}</tbody></table></section>`;
}

/** Where a card is added, which is paid with from then on. */
export function newMethodPage({ session, error }: ShownVisit, status: number): OwnResponse {
  const path = `/portal/${session.id}`;
  const body = markup`<p><a href="${path}">Back to your billing</a></p><h1>Add a payment method</h1>
${alert(error)}<form method="post" action="${path}/payment-method" class="card">${cardFields()}
<button class="wide">Save and use by default</button></form>`;
  return page({ title: 'Add a payment method', body, status, isNarrow: true });
}

/** The bank's question to the holder of a card that is to be saved. */
export function confirmCardPage(session: string, method: string): OwnResponse {
  const body = markup`<h1>Is it you?</h1>
<p>Your bank wants to see the holder of the card before it is saved (3D Secure). In the sandbox you
decide how that goes.</p>
<form method="post" action="/portal/${session}/payment-method" class="row">
<input type="hidden" name="waiting" value="${method}">
<button name="answer" value="proved">Complete authentication</button>
<button name="answer" value="refused" class="danger">Fail authentication</button></form>`;
  return page({ title: 'Authentication', body, isNarrow: true });
}
