// pure
import type { DiscountRef } from '../gateway/adjustments.ts';
import type { CheckoutLine, ItemChange, NewCoupon } from '../gateway/gateway.ts';

/** One thing that Stripe is asked for; asked again under the same key it has happened once. */
export type Step =
  | {
      readonly kind: 'release';
      readonly scheduleId: string;
      /** What is scheduled again where a later step is refused. */
      readonly scheduled?: readonly CheckoutLine[];
    }
  /** With `isOfPeriodEnd` it is canceled again where a later step is refused. */
  | { readonly kind: 'keep'; readonly isOfPeriodEnd?: boolean }
  | {
      readonly kind: 'change_now';
      readonly items: readonly ItemChange[];
      readonly couponId: string | null;
      readonly prorationMs: number;
      /** Not said by what was begun before it could be asked for. */
      readonly endsTrial?: boolean;
    }
  | {
      readonly kind: 'change_at_period_end';
      readonly items: readonly CheckoutLine[];
      /** In the place of the discounts that there are, which stay where it is `null`. */
      readonly couponId: string | null;
    }
  | { readonly kind: 'cancel_at_period_end' }
  | { readonly kind: 'cancel_now' }
  | {
      readonly kind: 'set_discounts';
      /** To be made before, where Stripe has none of that name. */
      readonly coupon: NewCoupon | null;
      readonly discounts: readonly DiscountRef[];
    }
  | { readonly kind: 'pause' }
  | { readonly kind: 'unpause' }
  | { readonly kind: 'move_trial_end'; readonly untilMs: number };

export type When = 'now' | 'period_end';

/** A promotion code that a change takes along. */
export interface UsedCode {
  readonly code: string;
  readonly plan: string;
  readonly billingCycle: 'monthly' | 'yearly';
  readonly currency: string;
}

/** What a preview has found, and what carrying it out will ask for: the content of its token. */
export interface PreviewedChange {
  readonly accountId: number;
  readonly customerId: string;
  readonly subscriptionId: string;
  /** Of the subscription as it was previewed. */
  readonly digest: string;
  readonly when: When;
  readonly steps: readonly Step[];
  readonly currency: string;
  readonly amountDueMinor: number;
  readonly effectiveMs: number;
  readonly code: UsedCode | null;
  /** That the steps name, to be made before them; not said where the preview has made it. */
  readonly coupon?: NewCoupon | null;
  readonly expiresMs: number;
}

export type CommandRequest =
  { readonly kind: 'change'; readonly change: PreviewedChange } | DecidedRequest;

/** What is decided by the subscription as it stands when Stripe is about to be asked. */
export type DecidedRequest =
  { readonly kind: 'cancel'; readonly when: When } | { readonly kind: 'resume' } | Adjustment;

/** What only staff ask for. */
export type Adjustment =
  | { readonly kind: 'discount'; readonly coupon: NewCoupon }
  | { readonly kind: 'discount_end'; readonly couponId: string }
  /** It ends by itself at that instant, where there is one. */
  | { readonly kind: 'pause'; readonly resumesMs?: number }
  | { readonly kind: 'unpause' }
  /** To a later end, or where it is said to a sooner one, at which the first payment is due. */
  | { readonly kind: 'trial'; readonly untilMs: number; readonly isShorter?: boolean };

export type CommandOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'scheduled' }
  /** The change waits until its invoice is paid, at `url`. */
  | { readonly kind: 'payment_pending'; readonly url: string | null }
  | {
      readonly kind: 'refused';
      readonly code: string;
      readonly errorKind: 'conflict' | 'invalid';
      readonly message: string;
      readonly members: Readonly<Record<string, unknown>>;
    };

/**
 * `begun`: Stripe has not been asked for anything. `sending`: it may have been. `pending`: done but
 * for the payment, which Stripe waits for.
 */
export type CommandState = 'begun' | 'sending' | 'done' | 'pending' | 'refused';

/** A change of a subscription that a customer or staff have asked for. */
export interface Command {
  readonly id: string;
  readonly accountId: number;
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly state: CommandState;
  readonly request: CommandRequest;
  readonly steps: readonly Step[] | null;
  readonly reason: string | null;
  readonly outcome: CommandOutcome | null;
}

/** The code that a command takes along. */
export function codeOf(request: CommandRequest): UsedCode | null {
  return request.kind === 'change' ? request.change.code : null;
}

export function redemptionOfCommand(commandId: string): string {
  return `subscription_command:${commandId}`;
}
