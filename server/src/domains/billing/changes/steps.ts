import type { PaymentGateway } from '../gateway/gateway.ts';
import type { CommandOutcome, Step } from './command.ts';

export interface StepToTake {
  readonly step: Step;
  readonly subscriptionId: string;
  readonly idempotencyKey: string;
}

/** Asks Stripe for one step; repeated with the same key it has happened once. */
export async function takeStep(
  gateway: PaymentGateway,
  { step, subscriptionId, idempotencyKey }: StepToTake,
): Promise<CommandOutcome> {
  const of = { subscriptionId, idempotencyKey };
  switch (step.kind) {
    case 'release':
      await gateway.releaseSchedule({ scheduleId: step.scheduleId, idempotencyKey });
      return { kind: 'done' };
    case 'keep':
      await gateway.keep(of);
      return { kind: 'done' };
    case 'change_now': {
      const { items, couponId, prorationMs, endsTrial = false } = step;
      const change = { items, couponId, prorationMs, endsTrial };
      const outcome = await gateway.changeNow({ ...of, ...change });
      if (outcome.kind === 'done') return { kind: 'done' };
      return { kind: 'payment_pending', url: outcome.url };
    }
    case 'change_at_period_end':
      await gateway.changeAtPeriodEnd({ ...of, items: step.items, couponId: step.couponId });
      return { kind: 'scheduled' };
    case 'cancel_at_period_end':
      await gateway.cancelAtPeriodEnd(of);
      return { kind: 'scheduled' };
    case 'cancel_now':
      await gateway.cancelNow(of);
      return { kind: 'done' };
  }
}
