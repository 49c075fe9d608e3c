import type { Balance, FeatureKind, OnUnavailable } from '../types.ts';
import { toBalance } from './answers.ts';
import type { WireBalance } from './answers.ts';

export interface Subscription {
  /** Slug of the plan that was bought. */
  readonly plan: string;
  readonly version: number;
  /** The plan's name, for display. */
  readonly name: string;
  readonly status: string;
  /** ISO 8601 instants, all three. */
  readonly startedAt: string;
  readonly cancelAt: string | null;
  /** When a scheduled change of plan happens. */
  readonly changesAt: string | null;
}

/** What a user is on now, and why. */
export interface Standing {
  /** Slug of the plan in force. */
  readonly plan: string;
  readonly planVersion: number;
  /** How the plan came to be in force. */
  readonly planSource: 'default' | 'subscription' | 'override' | (string & {});
  /** The subscription's status, or `none`. */
  readonly status: string;
  /** Why less is granted than the plan says; null when nothing is withheld. */
  readonly restriction: 'past_due' | 'inactive' | (string & {}) | null;
  readonly subscription: Subscription | null;
}

/** Where something that a user may do comes from. */
export interface EntitlementSource {
  readonly source: 'plan' | 'boost' | 'pack' | (string & {});
  /** Slug of the plan, where it is one. */
  readonly plan: string | null;
  /** How much of a counted feature; null is unlimited, or not counted. */
  readonly amount: number | null;
  /** ISO 8601 instant. */
  readonly expiresAt: string | null;
}

/** What a user may do of one feature now. */
export interface Entitlement {
  readonly feature: string;
  readonly name: string;
  readonly kind: FeatureKind;
  readonly granted: boolean;
  /** Of `value` features: one, or a list in which `*` stands for all. */
  readonly value?: string | readonly string[] | undefined;
  /** Of metered and level features. */
  readonly balance: Balance | null;
  readonly onUnavailable: OnUnavailable | undefined;
  readonly sources: readonly EntitlementSource[];
}

export interface WireStanding {
  readonly plan: string;
  readonly plan_version: number;
  readonly plan_source: string;
  readonly status: string;
  readonly restriction: string | null;
  readonly subscription: WireSubscription | null;
}

export interface WireSubscription {
  readonly plan: string;
  readonly version: number;
  readonly name: string;
  readonly status: string;
  readonly started_at: string;
  readonly cancel_at: string | null;
  readonly changes_at: string | null;
}

/** Counted features carry the members of their balance beside their own. */
export interface WireEntitlement extends Partial<Omit<WireBalance, 'feature'>> {
  readonly feature: string;
  readonly name: string;
  readonly kind: FeatureKind;
  readonly granted: boolean;
  readonly value?: string | readonly string[];
  readonly on_unavailable?: OnUnavailable;
  readonly sources: readonly WireSource[];
}

interface WireSource {
  readonly source: string;
  readonly plan: string | null;
  readonly amount: number | null;
  readonly expires_at: string | null;
}

export function toSubscription(wire: WireSubscription): Subscription {
  return {
    plan: wire.plan,
    version: wire.version,
    name: wire.name,
    status: wire.status,
    startedAt: wire.started_at,
    cancelAt: wire.cancel_at,
    changesAt: wire.changes_at,
  };
}

export function toStanding(wire: WireStanding): Standing {
  return {
    plan: wire.plan,
    planVersion: wire.plan_version,
    planSource: wire.plan_source,
    status: wire.status,
    restriction: wire.restriction,
    subscription: wire.subscription === null ? null : toSubscription(wire.subscription),
  };
}

export function toEntitlement(wire: WireEntitlement): Entitlement {
  const { limit = null, used, reserved = 0, remaining = null } = wire;
  return {
    feature: wire.feature,
    name: wire.name,
    kind: wire.kind,
    granted: wire.granted,
    value: wire.value,
    balance: used === undefined ? null : toBalance({ ...wire, limit, used, reserved, remaining }),
    onUnavailable: wire.on_unavailable,
    sources: wire.sources.map(({ source, plan, amount, expires_at: expiresAt }) => ({
      source,
      plan,
      amount,
      expiresAt,
    })),
  };
}
