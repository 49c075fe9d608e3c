import { assert } from '@whisperforge/kernel/assert';
import type { Tx } from '../../../../platform/database.ts';
import { AppError } from '../../../../platform/errors.ts';
import type { Actor } from '../../../audit/index.ts';
import { holdRedemption, type LoadPurchases } from '../../../pricing/index.ts';
import { redemptionOfCommand, type Command, type UsedCode } from '../command.ts';
import { previewStale } from '../run.ts';
import { freeScheduledCodes } from './scheduled-codes.ts';

interface Holding {
  readonly command: Command;
  readonly code: UsedCode;
  readonly accountId: number;
  readonly country: string | null;
  readonly actor: Actor;
  readonly nowMs: number;
}

/** Keeps a use of the code for a change; throws `preview_stale` where it cannot be had any more. */
export async function holdCode(
  tx: Tx,
  { loadPurchases }: { readonly loadPurchases: LoadPurchases },
  { command, code, accountId, country, actor, nowMs }: Holding,
): Promise<void> {
  const { hasPurchased } = await loadPurchases(tx, accountId);
  const hold = {
    code: code.code,
    accountId,
    reference: redemptionOfCommand(command.id),
    purchase: code,
    buyer: { country, hasPurchased },
  };
  const context = { actor, nowMs, reason: 'a change of plan' };
  // What an earlier change holds does not stand in the way of that which takes its place.
  await freeScheduledCodes(tx, accountId, context);
  try {
    const redemption = await holdRedemption(tx, hold, context);
    assert(redemption.state === 'held', 'a command holds its code once');
  } catch (error) {
    // It could be had when it was previewed.
    if (error instanceof AppError && error.code.startsWith('promotion_code_')) throw previewStale();
    throw error;
  }
}
