import type { Effect } from '../projection/effect.ts';
import { decideDunning } from './decide-dunning.ts';
import {
  callOffSteps,
  findAwaitingConfirmation,
  putPastStep,
  putStepAhead,
  takeStep,
} from './store.ts';
import { tellStep } from './tell-step.ts';

export interface DunningOptions {
  readonly graceDays: number;
  /** Whether anybody of the staff is to be told. */
  readonly hasStaff: boolean;
}

/** Takes the steps that follow from a projection; each happens, and is told, once. */
export function dunningEffect({ graceDays, hasStaff }: DunningOptions): Effect {
  return async (projection) => {
    const { access, customer, retrievedMs: nowMs, subscription } = projection;
    if (subscription === null) return;
    const { tx, account } = access;
    const { invoices } = customer;
    const open = invoices.filter(({ status }) => status === 'open').map(({ id }) => id);
    const awaitingConfirmation = await findAwaitingConfirmation(tx, open);
    const decided = decideDunning({
      accountId: account.id,
      nowMs,
      graceDays,
      subscription,
      invoices,
      changed: projection.invoices,
      isImport: projection.isImport === true,
      awaitingConfirmation,
    });
    if (decided.calledOffBecause !== null) {
      const reason = decided.calledOffBecause;
      await callOffSteps(tx, { subscriptionId: subscription.remote.id, reason, nowMs });
    }
    for (const step of decided.past) await putPastStep(tx, step, nowMs);
    for (const step of decided.ahead) await putStepAhead(tx, step);
    for (const step of decided.happened) {
      if (await takeStep(tx, step, nowMs)) await tellStep(tx, step, { nowMs, hasStaff });
    }
  };
}
