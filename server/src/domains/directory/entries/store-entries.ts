import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatQuantity } from '@whisperforge/kernel/quantity';
import type { Executor, Tx } from '../../../platform/database.ts';
import type { Entry } from './entry.ts';
import { nameWords } from './name-words.ts';
import { clearWords, learnWords } from './store-words.ts';

/**
 * Writes what was computed, unless what is on record was computed from newer facts: whoever has
 * read earlier may write later.
 */
export async function putEntries(
  executor: Executor,
  entries: readonly Entry[],
  nowMs: number,
): Promise<void> {
  if (entries.length === 0) return;
  await learnWords(executor, new Set(entries.flatMap(wordsOf)));
  const rows = JSON.stringify(entries.map((entry) => columnsOf(entry, nowMs)));
  await sql`
    INSERT INTO directory_entries AS known (${sql.join(COLUMNS.map((name) => sql.ref(name)))})
    SELECT ${sql.join(COLUMNS.map((name) => sql.ref(name)))}
    FROM jsonb_populate_recordset(NULL::directory_entries, ${rows}::jsonb)
    ORDER BY user_id
    ON CONFLICT (user_id) DO UPDATE SET ${sql.join(
      CHANGING.map((name) => sql`${sql.ref(name)} = excluded.${sql.ref(name)}`),
    )}
    WHERE excluded.access_version >= known.access_version
      AND excluded.user_revision >= known.user_revision
      AND excluded.history_id >= known.history_id
      AND excluded.catalog_version >= known.catalog_version`.execute(executor.sql);
}

/** For making all of them anew; until they are, lists are short. */
export async function clearEntries(tx: Tx): Promise<void> {
  await tx.sql.deleteFrom('directory_entries').execute();
  await clearWords(tx);
}

/** Has the planner know how many there are, which it finds out by itself a minute later. */
export async function countEntries(executor: Executor): Promise<void> {
  await sql`ANALYZE directory_entries, directory_words`.execute(executor.sql);
}

type Value = string | number | null | readonly string[];

function columnsOf(entry: Entry, nowMs: number): Readonly<Record<string, Value>> {
  const { subject, usage } = entry;
  const { subscription } = subject;
  const email = subject.email.toLowerCase();
  return {
    user_id: subject.userId,
    account_id: subject.accountId,
    external_id: subject.externalId,
    email: subject.email,
    name: subject.name,
    came_from: subject.cameFrom,
    country: subject.country,
    stripe_customer_id: subject.stripeCustomerId,
    stripe_subscription_id: subscription?.stripeSubscriptionId ?? null,
    search_text: searchTextOf(entry),
    name_words: wordsOf(entry),
    sort_name: subject.name?.toLowerCase() ?? email,
    sort_email: email,
    plan: entry.plan,
    plan_source: entry.planSource,
    restriction: entry.restriction,
    status: entry.status,
    source: subscription?.source ?? 'none',
    billing_cycle: subscription?.billingCycle ?? null,
    renews_at: subscription === null ? null : formatInstant(subscription.periodEndMs),
    mrr_minor: entry.mrrMinor,
    currency: entry.currency,
    usage_feature: usage?.feature ?? null,
    usage_used: usage === null ? null : formatQuantity(usage.used),
    usage_limit: usage === null ? null : formatQuantity(usage.limit),
    usage_share: usage?.shareBasisPoints ?? 0,
    signed_up_at: formatInstant(subject.signedUpMs),
    access_version: subject.accessVersion,
    catalog_version: entry.catalogVersion,
    user_revision: subject.userRevision,
    history_id: entry.historyId,
    usage_revision: entry.usageRevision,
    valid_until: entry.validUntilMs === null ? null : formatInstant(entry.validUntilMs),
    refreshed_at: formatInstant(nowMs),
  };
}

/** Separated by what no search can contain, so that nothing is found across two of them. */
function searchTextOf({ subject }: Entry): string {
  const { externalId, email, name, stripeCustomerId, subscription } = subject;
  const parts = [name, email, externalId, stripeCustomerId, subscription?.stripeSubscriptionId];
  return parts
    .filter((part) => typeof part === 'string')
    .join('\n')
    .toLowerCase();
}

/** What a person is called; of an address the part that is theirs. */
function wordsOf({ subject: { name, email } }: Entry): string[] {
  return nameWords(`${name ?? ''} ${email.replace(/@.*$/, '')}`);
}

const COLUMNS = [
  'user_id',
  'account_id',
  'external_id',
  'email',
  'name',
  'came_from',
  'country',
  'stripe_customer_id',
  'stripe_subscription_id',
  'search_text',
  'name_words',
  'sort_name',
  'sort_email',
  'plan',
  'plan_source',
  'restriction',
  'status',
  'source',
  'billing_cycle',
  'renews_at',
  'mrr_minor',
  'currency',
  'usage_feature',
  'usage_used',
  'usage_limit',
  'usage_share',
  'signed_up_at',
  'access_version',
  'catalog_version',
  'user_revision',
  'history_id',
  'usage_revision',
  'valid_until',
  'refreshed_at',
] as const;

const CHANGING = COLUMNS.filter((name) => name !== 'user_id');
