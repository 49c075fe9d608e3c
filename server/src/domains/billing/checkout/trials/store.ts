import { sql } from 'kysely';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../../../platform/database.ts';

export interface Trial {
  readonly subscriptionId: string;
  readonly accountId: number;
  /** Keyed, of the card's fingerprint; `null` while no card is known. */
  readonly cardDigest: Buffer | null;
  /** One that is over, or paid for, is noted and not refused any more. */
  readonly isRefusable: boolean;
}

/**
 * Notes a trial and by which card it is had, and answers whether that card had one before: `news`
 * the first time. Two that come at the same moment with one card follow one another.
 */
export async function claimTrial(
  tx: Tx,
  { subscriptionId, accountId, cardDigest, isRefusable }: Trial,
  nowMs: number,
): Promise<'granted' | 'refused' | 'refused_now'> {
  const now = formatInstant(nowMs);
  await tx.sql
    .insertInto('trial_uses')
    .values({ stripe_subscription_id: subscriptionId, account_id: accountId, began_at: now })
    .onConflict((conflict) => conflict.column('stripe_subscription_id').doNothing())
    .execute();
  const own = await findTrial(tx, subscriptionId);
  if (own.refused_at !== null) return 'refused';
  if (own.card_digest !== null || cardDigest === null) return 'granted';
  const lock = cardDigest.toString('hex');
  await sql`SELECT pg_advisory_xact_lock(hashtext(${lock}))`.execute(tx.sql);
  const isRefused = isRefusable && (await hasHadTrial(tx, cardDigest));
  await tx.sql
    .updateTable('trial_uses')
    .set({ card_digest: cardDigest, refused_at: isRefused ? now : null })
    .where('stripe_subscription_id', '=', subscriptionId)
    .execute();
  return isRefused ? 'refused_now' : 'granted';
}

function findTrial(tx: Tx, subscriptionId: string) {
  return tx.sql
    .selectFrom('trial_uses')
    .select(['card_digest', 'refused_at'])
    .where('stripe_subscription_id', '=', subscriptionId)
    .executeTakeFirstOrThrow();
}

async function hasHadTrial(tx: Tx, cardDigest: Buffer): Promise<boolean> {
  const row = await tx.sql
    .selectFrom('trial_uses')
    .select('stripe_subscription_id')
    .where('card_digest', '=', cardDigest)
    .where('refused_at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** How an account has come by trials: whether it had one, and whether one was refused to it. */
export async function findTrials(
  executor: Executor,
  accountId: number,
): Promise<{ readonly hasTried: boolean; readonly wasRefused: boolean }> {
  const rows = await executor.sql
    .selectFrom('trial_uses')
    .select('refused_at')
    .where('account_id', '=', accountId)
    .execute();
  return {
    hasTried: rows.length > 0,
    wasRefused: rows.some(({ refused_at: refusedMs }) => refusedMs !== null),
  };
}
