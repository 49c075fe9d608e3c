import type { Executor } from '../../../../platform/database.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import type { Command, Step } from '../command.ts';
import { findHolding } from '../store.ts';

export interface UndoDependencies {
  readonly database: Executor;
  readonly gateway: PaymentGateway;
}

/**
 * Puts back what gave way to a step that Stripe would not have: nobody who has canceled, or has
 * scheduled a change to less, pays on because of a change that was refused. Repeated it happens
 * once.
 */
export async function undoSteps(
  { database, gateway }: UndoDependencies,
  { id, accountId, subscriptionId }: Pick<Command, 'id' | 'accountId' | 'subscriptionId'>,
  taken: readonly Step[],
): Promise<void> {
  for (const [index, step] of taken.entries()) {
    const of = { subscriptionId, idempotencyKey: `command:${id}:${index}:undo` };
    if (step.kind === 'keep' && step.isOfPeriodEnd === true) await gateway.cancelAtPeriodEnd(of);
    if (step.kind !== 'release' || step.scheduled === undefined) continue;
    const couponId = await findScheduledCoupon(database, accountId);
    await gateway.changeAtPeriodEnd({ ...of, items: step.scheduled, couponId });
  }
}

/** A scheduled change has a coupon of its own where it has a code, which it holds. */
async function findScheduledCoupon(database: Executor, accountId: number): Promise<string | null> {
  const steps = (await findHolding(database, accountId)).flatMap((command) => command.steps ?? []);
  const scheduled = steps.findLast((step) => step.kind === 'change_at_period_end');
  return scheduled?.couponId ?? null;
}
