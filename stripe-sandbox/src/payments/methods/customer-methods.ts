import type { Tx } from '../../engine/transaction.ts';
import { emit } from '../../events/event.ts';
import { nowOn } from '../../clocks/test-clock.ts';
import {
  attachPaymentMethod,
  getPaymentMethod,
  usablePaymentMethod,
  type Payer,
} from '../payment-methods.ts';
import { renderSource } from './render-source.ts';
import { sourceOf } from './sources.ts';

interface Said {
  readonly payment_method?: string | undefined;
  readonly source?: string | undefined;
  readonly invoice_settings?:
    { readonly default_payment_method?: string | null | undefined } | undefined;
}

/** Attaches what a customer is given to pay with, and checks that the default is theirs. */
export function withPaymentMethods<C extends Payer>(tx: Tx, customer: C, said: Said): C {
  const named = said.payment_method;
  const added = named === undefined ? null : attachNamed(tx, customer, named);
  const defaultSource =
    said.source === undefined ? customer.defaultSource : addSource(tx, customer, said.source);
  const chosen = said.invoice_settings?.default_payment_method ?? null;
  if (chosen === null) return { ...customer, defaultSource };
  // A token such as `pm_card_visa` becomes another payment method each time that it is named.
  const id = chosen === named && added !== null ? added : chosen;
  usablePaymentMethod(tx, customer, id, 'invoice_settings[default_payment_method]');
  const invoiceSettings = { ...customer.invoiceSettings, default_payment_method: id };
  return { ...customer, defaultSource, invoiceSettings };
}

function attachNamed(tx: Tx, customer: Payer, id: string): string {
  return attachPaymentMethod(tx, getPaymentMethod(tx, id, 'payment_method'), customer).id;
}

/** Gives a customer the card of a token such as `tok_visa`. */
export function addSource(tx: Tx, customer: Payer, token: string): string {
  const source = attachPaymentMethod(tx, sourceOf(tx, token), customer);
  const now = nowOn(tx, customer.testClock);
  emit(tx, { type: 'customer.source.created', object: renderSource(source), now });
  return source.id;
}
