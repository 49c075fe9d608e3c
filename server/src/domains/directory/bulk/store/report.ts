import { sql } from 'kysely';
import type { Executor } from '../../../../platform/database.ts';
import type { BulkUserState } from '../bulk-deed.ts';

/** A user of a bulk deed, as its report shows them. */
export interface ReportedUser {
  readonly accountId: number;
  readonly externalId: string;
  readonly name: string | null;
  readonly email: string;
  readonly state: BulkUserState;
  readonly code: string | null;
  readonly detail: string | null;
  readonly settledMs: number | null;
}

export interface RefusalCount {
  readonly code: string;
  readonly users: number;
}

/** Why users were refused, what is most frequent first. */
export async function countRefusals(
  executor: Executor,
  bulkDeedId: number,
): Promise<RefusalCount[]> {
  const { rows } = await sql<RefusalCount>`
    SELECT code, count(*) AS users FROM bulk_deed_users
    WHERE bulk_deed_id = ${bulkDeedId} AND state = 'refused'
    GROUP BY code ORDER BY users DESC, code`.execute(executor.sql);
  return rows;
}

/** In the order in which they are done. */
export async function listTargets(
  executor: Executor,
  page: {
    readonly bulkDeedId: number;
    readonly state: BulkUserState | undefined;
    readonly afterAccountId: number;
    readonly limit: number;
  },
): Promise<ReportedUser[]> {
  const state = page.state === undefined ? sql`true` : sql`t.state = ${page.state}`;
  const { rows } = await sql<{
    account_id: number;
    external_id: string;
    name: string | null;
    email: string;
    state: string;
    code: string | null;
    detail: string | null;
    settled_at: number | null;
  }>`
    SELECT t.account_id, u.external_id, u.name, u.email, t.state, t.code, t.detail, t.settled_at
    FROM bulk_deed_users t JOIN users u ON u.id = t.user_id
    WHERE t.bulk_deed_id = ${page.bulkDeedId} AND t.account_id > ${page.afterAccountId}
      AND ${state}
    ORDER BY t.account_id LIMIT ${page.limit}`.execute(executor.sql);
  return rows.map((row) => ({
    accountId: row.account_id,
    externalId: row.external_id,
    name: row.name,
    email: row.email,
    state: row.state as BulkUserState,
    code: row.code,
    detail: row.detail,
    settledMs: row.settled_at,
  }));
}
