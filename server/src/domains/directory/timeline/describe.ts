// pure
import type { TimelineRow } from './entry.ts';

const PLAN_TITLES: Readonly<Record<string, string>> = {
  started: 'Subscription started',
  activated: 'First payment made',
  trial_started: 'Trial started',
  trial_ended: 'Trial ended',
  items_changed: 'Subscription changed',
  discounts_changed: 'Discount changed',
  payment_failed: 'Payment overdue',
  recovered: 'Payment recovered',
  unpaid: 'Given up as unpaid',
  paused: 'Paused',
  resumed: 'Resumed',
  ended: 'Subscription ended',
  expired: 'Never paid for',
  status_changed: 'Status changed',
};

const PAYMENT_TITLES: Readonly<Record<string, string>> = {
  paid: 'Paid',
  refunded: 'Refunded',
  payment_failed: 'Payment failed',
  action_required: 'Bank asks for a confirmation',
  grace_ending: 'Grace is about to end',
  restricted: 'Restricted for want of payment',
  recovered: 'Restored after payment',
  ended: 'Ended for want of payment',
};

const OVERRIDE_TITLES: Readonly<Record<string, string>> = {
  plan_change: 'Plan set by staff',
  quota_boost: 'Quota boosted',
  discount: 'Discount set by staff',
  boost: 'Boost granted',
  pack: 'Pack granted',
};

/** One line for people; what it says in full is in the detail. */
export function titleOf({ kind, what, detail }: TimelineRow): string {
  switch (kind) {
    case 'plan':
      return withNames(PLAN_TITLES[what] ?? spaced(what), detail['plans']);
    case 'invoice':
      return `Invoice ${text(detail['number']) ?? ''} ${what}`.replace('  ', ' ');
    case 'payment':
      return PAYMENT_TITLES[what] ?? spaced(what);
    case 'override':
      return withNames(OVERRIDE_TITLES[what] ?? spaced(what), [
        detail['plan'] ?? detail['feature'],
        detail['amount'],
      ]);
    case 'mail':
      return `Mail: ${text(detail['subject']) ?? spaced(what)}`;
    case 'note':
      return 'Note';
    case 'webhook':
      return `Stripe: ${what}`;
    case 'usage':
      return `Used ${text(detail['amount']) ?? ''}: ${spaced(what)}`;
    case 'staff':
      return deedOf(what);
  }
}

/** `billing.refund_requested` is said as `Refund requested`; `user.renamed` as `User renamed`. */
function deedOf(action: string): string {
  const [, ...rest] = action.split('.');
  const deed = rest.join(' ');
  const words = spaced(deed.includes('_') ? deed : action.replaceAll('.', ' '));
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Where more of it is to be seen. */
export function linkOf({ kind, detail }: TimelineRow): string | null {
  if (kind !== 'invoice') return null;
  return text(detail['url']);
}

function withNames(title: string, names: unknown): string {
  const known = Array.isArray(names) ? names.map(text).filter((name) => name !== null) : [];
  return known.length === 0 ? title : `${title}: ${known.join(', ')}`;
}

function spaced(words: string): string {
  return words.replaceAll('_', ' ');
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}
