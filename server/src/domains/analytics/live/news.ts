// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { CANCELLATION_SCHEDULED, PAYMENT_RECEIVED } from './topics.ts';

export const newsKinds = [
  'sign_up',
  'subscription',
  'trial',
  'plan_change',
  'payment',
  'payment_failed',
  'recovery',
  'cancellation',
  'end',
  'publication',
] as const;

export type NewsKind = (typeof newsKinds)[number];

/** What has happened in the business, as somebody who watches it reads it. */
export interface News {
  /** The event's: by it whoever is told twice knows it. */
  readonly id: number;
  readonly atMs: number;
  readonly kind: NewsKind;
  /** Whom it is about, by the app's name of them. */
  readonly user: string | null;
  readonly name: string | null;
  readonly plan: string | null;
  readonly amount: { readonly minor: number; readonly currency: string } | null;
}

/** An event with what is known of its account. */
export interface TellingEvent {
  readonly id: number;
  readonly topic: string;
  readonly recordedMs: number;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly user: string | null;
  readonly name: string | null;
  /** Whether the user was made in that very command. */
  readonly isNewUser: boolean;
  /** Why the history says something else, by the last word of the same command. */
  readonly cause: string | null;
  readonly plan: string | null;
}

/** The topics that may be news. */
export const newsTopics: readonly string[] = [
  'user.changed',
  'subscription.history_changed',
  PAYMENT_RECEIVED,
  CANCELLATION_SCHEDULED,
  'billing.payment_failed',
  'billing.payment_recovered',
  'plan.published',
];

/** What an event is news of; nothing where those who watch the business need not know. */
export function decideNews(event: TellingEvent): News | null {
  const kind = kindOf(event);
  if (kind === null) return null;
  const { id, recordedMs: atMs, user, name, payload } = event;
  const { subject, amount_minor: minor, currency } = payload;
  const plan = kind === 'publication' && typeof subject === 'string' ? subject : event.plan;
  const hasAmount = typeof minor === 'number' && typeof currency === 'string';
  return { id, atMs, kind, user, name, plan, amount: hasAmount ? { minor, currency } : null };
}

const KINDS: Readonly<Record<string, NewsKind>> = {
  [PAYMENT_RECEIVED]: 'payment',
  [CANCELLATION_SCHEDULED]: 'cancellation',
  'billing.payment_failed': 'payment_failed',
  'billing.payment_recovered': 'recovery',
  'plan.published': 'publication',
};

/** What failed and what was recovered is told by events of its own. */
const CAUSES: Readonly<Record<string, NewsKind>> = {
  started: 'subscription',
  activated: 'subscription',
  trial_started: 'trial',
  items_changed: 'plan_change',
  ended: 'end',
};

function kindOf({ topic, isNewUser, cause }: TellingEvent): NewsKind | null {
  if (topic === 'user.changed') return isNewUser ? 'sign_up' : null;
  if (topic === 'subscription.history_changed') return CAUSES[cause ?? ''] ?? null;
  return KINDS[topic] ?? null;
}

/** As the stream carries it. */
export function newsAnswer({ id, atMs, kind, user, name, plan, amount }: News) {
  return {
    id,
    at: formatInstant(atMs),
    kind,
    user,
    name,
    plan,
    amount: amount && { amount_minor: amount.minor, currency: amount.currency },
  };
}
