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
    default:
      await adjust(gateway, of, step);
      return { kind: 'done' };
  }
}

type Adjusting = Extract<Step, { kind: 'set_discounts' | 'pause' | 'unpause' | 'move_trial_end' }>;

async function adjust(
  gateway: PaymentGateway,
  of: { readonly subscriptionId: string; readonly idempotencyKey: string },
  step: Adjusting,
): Promise<void> {
  switch (step.kind) {
    case 'set_discounts':
      if (step.coupon !== null) await gateway.ensureCoupon(step.coupon);
      return gateway.setDiscounts({ ...of, discounts: step.discounts });
    case 'pause':
      return gateway.pause(of);
    case 'unpause':
      return gateway.unpause(of);
    case 'move_trial_end':
      return gateway.moveTrialEnd({ ...of, untilMs: step.untilMs });
  }
}
