import type { Tx } from '../../../../platform/database.ts';
import type { CommandContext } from '../../../plans/index.ts';
import { freeRedemption, redeem } from '../../../pricing/index.ts';
import type { Effect } from '../../projection/effect.ts';
import { redemptionOfCommand, type Command } from '../command.ts';
import { findHolding, findUnderWay, letCodeGo } from '../store.ts';
import { decideCode } from './decide-code.ts';

const ACTOR = { kind: 'system', id: 'stripe' } as const;

/** Counts the code of a scheduled change when it comes into force, or lets others have it. */
export const settleScheduledCodes: Effect = async ({ access, customer, retrievedMs: nowMs }) => {
  const { tx, account } = access;
  // What gives way to a command that is refused is scheduled again before that is settled.
  const isMoving = (await findUnderWay(tx, account.id)) !== undefined;
  for (const command of await findHolding(tx, account.id)) {
    const fate = decideCode(command, customer);
    if (fate === 'held' || (fate === 'freed' && isMoving)) continue;
    const reason = `a scheduled change whose code was ${fate}`;
    const settleCode = fate === 'redeemed' ? redeem : freeRedemption;
    await settleCode(tx, redemptionOfCommand(command.id), { actor: ACTOR, nowMs, reason });
    await letCodeGo(tx, command.id);
  }
};

/** Lets the codes of changes go that have not come into force; if they do, they count again. */
export async function freeScheduledCodes(
  tx: Tx,
  accountId: number,
  context: CommandContext,
): Promise<void> {
  for (const command of await findHolding(tx, accountId)) {
    if (isToCome(command, context.nowMs)) {
      await freeRedemption(tx, redemptionOfCommand(command.id), context);
    }
  }
}

/** The same for good: another command has taken the place of the scheduled change. */
export async function replaceScheduledCodes(
  tx: Tx,
  { accountId, by }: { readonly accountId: number; readonly by: string },
  context: CommandContext,
): Promise<void> {
  for (const command of await findHolding(tx, accountId)) {
    if (command.id === by || !isToCome(command, context.nowMs)) continue;
    await freeRedemption(tx, redemptionOfCommand(command.id), context);
    await letCodeGo(tx, command.id);
  }
}

/** One that is due has come into force, though nobody may have looked yet. */
function isToCome({ request }: Command, nowMs: number): boolean {
  return request.kind === 'change' && request.change.effectiveMs > nowMs;
}
