import type { Tx } from '../../../platform/database.ts';
import { publish } from '../../outbox/index.ts';
import { queueMails } from '../mail/store.ts';
import { mailsOf, TOPICS, type DunningStep, type StepMailOptions } from './step.ts';

/** Tells everybody who is to hear of a step, in the transaction in which it happens. */
export async function tellStep(tx: Tx, step: DunningStep, options: StepMailOptions): Promise<void> {
  const { nowMs } = options;
  await queueMails(tx, mailsOf(step, options), nowMs);
  await publish(tx, [
    {
      topic: TOPICS[step.step],
      accountId: step.accountId,
      payload: {
        key: step.key,
        subscription: step.subscriptionId,
        invoice: step.invoiceId,
        attempt: step.attempt,
      },
      recordedMs: nowMs,
    },
  ]);
}
