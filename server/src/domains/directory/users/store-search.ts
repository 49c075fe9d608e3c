import { sql } from 'kysely';
import { numberArray } from '../../../platform/array-literal.ts';
import type { Executor } from '../../../platform/database.ts';
import type { ListedUser } from './listed-user.ts';
import { allOf, type Condition } from './store-filter.ts';
import { ENTRY_COLUMNS, listedOf, type EntryRow } from './store-list.ts';
import { isNumber, TIERS, type Sought, type Tier } from './tiers.ts';

/** How well a search has found what it has, and whom it has found last so. */
export interface SearchPosition {
  readonly tier: Tier;
  readonly userId: number;
}

export interface SearchRequest {
  readonly sought: Sought;
  readonly conditions: readonly Condition[];
  readonly after: SearchPosition | null;
  readonly limit: number;
}

export interface Found {
  readonly tier: Tier;
  readonly user: ListedUser;
}

/** The users of one tier that are in none before it, the newest first. */
export async function findInTier(
  executor: Executor,
  tier: Tier,
  { sought, conditions, after, limit }: SearchRequest,
): Promise<Found[]> {
  const wanted = tierCondition(tier, sought);
  if (wanted === null) return [];
  const better = TIERS.slice(0, TIERS.indexOf(tier)).flatMap((each) => {
    const condition = tierCondition(each, sought);
    return condition === null ? [] : [sql<boolean>`NOT coalesce(${condition}, false)`];
  });
  const rest = after?.tier === tier ? [sql<boolean>`user_id < ${after.userId}`] : [];
  const { rows } = await sql<EntryRow>`
    SELECT ${ENTRY_COLUMNS} FROM directory_entries
    WHERE ${allOf([wanted, ...better, ...conditions, ...rest])}
    ORDER BY user_id DESC LIMIT ${limit}`.execute(executor.sql);
  return rows.map((row) => ({ tier, user: listedOf(row) }));
}

/** A condition for lists that are sorted otherwise. */
export function soughtCondition(sought: Sought): Condition {
  const conditions = TIERS.flatMap((tier) => tierCondition(tier, sought) ?? []);
  return sql<boolean>`(${sql.join(conditions, sql` OR `)})`;
}

function tierCondition(tier: Tier, sought: Sought): Condition | null {
  switch (tier) {
    case 'is':
      return isCondition(sought);
    case 'begins': {
      const pattern = `${escaped(sought.lower)}%`;
      return sql<boolean>`(sort_email LIKE ${pattern} OR sort_name LIKE ${pattern}
        OR external_id LIKE ${`${escaped(sought.text)}%`})`;
    }
    case 'contains': {
      if (sought.words.length === 0) return null;
      const within = sought.words.map(
        (word) => sql<boolean>`search_text LIKE ${`%${escaped(word)}%`}`,
      );
      return sql<boolean>`(${allOf(within)})`;
    }
  }
}

function isCondition(sought: Sought): Condition {
  const { text, lower } = sought;
  const conditions = [
    sql<boolean>`external_id = ${text}`,
    sql<boolean>`sort_email = ${lower}`,
    sql<boolean>`stripe_customer_id = ${text}`,
    sql<boolean>`stripe_subscription_id = ${text}`,
  ];
  if (isNumber(sought)) conditions.push(sql<boolean>`account_id = ${Number(text)}`);
  return sql<boolean>`(${sql.join(conditions, sql` OR `)})`;
}

/** Whose invoice, payment or event it is that Stripe calls so. */
export async function findAccountsOfStripe(executor: Executor, id: string): Promise<number[]> {
  const { rows } = await sql<{ account_id: number }>`
    SELECT account_id FROM invoices WHERE stripe_invoice_id = ${id}
    UNION SELECT account_id FROM user_subscriptions WHERE stripe_subscription_id = ${id}
    UNION SELECT a.id FROM stripe_events e
      JOIN accounts a ON a.stripe_customer_id = e.stripe_customer_id WHERE e.id = ${id}`.execute(
    executor.sql,
  );
  return rows.map((row) => row.account_id);
}

export function ofAccounts(accountIds: readonly number[]): Condition {
  return sql<boolean>`account_id = ANY(${numberArray(accountIds)}::bigint[])`;
}

/** For a pattern, in which these mean something. */
function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}
