/** What lives are to draw of each kind, so that none of it is forgotten. */
const KINDS = {
  'deed': [
    'add an invoice item',
    'advance',
    'advance a year',
    'advance over the end of a period',
    'authenticate',
    'cancel',
    'change a pending invoice item',
    'change discounts',
    'change items',
    'change the balance',
    'change the card',
    'do not cancel',
    'end the trial',
    'invoice by hand',
    'pause',
    'pause collection',
    'refund',
    'resume',
    'schedule',
    'schedule a cancellation',
    'settle an invoice',
    'start a trial',
    'subscribe',
    'subscribe also',
  ],
  'decimals of the currency': ['0', '2', '3'],
  'interval': ['day', 'week', 'month', 'year'],
  'price': ['whole', 'fractional', 'graduated', 'volume'],
  'billing mode': ['classic', 'flexible'],
  'coupon': ['percent once', 'amount once', 'amount repeating', 'percent forever'],
  'discount of': ['subscription', 'item', 'customer'],
  'quantity': ['0', '1', 'more'],
  'items': ['1', '2'],
  'trial': ['none', 'days', 'until an instant'],
  'trial without a card': ['cancel', 'create_invoice', 'pause'],
  'first anchor': ['now', 'later'],
  'collection': ['charge_automatically', 'send_invoice'],
  'change': ['quantity', 'price', 'item added', 'item removed', 'anchor', 'interval'],
  'proration_behavior': ['always_invoice', 'create_prorations', 'none'],
  'proration_date': ['now', 'before'],
  'payment_behavior when made': ['allow_incomplete', 'default_incomplete', 'error_if_incomplete'],
  'payment_behavior when changed': [
    'allow_incomplete',
    'default_incomplete',
    'error_if_incomplete',
    'pending_if_incomplete',
  ],
  'cancel': [
    'at once',
    'at once, billed',
    'at once, prorated',
    'at once, prorated and billed',
    'at an instant',
    'at period end',
    'before the first payment',
    'max_period_end',
    'min_period_end',
    'when made',
  ],
  'pause collection': ['keep_as_draft', 'mark_uncollectible', 'void', 'until an instant', 'ended'],
  'pause': ['credited', 'invoiced', 'not credited'],
  'resume': ['now', 'unchanged', 'on payment'],
  'schedule': ['from a subscription', 'of its own', 'changed', 'released', 'canceled'],
  'card': ['pays', 'declined', 'asks for its holder', 'none'],
  'authentication': ['failed', 'succeeded'],
  'invoice': ['finalized', 'paid', 'paid out of band', 'uncollectible', 'voided'],
  'refund': ['part', 'whole'],
  'balance': ['credit', 'debt'],
  'invoice item': ['charge', 'credit', 'of a subscription', 'removed'],
  'dunning ends with': ['cancel', 'past_due', 'unpaid'],
  'previewed': ['cancellation', 'change', 'first invoice', 'next invoice', 'same after the change'],
} as const;

/** What must have come of some lives, as the events and the objects in the end tell it. */
const OUTCOMES = {
  'event': [
    'charge.failed',
    'charge.refunded',
    'charge.succeeded',
    'customer.discount.created',
    'customer.discount.deleted',
    'customer.subscription.created',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.pending_update_applied',
    'customer.subscription.pending_update_expired',
    'customer.subscription.resumed',
    'customer.subscription.trial_will_end',
    'customer.subscription.updated',
    'invoice.finalized',
    'invoice.marked_uncollectible',
    'invoice.overdue',
    'invoice.paid',
    'invoice.payment_action_required',
    'invoice.payment_failed',
    'invoice.sent',
    'invoice.upcoming',
    'invoice.voided',
    'payment_intent.requires_action',
    'subscription_schedule.canceled',
    'subscription_schedule.completed',
    'subscription_schedule.released',
  ],
  'subscription on the way': ['active', 'incomplete', 'past_due', 'paused', 'trialing', 'unpaid'],
  'subscription in the end': [
    'active',
    'canceled',
    'incomplete_expired',
    'past_due',
    'paused',
    'unpaid',
  ],
  'invoice in the end': ['draft', 'open', 'paid', 'uncollectible', 'void'],
  'invoice because of': [
    'manual',
    'subscription_create',
    'subscription_cycle',
    'subscription_update',
  ],
} as const;

const ALL = { ...KINDS, ...OUTCOMES };

export type Group = keyof typeof ALL;
export type KindOf<G extends Group> = (typeof ALL)[G][number];

/** How often each kind has been drawn, or has come about. */
export interface Tally {
  add<G extends Group>(group: G, kind: KindOf<G>): void;
  /** For what an answer says, which need not be among what must come about. */
  addFound(group: keyof typeof OUTCOMES, kind: string): void;
  /** What has never been counted: `cancel: at once`. */
  listMissing(): string[];
  /** A line for each group. */
  describe(): string[];
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  const nameOf = (group: string, kind: string): string => `${group}: ${kind}`;
  const countOf = (group: string, kind: string): number => counts.get(nameOf(group, kind)) ?? 0;
  const add = (group: string, kind: string): void => {
    counts.set(nameOf(group, kind), countOf(group, kind) + 1);
  };
  return {
    add,
    addFound: add,
    listMissing: () =>
      Object.entries(ALL).flatMap(([group, kinds]) =>
        kinds.filter((kind) => countOf(group, kind) === 0).map((kind) => nameOf(group, kind)),
      ),
    describe: () =>
      Object.entries(ALL).map(([group, kinds]) => {
        const counted = kinds.map((kind) => `${kind} ${countOf(group, kind)}`);
        return `${group}: ${counted.join(', ')}`;
      }),
  };
}
