// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { planVersion, type Catalog } from '../../../plans/index.ts';
import type { RecordedSubscription } from '../../../subscriptions/index.ts';

/** Something that is on record otherwise than it follows from what Stripe says. */
export interface Difference {
  /** Such as `subscription sub_1`. */
  readonly about: string;
  /** Such as `status`. */
  readonly what: string;
  /** As people read it; empty where there is nothing. */
  readonly recorded: string;
  readonly found: string;
}

/** What is on record of a customer, as far as a projection writes it. */
export interface Recorded {
  /** By the id at Stripe. */
  readonly subscriptions: ReadonlyMap<string, RecordedSubscription>;
  readonly historyIds: readonly number[];
  /** Such as `100 audio_minutes`. */
  readonly grants: readonly string[];
}

/** What a projection changed between two readings. */
export function differencesOf(catalog: Catalog, before: Recorded, after: Recorded): Difference[] {
  const subscriptions = [...after.subscriptions].flatMap(([id, found]) =>
    subscriptionDifferences(catalog, before.subscriptions.get(id), found),
  );
  return [...subscriptions, ...historyDifference(before, after), ...grantDifference(before, after)];
}

function subscriptionDifferences(
  catalog: Catalog,
  recorded: RecordedSubscription | undefined,
  found: RecordedSubscription,
): Difference[] {
  const about = `subscription ${found.stripeSubscriptionId ?? found.id}`;
  const wanted = described(catalog, found);
  if (recorded === undefined) {
    return [{ about, what: 'is missing', recorded: '', found: `${wanted.plan} ${wanted.status}` }];
  }
  const known = described(catalog, recorded);
  return Object.keys(wanted)
    .filter((what) => wanted[what] !== known[what])
    .map((what) => ({ about, what, recorded: known[what] ?? '', found: wanted[what] ?? '' }));
}

function described(catalog: Catalog, state: RecordedSubscription): Record<string, string> {
  const instant = (ms: number | null): string => (ms === null ? '' : formatInstant(ms));
  const plan = (id: number): string => {
    const { slug, version } = planVersion(catalog, id);
    return `${slug}:${version}`;
  };
  const { scheduled } = state;
  return {
    'plan': plan(state.planId),
    'status': state.status,
    'billing cycle': state.billingCycle,
    'seats': String(state.seats),
    'start': instant(state.startedMs),
    'period start': instant(state.period.startMs),
    'period end': instant(state.period.endMs),
    'trial end': instant(state.trialEndMs),
    'cancel at': instant(state.cancelAtMs),
    'past due since': instant(state.pastDueSinceMs),
    'scheduled':
      scheduled === null ? '' : `${plan(scheduled.planId)} at ${instant(scheduled.atMs)}`,
    'end': instant(state.endedMs),
  };
}

function historyDifference(before: Recorded, after: Recorded): Difference[] {
  const known = new Set(before.historyIds);
  const isNew = after.historyIds.filter((id) => !known.has(id)).length;
  const stays = new Set(after.historyIds);
  const retracted = before.historyIds.filter((id) => !stays.has(id)).length;
  if (isNew === 0 && retracted === 0) return [];
  const found = retracted === 0 ? `${isNew} more` : `${isNew} more, ${retracted} otherwise`;
  return [{ about: 'history', what: 'changes', recorded: String(known.size), found }];
}

function grantDifference(before: Recorded, after: Recorded): Difference[] {
  const [recorded, found] = [before.grants.join(', '), after.grants.join(', ')];
  return recorded === found ? [] : [{ about: 'grants', what: 'in force', recorded, found }];
}
