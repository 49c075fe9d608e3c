// pure
import type { Quantity } from '@whisperforge/kernel/quantity';

/** A user as a list shows them. */
export interface ListedUser {
  readonly userId: number;
  readonly accountId: number;
  readonly externalId: string;
  readonly email: string;
  readonly name: string | null;
  readonly plan: string;
  readonly planSource: string;
  readonly restriction: string | null;
  readonly status: string;
  readonly source: string;
  readonly billingCycle: string | null;
  readonly renewsMs: number | null;
  readonly mrrMinor: number;
  readonly currency: string;
  readonly usage: {
    readonly feature: string;
    readonly used: Quantity;
    readonly limit: Quantity;
    readonly shareBasisPoints: number;
  } | null;
  readonly cameFrom: string | null;
  readonly country: string | null;
  readonly signedUpMs: number;
  readonly stripeCustomerId: string | null;
}
