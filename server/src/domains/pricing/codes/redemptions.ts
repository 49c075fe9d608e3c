import { assert } from '@whisperforge/kernel/assert';
import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { CommandContext } from '../../plans/index.ts';
import { REDEMPTION_OF_ANOTHER } from '../errors.ts';
import type { Purchase, PurchaseBuyer } from '../rules/conditions.ts';
import { codeUnknown, requireApplicable } from './decide-code.ts';
import { normaliseCode, type PromotionCode, type Redemption } from './promotion-code.ts';
import { recordDeed } from './record.ts';
import { countTaken, findPromotionCode, lockCode } from './store.ts';
import { countRedemptions, findRedemption, insertHold, setState } from './store-redemptions.ts';

/** Who uses a code for what. */
export interface Hold {
  readonly code: string;
  readonly accountId: number;
  /** Such as `checkout:12`: by it the same is held once, and later redeemed or freed. */
  readonly reference: string;
  readonly purchase: Purchase;
  readonly buyer: PurchaseBuyer;
}

/**
 * Holds one use of a code, so that nobody else can have it, or throws why it cannot be had. The
 * code's row is locked first and by everybody, so that of fifty customers who want the last one use
 * one gets it. Repeated for the same reference it answers the same.
 */
export async function holdRedemption(
  tx: Tx,
  hold: Hold,
  context: CommandContext,
): Promise<Redemption> {
  const { accountId, reference } = hold;
  const found = await findPromotionCode(tx, hold.code);
  if (found === undefined) throw codeUnknown(normaliseCode(hold.code));
  const code = await lockCode(tx, found.id);
  assert(code !== undefined, 'codes are never deleted');
  const before = await findRedemption(tx, reference);
  if (before !== undefined && (before.codeId !== code.id || before.accountId !== accountId)) {
    const message = `${reference} uses another promotion code, or is another account's.`;
    throw new AppError(REDEMPTION_OF_ANOTHER, { message });
  }
  if (before !== undefined && before.state !== 'freed') return before;
  const { held, redeemed } = await countRedemptions(tx, { codeId: code.id, accountId });
  const { purchase, buyer } = hold;
  const use = { code, purchase, buyer, taken: code.taken, takenByAccount: held + redeemed };
  requireApplicable(use, context.nowMs);
  await countTaken(tx, code.id, 1);
  const after =
    before === undefined
      ? await insertHold(tx, { codeId: code.id, accountId, reference }, context.nowMs)
      : await setState(tx, before.id, 'held', context.nowMs);
  await record(tx, code, after, context);
  return after;
}

/**
 * Notes that what a use was held for has been paid. What was freed before is redeemed all the same,
 * even beyond the code's limit: the customer has paid the price that was promised. Answers `null`
 * where nothing was held.
 */
export async function redeem(
  tx: Tx,
  reference: string,
  context: CommandContext,
): Promise<Redemption | null> {
  const locked = await lockRedemption(tx, reference);
  if (locked === null || locked.redemption.state === 'redeemed') return locked?.redemption ?? null;
  const { code, redemption } = locked;
  if (redemption.state === 'freed') await countTaken(tx, code.id, 1);
  const after = await setState(tx, redemption.id, 'redeemed', context.nowMs);
  await record(tx, code, after, context);
  return after;
}

/** Lets somebody else have a use that was held; what was redeemed stays so. */
export async function freeRedemption(
  tx: Tx,
  reference: string,
  context: CommandContext,
): Promise<Redemption | null> {
  const locked = await lockRedemption(tx, reference);
  if (locked === null || locked.redemption.state !== 'held') return locked?.redemption ?? null;
  const { code, redemption } = locked;
  await countTaken(tx, code.id, -1);
  const after = await setState(tx, redemption.id, 'freed', context.nowMs);
  await record(tx, code, after, context);
  return after;
}

interface Locked {
  readonly code: PromotionCode;
  readonly redemption: Redemption;
}

/** The code before the redemption, as a hold does, so that nobody waits in a circle. */
async function lockRedemption(tx: Tx, reference: string): Promise<Locked | null> {
  const seen = await findRedemption(tx, reference);
  if (seen === undefined) return null;
  const code = await lockCode(tx, seen.codeId);
  const redemption = await findRedemption(tx, reference);
  assert(code !== undefined && redemption !== undefined, 'neither is ever deleted');
  return { code, redemption };
}

function record(
  tx: Tx,
  { code }: PromotionCode,
  { state, reference, accountId }: Redemption,
  context: CommandContext,
): Promise<void> {
  return recordDeed(tx, context, {
    action: `promotion_redemption.${state}`,
    subject: { kind: 'promotion_redemption', id: reference },
    accountId,
    after: { code, state },
  });
}
