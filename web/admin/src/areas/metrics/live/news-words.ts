// pure
import { amountOf, showMoney } from '../../../../../ui/money.ts';
import { spoken } from '../../../words/quantities.ts';
import type { News } from './live-store.ts';

/** What happened, to be read after the name of whom it happened to. */
export function showNews({ kind, plan, amount }: News): string {
  const toPlan = plan === null ? '' : ` ${spoken(plan)}`;
  switch (kind) {
    case 'sign_up':
      return 'signed up';
    case 'subscription':
      return `subscribed to${toPlan || ' a plan'}`;
    case 'trial':
      return `tries${toPlan || ' a plan'}`;
    case 'plan_change':
      return `changed to${toPlan || ' another plan'}`;
    case 'payment':
      return amount === null ? 'paid' : `paid ${showMoney(amountOf(amount))}`;
    case 'payment_failed':
      return 'could not be charged';
    case 'recovery':
      return 'paid what was owed';
    case 'cancellation':
      return 'canceled, and stays until the period ends';
    case 'end':
      return 'has left';
    case 'publication':
      return `${toPlan.trim() || 'A plan'} was published`;
    default:
      return spoken(kind);
  }
}

const BAD = ['payment_failed', 'cancellation', 'end'];
const GOOD = ['payment', 'subscription', 'recovery'];

export function toneOf({ kind }: News): 'good' | 'bad' | 'plain' {
  if (BAD.includes(kind)) return 'bad';
  return GOOD.includes(kind) ? 'good' : 'plain';
}
