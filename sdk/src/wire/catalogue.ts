import { toPrice } from '../billing/money.ts';
import type { BillingCycle, Price, WirePrice } from '../billing/money.ts';
import type { Send } from '../transport/send.ts';
import type { FeatureKind, OnUnavailable } from '../types.ts';

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

export interface PlanPrice extends Price {
  readonly billingCycle: BillingCycle | (string & {});
}

/** What a seat beyond the included ones costs. */
export interface ExtraSeat {
  /** The `level` feature that counts seats. */
  readonly feature: string;
  readonly prices: readonly PlanPrice[];
}

/** What is bought once, beside a plan. */
export interface Pack {
  /** Its key, by which it is bought. */
  readonly pack: string;
  readonly version: number;
  readonly name: string;
  readonly feature: string;
  /** How much of the feature one pack adds. */
  readonly amount: number;
  /** How long it lasts; null is without end. */
  readonly validDays: number | null;
  readonly prices: readonly Price[];
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
  /** For accounts that have never bought anything; 0 is no trial. */
  readonly trialDays: number;
  /** null where no seats are sold beyond the included ones. */
  readonly extraSeat: ExtraSeat | null;
  readonly features: readonly PlanFeature[];
}

export interface Packs {
  /** The packs on sale. */
  list(): Promise<readonly Pack[]>;
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

interface WirePlanPrice extends WirePrice {
  readonly billing_cycle: string;
}

interface WireExtraSeat {
  readonly feature: string;
  readonly prices: readonly WirePlanPrice[];
}

interface WirePlan extends Pick<Plan, 'slug' | 'version' | 'name' | 'description'> {
  readonly is_default: boolean;
  readonly prices: readonly WirePlanPrice[];
  readonly trial_days?: number;
  readonly extra_seat?: WireExtraSeat | null;
  readonly features: readonly WirePlanFeature[];
}

interface WirePack extends Omit<Pack, 'validDays' | 'prices'> {
  readonly valid_days: number | null;
  readonly prices: readonly WirePrice[];
}

interface WirePlans extends List<WirePlan> {
  readonly packs?: readonly WirePack[];
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
    prices: wire.prices.map(toPlanPrice),
    trialDays: wire.trial_days ?? 0,
    extraSeat: wire.extra_seat == null ? null : toExtraSeat(wire.extra_seat),
    features: wire.features.map(toPlanFeature),
  };
}

function toPlanPrice(wire: WirePlanPrice): PlanPrice {
  return { ...toPrice(wire), billingCycle: wire.billing_cycle };
}

function toExtraSeat(wire: WireExtraSeat): ExtraSeat {
  return { feature: wire.feature, prices: wire.prices.map(toPlanPrice) };
}

function toPack(wire: WirePack): Pack {
  return {
    pack: wire.pack,
    version: wire.version,
    name: wire.name,
    feature: wire.feature,
    amount: wire.amount,
    validDays: wire.valid_days,
    prices: wire.prices.map(toPrice),
  };
}

export function plansOf(send: Send): Plans {
  return {
    list: async () => (await send<WirePlans>('GET', '/v1/plans')).data.map(toPlan),
  };
}

/** The service lists packs beside its plans. */
export function packsOf(send: Send): Packs {
  return {
    list: async () => {
      const { packs = [] } = await send<WirePlans>('GET', '/v1/plans');
      return packs.map(toPack);
    },
  };
}

export function featuresOf(send: Send): Features {
  return {
    list: async () => (await send<List<WireFeature>>('GET', '/v1/features')).data.map(toFeature),
  };
}
