import { invalid } from '../http/errors.ts';
import {
  hash,
  integer,
  list,
  oneOf,
  optional,
  text,
  unsupported,
  type Params,
  type Spec,
} from '../http/params.ts';
import { amountSpec, byCurrency, decimalAmountSpec, requireGranule } from '../money/parameters.ts';
import type { Pricing, Tier } from '../money/pricing.ts';
import type { CurrencyOption, Recurrence, TaxBehavior } from './price-row.ts';

/** `inf` is what all that is left falls under. */
const upToSpec: Spec<number | null> = {
  read: (value, name) => (value === 'inf' ? null : integer({ least: 1 }).read(value, name)),
};

const tierSpecs = {
  flat_amount: optional(amountSpec),
  flat_amount_decimal: optional(decimalAmountSpec),
  unit_amount: optional(amountSpec),
  unit_amount_decimal: optional(decimalAmountSpec),
  up_to: upToSpec,
} as const;

type TierParams = Params<typeof tierSpecs>;

const MOST_TIERS = 100;

export const tiersSpec = list(hash(tierSpecs), MOST_TIERS);

export const taxBehaviorSpec = optional(oneOf('exclusive', 'inclusive', 'unspecified'));

const currencyOptionSpecs = {
  custom_unit_amount: unsupported,
  tax_behavior: taxBehaviorSpec,
  tiers: optional(tiersSpec),
  unit_amount: optional(amountSpec),
  unit_amount_decimal: optional(decimalAmountSpec),
} as const;

export const currencyOptionsSpec = byCurrency(hash(currencyOptionSpecs));

const recurringSpecs = {
  interval: oneOf('day', 'week', 'month', 'year'),
  interval_count: optional(integer({ least: 1 })),
  meter: optional(text()),
  trial_period_days: optional(integer({ least: 1, most: 730 })),
  usage_type: optional(oneOf('licensed', 'metered')),
} as const;

export const recurringSpec = optional(hash(recurringSpecs));

export const transformSpec = optional(
  hash({ divide_by: integer({ least: 1 }), round: oneOf('up', 'down') }),
);

/** What of a request says how much. */
export interface AmountParams {
  readonly unit_amount?: number | undefined;
  readonly unit_amount_decimal?: string | undefined;
  readonly tiers?: readonly TierParams[] | undefined;
}

export interface PricingContext {
  readonly currency: string;
  /** Where the tiers are graduated or by volume; `null` for an amount a unit. */
  readonly tiersMode: 'graduated' | 'volume' | null;
  /** The name of a parameter, as errors show it. */
  readonly nameOf: (param: string) => string;
}

/** How much, of a request that gives one or the other, but not both. */
function unitAmountOf(said: AmountParams, { currency, nameOf }: PricingContext): string | null {
  const { unit_amount: amount, unit_amount_decimal: decimal } = said;
  if (amount !== undefined && decimal !== undefined) {
    const message =
      'You may only specify one of these parameters: unit_amount, unit_amount_decimal.';
    throw invalid(message, { param: nameOf('unit_amount') });
  }
  if (amount !== undefined) requireGranule(amount, currency, nameOf('unit_amount'));
  return decimal ?? amount?.toString() ?? null;
}

export function pricingOf(said: AmountParams, context: PricingContext): Pricing {
  const { tiersMode: mode, nameOf } = context;
  const unitAmount = unitAmountOf(said, context);
  if (mode !== null) {
    if (unitAmount !== null) {
      const message = 'You may only specify one of these parameters: unit_amount, tiers.';
      throw invalid(message, { param: nameOf('unit_amount') });
    }
    return { scheme: 'tiered', mode, tiers: tiersOf(said.tiers ?? [], context) };
  }
  if (said.tiers !== undefined) {
    const message = 'You can only pass `tiers` when `billing_scheme=tiered`.';
    throw invalid(message, { param: nameOf('tiers') });
  }
  if (unitAmount !== null) return { scheme: 'per_unit', unitAmount };
  throw invalid('Prices require an `unit_amount` or `unit_amount_decimal` parameter to be set.', {
    param: nameOf('unit_amount'),
  });
}

function tiersOf(said: readonly TierParams[], context: PricingContext): Tier[] {
  const { currency, nameOf } = context;
  const param = nameOf('tiers');
  const tiers = said.map((tier, index): Tier => {
    const flat = { unit_amount: tier.flat_amount, unit_amount_decimal: tier.flat_amount_decimal };
    const inTier = { currency, tiersMode: null, nameOf: () => `${param}[${index}]` };
    const [unitAmount, flatAmount] = [unitAmountOf(tier, inTier), unitAmountOf(flat, inTier)];
    if (unitAmount === null && flatAmount === null) {
      throw invalid('Each tier must have a `unit_amount` or a `flat_amount`.', { param });
    }
    return { upTo: tier.up_to, unitAmount, flatAmount };
  });
  requireOrder(tiers, param);
  return tiers;
}

/** Every unit must be in one tier: they rise, and the last has no end. */
function requireOrder(tiers: readonly Tier[], param: string): void {
  if (tiers.length === 0) throw invalid('Tiered prices require `tiers` to be set.', { param });
  if (tiers.at(-1)!.upTo !== null) {
    throw invalid('The last tier must be a fallback tier: set its `up_to` to `inf`.', { param });
  }
  for (const [index, { upTo }] of tiers.slice(0, -1).entries()) {
    const previous = index === 0 ? 0 : tiers[index - 1]!.upTo;
    if (upTo !== null && previous !== null && upTo > previous) continue;
    throw invalid('`up_to` of the tiers must rise, and only the last can be `inf`.', { param });
  }
}

type SaidOptions = ReturnType<typeof currencyOptionsSpec.read>;

/** What it costs in other currencies; the scheme is the same in all of them. */
export function currencyOptionsOf(
  said: SaidOptions,
  context: PricingContext,
): Record<string, CurrencyOption> {
  const entries = Object.entries(said ?? {}).map(([currency, option]): [string, CurrencyOption] => {
    const param = context.nameOf(`currency_options[${currency}]`);
    if (currency === context.currency) {
      const message = `You cannot pass the price's own currency ${currency} in currency_options.`;
      throw invalid(message, { param });
    }
    const nameOf = (name: string): string => `${param}[${name}]`;
    const pricing = pricingOf(option, { ...context, currency, nameOf });
    const taxBehavior: TaxBehavior = option.tax_behavior ?? 'unspecified';
    return [currency, { pricing, taxBehavior }];
  });
  return Object.fromEntries(entries);
}

const MOST_INTERVALS = { day: 1095, week: 156, month: 36, year: 3 } as const;

/** What of a request says how often; what is left out is Stripe's usual. */
type RecurrenceParams = Pick<Params<typeof recurringSpecs>, 'interval'> &
  Partial<Params<typeof recurringSpecs>>;

export function recurrenceOf(said: RecurrenceParams, param = 'recurring'): Recurrence {
  const { interval, interval_count: intervalCount = 1, usage_type: usageType = 'licensed' } = said;
  if (intervalCount > MOST_INTERVALS[interval]) {
    const message = `Invalid interval_count: at most ${MOST_INTERVALS[interval]} for ${interval}.`;
    throw invalid(message, { param: `${param}[interval_count]` });
  }
  const meter = said.meter ?? null;
  if (usageType === 'metered' && meter === null) {
    const message =
      'Starting with Stripe version `2025-03-31.basil`, metered prices must be backed by meters.';
    throw invalid(message, { param: `${param}[meter]` });
  }
  if (usageType === 'licensed' && meter !== null) {
    throw invalid('Only metered prices can have a meter.', { param: `${param}[meter]` });
  }
  const trialPeriodDays = said.trial_period_days ?? null;
  return { interval, intervalCount, meter, trialPeriodDays, usageType };
}
