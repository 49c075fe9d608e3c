import type { Random } from '../../../test/lives/world/random.ts';

/** A request as it was sent: what is hostile is made from what is right. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

/** What can be known of a sandbox from its answers. */
export interface Known {
  /** The ids of what there is, by `object`; the latest only. */
  readonly ids: Map<string, string[]>;
  /** The `object` of each id. */
  readonly kinds: Map<string, string>;
  /** What went well. */
  readonly sent: Sent[];
  /** The words that parameters take, as refusals name them. */
  readonly words: Map<string, readonly string[]>;
}

export function knowNothing(): Known {
  return { ids: new Map(), kinds: new Map(), sent: [], words: new Map() };
}

const MOST_IDS = 20;

/** Learns from the text of an answer. */
export function learn(known: Known, text: string): void {
  const answer: unknown = JSON.parse(text);
  learnIds(known, answer);
  const { error } = answer as { readonly error?: { readonly message: string; param?: string } };
  const words = /must be one of (.+)$/.exec(error?.message ?? '')?.[1]?.split(', ');
  if (error?.param !== undefined && words !== undefined)
    known.words.set(lastOf(error.param), words);
}

function learnIds(known: Known, value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  const { id, object } = value as { readonly id?: unknown; readonly object?: unknown };
  if (typeof id === 'string' && typeof object === 'string' && !known.kinds.has(id)) {
    const ids = known.ids.get(object) ?? [];
    ids.push(id);
    if (ids.length > MOST_IDS) known.kinds.delete(ids.shift()!);
    known.ids.set(object, ids);
    known.kinds.set(id, object);
  }
  for (const entry of Object.values(value)) learnIds(known, entry);
}

/** The innermost name of a parameter: `price` of `items[0][price]`. */
export function lastOf(param: string): string {
  return param.split(/[[\]]+/).findLast((part) => part !== '' && !/^\d+$/.test(part)) ?? param;
}

/** What stands for an id in a path or a parameter, where it is not called as its object is. */
const KINDS = new Map<string, readonly string[]>([
  ['item', ['invoiceitem', 'subscription_item']],
  ['id', ['subscription_item', 'invoiceitem']],
  ['payment', ['invoice_payment']],
  ['session', ['checkout.session']],
  ['configuration', ['billing_portal.configuration']],
  ['clock', ['test_helpers.test_clock']],
  ['test_clock', ['test_helpers.test_clock']],
  ['endpoint', ['webhook_endpoint']],
  ['destination', ['v2.core.event_destination']],
  ['meter', ['billing.meter']],
  ['schedule', ['subscription_schedule']],
  ['transaction', ['customer_balance_transaction']],
  ['default_payment_method', ['payment_method']],
  ['invoice_item', ['invoiceitem']],
]);

const kindsOf = (name: string): readonly string[] => KINDS.get(name) ?? [name];

/** The id of something that there is, of the right kind most often. */
export function drawId(known: Known, random: Random, name: string): string {
  const right = kindsOf(name).flatMap((kind) => known.ids.get(kind) ?? []);
  if (right.length > 0 && !random.oneIn(12)) return random.pick(right);
  return random.pick(known.ids.get(random.pick([...known.ids.keys()]))!);
}

export function hasIds(known: Known, name: string): boolean {
  return kindsOf(name).some((kind) => known.ids.has(kind));
}

/** The ids in a text, most of them put by others of their kind that there are now. */
export function renewIds(known: Known, random: Random, text: string): string {
  return text.replaceAll(/[a-z]+_(?:[a-z]+_)?\w{14,}/g, (id) => {
    const ids = known.ids.get(known.kinds.get(id) ?? '');
    return ids === undefined || random.oneIn(5) ? id : random.pick(ids);
  });
}
