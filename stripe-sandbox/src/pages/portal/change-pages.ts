import { periodOf, type SubscriptionRow } from '../../billing/subscriptions/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import type { OwnResponse } from '../../http/wire/server.ts';
import { alert, page } from '../layout.ts';
import { markup, type Content, type Markup } from '../markup.ts';
import { dayText, plainText } from '../words.ts';
import type { ShownVisit } from './home-page.ts';
import { priceText, pricesOffered, quantityLimits } from './offers.ts';

interface Subject {
  readonly subscription: SubscriptionRow;
  readonly status: number;
}

/** Where a subscription is canceled, and what for. */
export function cancelPage(tx: Tx, at: ShownVisit, { subscription, status }: Subject): OwnResponse {
  const { session, features, error } = at;
  const { mode, cancellation_reason: reason } = features.subscription_cancel;
  const names = subscription.items.map(({ price }) => priceText(tx, price)).join('; ');
  const body = markup`<p><a href="/portal/${session.id}">Back to your billing</a></p>
<h1>Cancel the subscription</h1>${alert(error)}<p>${names}</p>
<p>${
    mode === 'immediately'
      ? 'It ends at once.'
      : `You can use it until ${dayText(periodOf(subscription).end)}.`
  }</p>
<form method="post" action="/portal/${session.id}/cancel/${subscription.id}" class="card">${
    reason.enabled && reasonFields(reason.options)
  }<button class="danger wide">Cancel the subscription</button></form>`;
  return page({ title: 'Cancel', body, status, isNarrow: true });
}

function reasonFields(options: readonly string[]): Content {
  return markup`<div class="field"><label for="reason">Why do you cancel?</label>
<select id="reason" name="reason"><option value="">I would rather not say</option>${options.map(
    (option) => markup`<option value="${option}">${capital(plainText(option))}</option>`,
  )}</select></div><div class="field"><label for="comment">Anything else (optional)</label>
<textarea id="comment" name="comment" rows="3" maxlength="400"></textarea></div>`;
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** Where the plan of a subscription is changed to another that is offered. */
export function updatePage(tx: Tx, at: ShownVisit, { subscription, status }: Subject): OwnResponse {
  const { session, features, error } = at;
  const { proration_behavior: proration } = features.subscription_update;
  const body = markup`<p><a href="/portal/${session.id}">Back to your billing</a></p>
<h1>Change your plan</h1>${alert(error)}
<form method="post" action="/portal/${session.id}/update/${subscription.id}" class="card">
${priceFields(tx, at, subscription)}${quantityField(tx, at, subscription)}
<p class="quiet">${prorationText(proration)}</p>
<button class="wide">Confirm the change</button></form>`;
  return page({ title: 'Change your plan', body, status, isNarrow: true });
}

function prorationText(proration: string): string {
  if (proration === 'none') return 'The new price holds from the next period on.';
  return proration === 'always_invoice'
    ? 'The difference for the rest of the period is charged or credited at once.'
    : 'The difference for the rest of the period is on your next invoice.';
}

function priceFields(tx: Tx, { features, session }: ShownVisit, row: SubscriptionRow): Markup {
  const current = row.items[0]!.price;
  const asked = session.flow?.subscription_update_confirm?.items[0]?.price ?? null;
  const offered = pricesOffered(tx, row, features);
  const others = offered.map(({ id }) => id).filter((id) => id !== current);
  const chosen = asked !== null && others.includes(asked) ? asked : current;
  return markup`<fieldset><legend>Plan</legend>${[current, ...others].map(
    (id) =>
      markup`<label class="choice"><input type="radio" name="price" value="${id}"${
        id === chosen && markup` checked`
      }><span>${priceText(tx, id)}${
        id === current && markup` <span class="quiet">(now)</span>`
      }</span></label>`,
  )}</fieldset>`;
}

function quantityField(tx: Tx, { features }: ShownVisit, row: SubscriptionRow): Content {
  const item = row.items[0]!;
  const limits = quantityLimits(tx, item.price, features);
  if (limits === null || item.quantity === null) return null;
  return markup`<div class="field"><label for="quantity">Quantity</label>
<input id="quantity" name="quantity" type="number" value="${item.quantity}" min="${limits.least}"
 max="${limits.most}" required></div>`;
}
