import type { Tx } from '../engine/transaction.ts';
import { invalid } from '../http/errors.ts';
import type { FormHash } from '../http/form.ts';
import { createMethod, methodDataSpec } from '../payments/methods/card-params.ts';
import type { PaymentMethodRow } from '../payments/payment-methods.ts';
import { field, required, said } from './fields.ts';
import { markup, type Content, type Markup } from './markup.ts';

/** What to type in to see what; of https://docs.stripe.com/testing. */
const TEST_CARDS = [
  ['4242 4242 4242 4242', 'succeeds'],
  ['4000 0025 0000 3155', 'asks for authentication until it has been set up'],
  ['4000 0027 6000 3184', 'asks for authentication every time'],
  ['4000 0000 0000 0002', 'is declined'],
  ['4000 0000 0000 9995', 'is declined for insufficient funds'],
  ['4000 0000 0000 0341', 'can be saved, and fails when it is charged'],
] as const;

/** The fields of a new card, filled in with one that works. */
export function cardFields(): Markup {
  return markup`${field({
    name: 'number',
    label: 'Card number',
    value: TEST_CARDS[0][0],
    inputmode: 'numeric',
    autocomplete: 'off',
  })}<div class="pair">${field({
    name: 'expiry',
    label: 'Expires (month / year)',
    value: '12 / 34',
    inputmode: 'numeric',
    autocomplete: 'off',
  })}${field({
    name: 'cvc',
    label: 'Security code',
    value: '123',
    inputmode: 'numeric',
    autocomplete: 'off',
  })}</div>
<details><summary>Test cards</summary><table><thead><tr><th scope="col">Number</th>
<th scope="col">What it does</th></tr></thead><tbody>${TEST_CARDS.map(
    ([number, does]) =>
      markup`<tr><td><code>${number}</code></td><td class="small">${does}</td></tr>`,
  )}</tbody></table></details>`;
}

/** A choice between what is saved already and a new card. */
export function savedChoice(methods: readonly PaymentMethodRow[]): Content {
  if (methods.length === 0) return null;
  return markup`<div class="field"><label for="method">Pay with</label>
<select id="method" name="method" aria-describedby="method-hint">${methods.map(
    (method) => markup`<option value="${method.id}">${methodName(method)}</option>`,
  )}<option value="">A new card</option></select>
<p class="quiet small" id="method-hint">The card below is only used where you choose a new one.</p>
</div>`;
}

/** `Visa ending in 4242, 12/2034`. */
export function methodName({ card, sepa }: PaymentMethodRow): string {
  if (card === null) return `SEPA account ending in ${sepa?.last4 ?? ''}`;
  const brand = `${card.brand.slice(0, 1).toUpperCase()}${card.brand.slice(1)}`;
  const month = String(card.expMonth).padStart(2, '0');
  return `${brand} ending in ${card.last4}, ${month}/${card.expYear}`;
}

interface Person {
  readonly email: string | null;
  readonly name: string | null;
}

/** The payment method that a form describes: an account where it has an IBAN, or else a card. */
export function methodOf(tx: Tx, form: FormHash, person: Person): PaymentMethodRow {
  const details = { ...(person.email && { email: person.email }) };
  const billing_details = { ...details, ...(person.name && { name: person.name }) };
  const iban = said(form, 'iban');
  const spoken =
    iban === null
      ? { type: 'card', card: cardSaid(form), billing_details }
      : { type: 'sepa_debit', sepa_debit: { iban }, billing_details };
  return createMethod(tx, methodDataSpec.read(spoken, 'payment_method'));
}

function cardSaid(form: FormHash): FormHash {
  const expiry = /^(\d{1,2})\s*\/?\s*(\d{2}|\d{4})$/.exec(required(form, 'expiry', 'expiry'));
  if (expiry === null) {
    throw invalid('Please enter the expiry as month / year, such as 12 / 34.', { param: 'expiry' });
  }
  return {
    number: required(form, 'number', 'card number'),
    exp_month: expiry[1]!,
    exp_year: expiry[2]!,
    cvc: required(form, 'cvc', 'security code'),
  };
}
