import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Tx } from '../../../../platform/database.ts';

export interface TrialUse {
  readonly subscriptionId: string;
  readonly accountId: number;
}

/** Notes that a subscription began with a trial; answers whether that was news. */
export async function insertTrialUse(tx: Tx, use: TrialUse, nowMs: number): Promise<boolean> {
  const result = await tx.sql
    .insertInto('trial_uses')
    .values({
      stripe_subscription_id: use.subscriptionId,
      account_id: use.accountId,
      began_at: formatInstant(nowMs),
    })
    .onConflict((conflict) => conflict.column('stripe_subscription_id').doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/**
 * Notes by which card a trial is had, and answers whether that card had one before. Two that come
 * at the same moment with one card follow one another.
 */
export async function claimCard(
  tx: Tx,
  of: { readonly subscriptionId: string; readonly cardDigest: Buffer; readonly nowMs: number },
): Promise<'first' | 'refused'> {
  await sql`SELECT pg_advisory_xact_lock(hashtext(${of.cardDigest.toString('hex')}))`.execute(
    tx.sql,
  );
  const uses = await tx.sql
    .selectFrom('trial_uses')
    .select(['stripe_subscription_id', 'card_digest', 'refused_at'])
    .where((where) =>
      where.or([
        where('card_digest', '=', of.cardDigest),
        where('stripe_subscription_id', '=', of.subscriptionId),
      ]),
    )
    .execute();
  const own = uses.find((use) => use.stripe_subscription_id === of.subscriptionId);
  if (own !== undefined && own.card_digest !== null) {
    return own.refused_at === null ? 'first' : 'refused';
  }
  const isRefused = uses.some((use) => use !== own && use.refused_at === null);
  await tx.sql
    .updateTable('trial_uses')
    .set({
      card_digest: of.cardDigest,
      refused_at: isRefused ? formatInstant(of.nowMs) : null,
    })
    .where('stripe_subscription_id', '=', of.subscriptionId)
    .execute();
  return isRefused ? 'refused' : 'first';
}
