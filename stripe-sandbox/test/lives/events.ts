import type Stripe from 'stripe';
import type { Account, Breach } from './invariants.ts';

/** Who only listens knows in the end what there is: the last event of each object tells it. */
export async function findUntold(stripe: Stripe, account: Account): Promise<Breach[]> {
  const last = new Map<string, Stripe.Event>();
  for await (const event of stripe.events.list({ limit: 100 })) {
    const { id } = event.data.object as { readonly id?: string };
    // The newest come first.
    if (id !== undefined && !last.has(id)) last.set(id, event);
  }
  const { customer, subscriptions, invoices, charges } = account;
  const breaches: Breach[] = [];
  for (const object of [customer, ...subscriptions, ...invoices, ...charges]) {
    const event = last.get(object.id);
    const changed = event === undefined ? ['all'] : changedKeys(event.data.object, object);
    if (changed.length === 0) continue;
    const told = event?.type ?? 'nothing';
    breaches.push(`${object.id} is not as ${told} told it last: ${changed.join(', ')}`);
  }
  return breaches;
}

/** Invoices are counted without a word, and a draft shows the balance of when it is read. */
const SILENT = new Set(['next_invoice_sequence']);
const SILENT_IN_DRAFTS = new Set(['amount_due', 'amount_remaining', 'starting_balance']);

function changedKeys(told: object, found: object): string[] {
  const [was, is] = [told, found].map((each) => new Map(Object.entries(each)));
  const isSilent = (key: string): boolean =>
    SILENT.has(key) || (is!.get('status') === 'draft' && SILENT_IN_DRAFTS.has(key));
  return [...new Set([...was!.keys(), ...is!.keys()])].filter(
    (key) => !isSilent(key) && JSON.stringify(was!.get(key)) !== JSON.stringify(is!.get(key)),
  );
}
