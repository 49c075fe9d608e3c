import type { FeatureKind, OnUnavailable, RequestOptions } from '../types.ts';

/** The client's `request`, as the smaller calls use it. */
export type Send = <Answer>(
  method: 'GET' | 'PUT',
  path: string,
  options?: RequestOptions,
) => Promise<Answer>;

export interface List<Item> {
  readonly data: readonly Item[];
}

/** What any plan may grant. */
export interface Feature {
  readonly feature: string;
  readonly kind: FeatureKind;
  readonly name: string;
  readonly description: string;
  /** What one of it is called, such as `minute`; null for what is not counted. */
  readonly unit: string | null;
  /** What `check` answers while the service is away; undefined when the service does not say. */
  readonly onUnavailable: OnUnavailable | undefined;
}

/** What happens when a metered feature's limit is reached. */
export interface Beyond {
  readonly policy: 'block' | 'grace' | 'overage' | (string & {});
  /** How far grace goes, in the feature's unit. */
  readonly amount?: number | undefined;
  /** The price of one beyond the limit, in minor units, as an exact decimal. */
  readonly unitPriceMinor?: string | undefined;
  readonly currency?: string | undefined;
}

/** What one plan grants of one feature. */
export interface PlanFeature {
  readonly feature: string;
  readonly kind: FeatureKind;
  readonly name: string;
  readonly description: string;
  readonly unit: string | null;
  readonly granted: boolean;
  /** Of metered and level features; null is unlimited. */
  readonly limit?: number | null | undefined;
  readonly beyond?: Beyond | undefined;
  readonly value?: string | undefined;
  /** `*` stands for all. */
  readonly values?: readonly string[] | undefined;
}

export interface PlanPrice {
  readonly billingCycle: 'monthly' | 'yearly' | (string & {});
  /** ISO 4217, in small letters. */
  readonly currency: string;
  /** In minor units, such as cents. */
  readonly amountMinor: number;
  /** In major units, such as `182.40`, for display. */
  readonly amount: string;
}

export interface Plan {
  readonly slug: string;
  readonly version: number;
  readonly name: string;
  readonly description: string;
  /** The plan of accounts that have bought none. */
  readonly isDefault: boolean;
  /** Empty where the price is agreed upon. */
  readonly prices: readonly PlanPrice[];
  readonly features: readonly PlanFeature[];
}

export interface Plans {
  /** The plans on sale, cheapest first. */
  list(): Promise<readonly Plan[]>;
}

export interface Features {
  /** All features that plans grant, and what `check` answers of each while the service is away. */
  list(): Promise<readonly Feature[]>;
}

interface WireFeature {
  readonly feature: string;
  readonly kind: FeatureKind;
  readonly name: string;
  readonly description?: string;
  readonly unit?: string | null;
  readonly on_unavailable?: OnUnavailable;
}

interface WireBeyond {
  readonly policy: string;
  readonly amount?: number;
  readonly unit_price_minor?: string;
  readonly currency?: string;
}

interface WirePlanFeature extends Omit<PlanFeature, 'beyond'> {
  readonly beyond?: WireBeyond;
}

interface WirePrice {
  readonly billing_cycle: string;
  readonly currency: string;
  readonly amount_minor: number;
  readonly amount: string;
}

interface WirePlan extends Omit<Plan, 'isDefault' | 'prices' | 'features'> {
  readonly is_default: boolean;
  readonly prices: readonly WirePrice[];
  readonly features: readonly WirePlanFeature[];
}

function toFeature(wire: WireFeature): Feature {
  return {
    feature: wire.feature,
    kind: wire.kind,
    name: wire.name,
    description: wire.description ?? '',
    unit: wire.unit ?? null,
    onUnavailable: wire.on_unavailable,
  };
}

function toPlanFeature(wire: WirePlanFeature): PlanFeature {
  return {
    feature: wire.feature,
    kind: wire.kind,
    name: wire.name,
    description: wire.description,
    unit: wire.unit,
    granted: wire.granted,
    limit: wire.limit,
    value: wire.value,
    values: wire.values,
    beyond: wire.beyond === undefined ? undefined : toBeyond(wire.beyond),
  };
}

function toBeyond(wire: WireBeyond): Beyond {
  return {
    policy: wire.policy,
    amount: wire.amount,
    unitPriceMinor: wire.unit_price_minor,
    currency: wire.currency,
  };
}

function toPlan(wire: WirePlan): Plan {
  return {
    slug: wire.slug,
    version: wire.version,
    name: wire.name,
    description: wire.description,
    isDefault: wire.is_default,
    prices: wire.prices.map((price) => ({
      billingCycle: price.billing_cycle,
      currency: price.currency,
      amountMinor: price.amount_minor,
      amount: price.amount,
    })),
    features: wire.features.map(toPlanFeature),
  };
}

export function plansOf(send: Send): Plans {
  return {
    list: async () => (await send<List<WirePlan>>('GET', '/v1/plans')).data.map(toPlan),
  };
}

export function featuresOf(send: Send): Features {
  return {
    list: async () => (await send<List<WireFeature>>('GET', '/v1/features')).data.map(toFeature),
  };
}
