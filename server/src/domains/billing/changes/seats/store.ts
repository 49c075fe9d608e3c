import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../../../platform/database.ts';

export interface SeatGrant {
  readonly accountId: number;
  readonly subscriptionId: string;
  readonly feature: string;
  readonly seats: number;
  readonly grantId: number;
}

/** The extra seats that an account has now. */
export async function findSeatGrant(tx: Tx, accountId: number): Promise<SeatGrant | undefined> {
  const row = await tx.sql
    .selectFrom('seat_grants')
    .select(['account_id', 'stripe_subscription_id', 'feature', 'seats', 'grant_id'])
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return (
    row && {
      accountId: row.account_id,
      subscriptionId: row.stripe_subscription_id,
      feature: row.feature,
      seats: row.seats,
      grantId: row.grant_id,
    }
  );
}

/** How often the seats of a subscription were granted, so that each grant has its own source. */
export async function countSeatGrants(tx: Tx, subscriptionId: string): Promise<number> {
  const { count } = await tx.sql
    .selectFrom('seat_grants')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('stripe_subscription_id', '=', subscriptionId)
    .executeTakeFirstOrThrow();
  return count;
}

export async function insertSeatGrant(tx: Tx, grant: SeatGrant, nowMs: number): Promise<void> {
  await tx.sql
    .insertInto('seat_grants')
    .values({
      account_id: grant.accountId,
      stripe_subscription_id: grant.subscriptionId,
      feature: grant.feature,
      seats: grant.seats,
      grant_id: grant.grantId,
      created_at: formatInstant(nowMs),
    })
    .execute();
}

export async function endSeatGrant(tx: Tx, accountId: number, nowMs: number): Promise<void> {
  await tx.sql
    .updateTable('seat_grants')
    .set({ ended_at: formatInstant(nowMs) })
    .where('account_id', '=', accountId)
    .where('ended_at', 'is', null)
    .execute();
}
