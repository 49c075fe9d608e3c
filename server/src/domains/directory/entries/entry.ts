// pure
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { PlanSource, RestrictionCause } from '../../entitlements/index.ts';
import type { AccessFacts, RecurringTerms, SubscriptionSource } from '../../subscriptions/index.ts';

/** Who a user is, and what their account is subscribed to. */
export interface EntrySubject {
  readonly userId: number;
  readonly accountId: number;
  readonly externalId: string;
  readonly email: string;
  readonly name: string | null;
  readonly cameFrom: string | null;
  readonly country: string | null;
  readonly signedUpMs: number;
  readonly userRevision: number;
  readonly stripeCustomerId: string | null;
  readonly currency: string;
  readonly accessVersion: number;
  /** The subscription's word, be it over; `none` where there never was one. */
  readonly lastStatus: string;
  readonly subscription: {
    readonly source: SubscriptionSource;
    readonly billingCycle: 'monthly' | 'yearly';
    readonly periodEndMs: number;
    readonly stripeSubscriptionId: string | null;
  } | null;
}

/** How each subscription of an account stands, by what was recorded up to a row. */
export interface EntryHistory {
  readonly lastId: number;
  readonly terms: readonly RecurringTerms[];
  /** When the next state begins that is on record already. */
  readonly nextMs: number | null;
}

/** A balance of a quota period that is under way. */
export interface EntryBalance {
  readonly feature: string;
  readonly used: Quantity;
  /** Included, boosts and packs; `null` is unlimited. */
  readonly limit: Quantity | null;
  readonly endMs: number;
  readonly accessVersion: number;
  readonly catalogVersion: number;
  readonly revision: number;
}

export interface EntryFacts {
  readonly subject: EntrySubject;
  readonly access: AccessFacts;
  readonly history: EntryHistory;
  readonly balances: readonly EntryBalance[];
}

/** The limited quota of which the greatest share is used. */
export interface EntryUsage {
  readonly feature: string;
  readonly used: Quantity;
  readonly limit: Quantity;
  /** 10,000 is all of it. */
  readonly shareBasisPoints: number;
}

/** A user as lists show, filter and sort them. */
export interface Entry {
  readonly subject: EntrySubject;
  readonly plan: string;
  readonly planSource: PlanSource;
  readonly restriction: RestrictionCause | null;
  readonly status: string;
  readonly mrrMinor: number;
  readonly currency: string;
  readonly usage: EntryUsage | null;
  readonly catalogVersion: number;
  readonly historyId: number;
  readonly usageRevision: number;
  /** From then on time alone makes it another. */
  readonly validUntilMs: number | null;
}
