// pure
import type { Invoice, Overview } from '../api/contract.ts';
import { showInstant } from '../../../ui/dates.ts';
import { amountOf, showMoney } from '../../../ui/money.ts';

export type Tone = 'good' | 'note' | 'bad' | 'quiet';

/** What the customer can do about what a banner says. */
export type Remedy =
  | { readonly kind: 'pay'; readonly url: string }
  | { readonly kind: 'portal'; readonly label: string }
  | { readonly kind: 'resume'; readonly label: string };

export interface Banner {
  readonly key: string;
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
  readonly remedy: Remedy | null;
}

const STATUS_WORDS: Readonly<Record<string, readonly [Tone, string]>> = {
  active: ['good', 'Active'],
  trialing: ['good', 'Trial'],
  past_due: ['bad', 'Payment overdue'],
  unpaid: ['bad', 'Unpaid'],
  incomplete: ['note', 'Payment not completed'],
  incomplete_expired: ['quiet', 'Not completed'],
  paused: ['note', 'Paused'],
  canceled: ['quiet', 'Ended'],
};

/** A word for a status; one that is new is shown as it is called. */
export function statusWord(status: string): { readonly tone: Tone; readonly text: string } {
  const [tone, text] = STATUS_WORDS[status] ?? ['quiet', status.replaceAll('_', ' ')];
  return { tone, text };
}

/** Everything about the subscription that should not be overlooked; the gravest first. */
export function bannersOf(overview: Overview, invoices: readonly Invoice[]): Banner[] {
  const { subscription } = overview;
  if (subscription === null) return [];
  return [
    paymentBanner(overview, payRemedy(invoices)),
    pauseBanner(overview),
    cancellationBanner(overview),
    changeBanner(overview),
    trialBanner(overview),
  ].filter((banner) => banner !== null);
}

/** The invoice that waits to be paid, on Stripe's page; else the card can be changed. */
function payRemedy(invoices: readonly Invoice[]): Remedy {
  const open = invoices.find(({ status, hosted_url: url }) => status === 'open' && url !== null);
  const url = open?.hosted_url;
  if (typeof url === 'string') return { kind: 'pay', url };
  return { kind: 'portal', label: 'Update payment method' };
}

function paymentBanner(overview: Overview, remedy: Remedy): Banner | null {
  const { subscription, restriction, plan } = overview;
  if (subscription === null || subscription.status === 'paused') return null;
  const { name, status, grace_ends_at: graceEnd } = subscription;
  const tone = 'bad';
  if (restriction !== null) {
    const isUnpaid = restriction === 'past_due';
    return {
      key: 'restricted',
      tone,
      title: isUnpaid ? `${name} is limited until it is paid` : `${name} is not active`,
      text:
        `What ${plan.name} grants applies now; nothing of yours has been deleted. ` +
        `${name} is back as soon as the payment is confirmed.`,
      remedy,
    };
  }
  if (status !== 'past_due') return null;
  const until =
    typeof graceEnd === 'string'
      ? `You keep ${name} until ${showInstant(graceEnd)}. If it is not paid by then,`
      : `You keep ${name} for now. If it stays unpaid,`;
  return {
    key: 'past_due',
    tone,
    title: `The last payment for ${name} did not go through`,
    text:
      `${until} your account is limited to what the free plan grants. Until it is paid, a new ` +
      'month gives only what these days are worth of it. Nothing is deleted.',
    remedy,
  };
}

/** Nobody owes anything of what is paused, and no card has to be changed. */
function pauseBanner({ subscription, plan }: Overview): Banner | null {
  if (subscription?.status !== 'paused') return null;
  const { name } = subscription;
  return {
    key: 'paused',
    tone: 'note',
    title: `${name} is paused`,
    text:
      `Nothing is billed. What ${plan.name} grants applies until ${name} goes on; nothing of ` +
      'yours has been deleted.',
    remedy: null,
  };
}

function cancellationBanner({ subscription }: Overview): Banner | null {
  if (subscription === null || subscription.cancel_at === null) return null;
  const { name, cancel_at: end } = subscription;
  return {
    key: 'canceling',
    tone: 'note',
    title: `${name} ends on ${showInstant(end)}`,
    text: 'Until then everything stays as it is. Nothing more is charged for it after that.',
    remedy: { kind: 'resume', label: `Keep ${name}` },
  };
}

function changeBanner({ subscription }: Overview): Banner | null {
  if (subscription === null || subscription.scheduled === null) return null;
  const { name, scheduled } = subscription;
  const isSamePlan = scheduled.plan === subscription.plan;
  const to = isSamePlan ? 'with other terms' : scheduled.name;
  return {
    key: 'changing',
    tone: 'note',
    title: `${name} ${isSamePlan ? 'continues' : 'becomes'} ${to} on ${showInstant(scheduled.at)}`,
    text: 'Until then everything stays as it is.',
    remedy: { kind: 'resume', label: 'Undo the change' },
  };
}

function trialBanner({ subscription, next_invoice: next, ...overview }: Overview): Banner | null {
  if (subscription?.status !== 'trialing' || subscription.trial_end === null) return null;
  if (subscription.cancel_at !== null) return null;
  const hasCard = overview.payment_method !== null;
  const then =
    next === null ? '' : ` Then ${showMoney(amountOf(next))} is due, unless you cancel before.`;
  return {
    key: 'trial',
    tone: hasCard ? 'quiet' : 'note',
    title: `You are trying ${subscription.name} until ${showInstant(subscription.trial_end)}`,
    text: `Nothing is charged before.${then}`,
    remedy: hasCard ? null : { kind: 'portal', label: 'Manage payment method' },
  };
}

const INVOICE_WORDS: Readonly<Record<string, readonly [Tone, string]>> = {
  paid: ['good', 'Paid'],
  open: ['bad', 'To be paid'],
  draft: ['quiet', 'Being prepared'],
  void: ['quiet', 'Void'],
  uncollectible: ['bad', 'Not paid'],
};

export function invoiceWord(status: string): { readonly tone: Tone; readonly text: string } {
  const [tone, text] = INVOICE_WORDS[status] ?? ['quiet', status];
  return { tone, text };
}
