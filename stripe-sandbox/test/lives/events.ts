import type Stripe from 'stripe';
import type { Account, Breach } from './invariants.ts';
import type { Life } from './living.ts';
import { isSame } from './same.ts';

/** The newest first, without what a clock tells of its own ways. */
export async function readEvents(life: Life): Promise<Stripe.Event[]> {
  const events = await life.list<Stripe.Event>('/v1/events', {});
  return events.filter(({ type }) => !type.startsWith('test_helpers.'));
}

/** Who only listens knows in the end what there is: the last event of each object tells it. */
export function findUntold(events: readonly Stripe.Event[], account: Account): Breach[] {
  const last = new Map<string, Stripe.Event>();
  for (const event of events) {
    const { id } = event.data.object as { readonly id?: string };
    if (id !== undefined && !last.has(id)) last.set(id, event);
  }
  const { customer, subscriptions, invoices, charges, intents, schedules } = account;
  const breaches: Breach[] = [];
  const objects = [customer, ...subscriptions, ...invoices, ...charges, ...intents, ...schedules];
  for (const object of objects) {
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
  if (isSame(told, found)) return [];
  const [was, is] = [told, found].map((each) => new Map(Object.entries(each)));
  const isSilent = (key: string): boolean =>
    SILENT.has(key) || (is!.get('status') === 'draft' && SILENT_IN_DRAFTS.has(key));
  return [...new Set([...was!.keys(), ...is!.keys()])].filter(
    (key) => !isSilent(key) && !isSame(was!.get(key), is!.get(key)),
  );
}
