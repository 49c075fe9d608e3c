import type { Tx } from '../../engine/transaction.ts';
import type { OwnResponse } from '../../http/wire/server.ts';
import { amountOf } from '../../money/pricing.ts';
import { paymentMethods } from '../../payments/payment-methods.ts';
import { findPrice } from '../../catalogue/price.ts';
import { getPromotionCode } from '../../catalogue/discounts/promotion-code.ts';
import { findCustomer } from '../../customers/customer.ts';
import { cardFields, savedChoice } from '../card-form.ts';
import { field } from '../fields.ts';
import { alert, messagePage, page } from '../layout.ts';
import { markup, type Content, type Markup } from '../markup.ts';
import { countText, dayText, moneyText } from '../words.ts';
import { intervalText, nameOfPrice } from './prices.ts';
import {
  needsPaymentMethod,
  successUrl,
  totalOf,
  type CheckoutSessionRow,
} from './session-rows.ts';

export interface Shown {
  readonly error?: string | null;
  readonly status?: number;
  /** What was typed in before. */
  readonly email?: string | null;
  readonly name?: string | null;
}

/** The page of a session: what is bought on one side, and how it is paid on the other. */
export function checkoutPage(tx: Tx, session: CheckoutSessionRow, shown: Shown = {}): OwnResponse {
  if (session.status !== 'open') return closedPage(session);
  const title = session.mode === 'setup' ? 'Save a payment method' : 'Checkout';
  const link = backLink(session);
  const body = markup`${link && markup`<p>${link}</p>`}
<div class="columns"><section aria-labelledby="what">${summary(tx, session)}</section>
<section aria-labelledby="how">${alert(shown.error ?? null)}${payForm(tx, session, shown)}</section>
</div>`;
  return page({ title, body, status: shown.status ?? 200 });
}

function closedPage(session: CheckoutSessionRow): OwnResponse {
  if (session.status === 'complete') {
    const text = 'This session has been completed: there is nothing left to do here.';
    const link = markup`<a href="${successUrl(session)}" rel="noreferrer">Continue</a>`;
    return messagePage({ title: 'All done', text, link });
  }
  const text = 'This session has expired. Go back and begin again.';
  return messagePage({ title: 'Expired', text, status: 410, link: backLink(session) });
}

function backLink({ cancelUrl }: CheckoutSessionRow): Markup | null {
  if (cancelUrl === null) return null;
  return markup`<a href="${cancelUrl}" rel="noreferrer">Back</a>`;
}

function summary(tx: Tx, session: CheckoutSessionRow): Markup {
  if (session.mode === 'setup') {
    return markup`<h1 id="what">Save a payment method</h1>
<p class="quiet">It is kept for payments to come. Nothing is charged today.</p>`;
  }
  const currency = session.currency!;
  const discount = session.lineItems.reduce((sum, item) => sum + item.discount, 0);
  return markup`<h1 id="what">${session.mode === 'subscription' ? 'Subscribe' : 'Pay'}</h1>
<p class="total">${moneyText(totalOf(session), currency)}</p>
<p class="quiet">due today</p>${recurrence(tx, session)}
<table><thead><tr><th scope="col">Item</th><th scope="col" class="amount">Today</th></tr></thead>
<tbody>${session.lineItems.map(
    (item) =>
      markup`<tr><td>${nameOfPrice(tx, item.price)}${
        (item.quantity ?? 1) > 1 && markup` <span class="quiet times">× ${item.quantity}</span>`
      }</td><td class="amount">${moneyText(item.subtotal, currency)}</td></tr>`,
  )}${
    session.discounts.length > 0 &&
    markup`<tr><td>Discount ${codeNames(tx, session)}</td>
<td class="amount">${moneyText(-discount, currency)}</td></tr>`
  }<tr class="sum"><th scope="row">Total due today</th>
<td class="amount">${moneyText(totalOf(session), currency)}</td></tr></tbody></table>
${codeForm(session)}`;
}

function codeNames(tx: Tx, { discounts }: CheckoutSessionRow): Content {
  return discounts.map(({ promotionCode }) => {
    const name = promotionCode === null ? null : getPromotionCode(tx, promotionCode).code;
    return name !== null && markup`<code>${name}</code>`;
  });
}

/** What comes after today, and from when on. */
function recurrence(tx: Tx, session: CheckoutSessionRow): Content {
  const recurring = session.lineItems
    .map((item) => ({ item, price: findPrice(tx, item.price) }))
    .filter(({ price }) => price.recurring !== null);
  if (recurring.length === 0) return null;
  const currency = session.currency!;
  const amount = recurring.reduce(
    (sum, { item, price }) =>
      item.quantity === null ? sum : sum + amountOf(price, item.quantity, currency),
    0,
  );
  const cost = `${moneyText(amount, currency)} ${intervalText(recurring[0]!.price)!}`;
  const { trial_end: end, trial_period_days: days } = session.subscriptionData;
  const trial =
    days === undefined
      ? end !== undefined && `Free until ${dayText(end)}`
      : `Free for ${countText(days, 'day')}`;
  return markup`<p>${trial === false ? `Then ${cost}` : `${trial}, then ${cost}`}${
    session.discounts.length > 0 && ', before discounts'
  }, until you cancel.</p>`;
}

function codeForm({ id, allowPromotionCodes, discounts }: CheckoutSessionRow): Content {
  if (allowPromotionCodes !== true) return null;
  const path = `/checkout/${id}/code`;
  if (discounts.length > 0) {
    return markup`<form method="post" action="${path}">
<button class="second">Remove promotion code</button></form>`;
  }
  return markup`<form method="post" action="${path}">${field({
    name: 'promotion_code',
    label: 'Promotion code',
    autocomplete: 'off',
  })}<button class="second">Apply code</button></form>`;
}

function payForm(tx: Tx, session: CheckoutSessionRow, shown: Shown): Markup {
  const customer = session.customer === null ? null : findCustomer(tx, session.customer);
  const known = (customer?.isDeleted === false && customer.email) || session.customerEmail;
  const saved =
    customer === null || session.mode === 'setup'
      ? []
      : tx.by(paymentMethods, 'customer', customer.id);
  return markup`<form method="post" action="/checkout/${session.id}" class="card">
<h2 id="how">${needsPaymentMethod(session) ? 'Payment details' : 'Your details'}</h2>
${field({
  name: 'email',
  label: 'E-mail',
  type: 'email',
  autocomplete: 'email',
  value: known || (shown.email ?? 'buyer@example.com'),
  isFixed: Boolean(known),
})}${
    needsPaymentMethod(session) &&
    markup`${savedChoice(saved)}${methodFields(session)}${field({
      name: 'name',
      label: 'Name on the card',
      autocomplete: 'name',
      value: shown.name ?? '',
      isRequired: false,
    })}`
  }<button class="wide">${buttonText(session)}</button></form>`;
}

function methodFields({ paymentMethodTypes }: CheckoutSessionRow): Content {
  const hasCard = paymentMethodTypes.includes('card');
  return [
    hasCard && cardFields(),
    paymentMethodTypes.includes('sepa_debit') &&
      field({
        name: 'iban',
        label: hasCard ? 'IBAN, to pay by SEPA debit instead' : 'IBAN',
        value: hasCard ? '' : 'AT611904300234573201',
        isRequired: !hasCard,
        hint: 'AT611904300234573201 succeeds, AT861904300235473202 fails later.',
        autocomplete: 'off',
      }),
  ];
}

function buttonText(session: CheckoutSessionRow): string {
  const total = totalOf(session);
  if (session.mode === 'setup') return 'Save payment method';
  if (session.mode === 'payment') {
    const verb = { donate: 'Donate', book: 'Book' }[session.submitType as string] ?? 'Pay';
    return total === 0 ? 'Complete order' : `${verb} ${moneyText(total, session.currency!)}`;
  }
  const { trial_end: end, trial_period_days: days } = session.subscriptionData;
  return end === undefined && days === undefined ? 'Subscribe' : 'Start trial';
}

/** The bank's question to the holder of the card, with an answer for each way that it can go. */
export function authenticationPage(path: string, about: string): OwnResponse {
  const body = markup`<h1>Is it you?</h1>
<p>Your bank wants to see the holder of the card before it lets ${about} go on (3D Secure). In the
sandbox you decide how that goes.</p>
<form method="post" action="${path}" class="row">
<button name="answer" value="proved">Complete authentication</button>
<button name="answer" value="refused" class="danger">Fail authentication</button></form>`;
  return page({ title: 'Authentication', body, isNarrow: true });
}
