// pure
import { quantityToNumber } from '@whisperforge/kernel/quantity';
import { AppError } from '../../../platform/errors.ts';
import {
  currentPlan,
  planPriceKey,
  seatPriceKey,
  termsOf,
  type BillingCycle,
  type Catalog,
  type PlanPrice,
  type PlanVersion,
} from '../../plans/index.ts';
import {
  CURRENCY_NOT_SOLD,
  CYCLE_NOT_SOLD,
  PLAN_COSTS_NOTHING,
  PLAN_UNKNOWN,
  PRICE_BY_AGREEMENT,
  QUOTE_REQUEST_INVALID,
  SEATS_NOT_SOLD,
} from '../errors.ts';
import { line } from './lines.ts';
import type { AgreedPrice } from './offers/offers.ts';
import type { LinePrice, LineSource, PlanRequest, QuoteLine } from './quote.ts';

/** How many seats a plan includes is said by its limit of this, where it sells none beyond. */
const SEATS = 'team_seats';
const MOST_SEATS = 10_000;

/** A plan version with what was agreed upon for it. */
export interface PlanToPrice {
  readonly plan: PlanVersion;
  readonly agreed: AgreedPrice | undefined;
  readonly billingCycle: BillingCycle;
  readonly currency: string;
}

/** The version that was agreed upon, or else the one on sale. */
export function versionToPrice(
  catalog: Catalog,
  slug: string,
  agreed: AgreedPrice | undefined,
): PlanVersion {
  const version = agreed?.planVersion;
  const named = [...catalog.plans.values()].find(
    (plan) => plan.slug === slug && plan.version === version,
  );
  const plan = named ?? currentPlan(catalog, slug);
  if (plan !== undefined) return plan;
  const known = catalog.current.map((current) => current.slug);
  const message = `There is no plan ${slug} on sale; there are: ${known.join(', ')}.`;
  throw new AppError(PLAN_UNKNOWN, { message, members: { known } });
}

/** The line of the plan itself. */
export function planLine({ plan, agreed, billingCycle, currency }: PlanToPrice): QuoteLine {
  const key = planPriceKey(plan, { billingCycle, currency });
  const productId = `wf_plan_${plan.slug}`;
  const description = `${plan.name}, ${billingCycle}`;
  if (agreed !== undefined) {
    const { amountMinor } = agreed.effect;
    const price = customPrice(agreed, key, productId, amountMinor);
    return line({ kind: 'plan', description, quantity: 1, price, source: sourceOf(agreed) });
  }
  const found = requirePrice(plan, billingCycle, currency);
  const price: LinePrice = {
    kind: 'plan',
    id: found.id,
    lookupKey: key,
    productId,
    unitAmountMinor: found.amountMinor,
  };
  return line({ kind: 'plan', description, quantity: 1, price, source: null });
}

export interface Seats {
  readonly all: number;
  readonly extra: number;
}

/** How many seats are bought beyond those that the plan includes. */
export function seatsOf(catalog: Catalog, plan: PlanVersion, request: PlanRequest): Seats {
  const terms = termsOf(catalog, plan, plan.extraSeat?.feature ?? SEATS);
  const limit = terms?.kind === 'level' ? terms.limit : undefined;
  const included = limit === undefined || limit === null ? 1 : quantityToNumber(limit);
  const all = request.seats ?? Math.max(1, Math.floor(included));
  if (!Number.isInteger(all) || all < 1 || all > MOST_SEATS) {
    throw new AppError(QUOTE_REQUEST_INVALID, {
      message: `Seats are a whole number from 1 to ${MOST_SEATS}.`,
      fields: [{ field: '/seats', message: `must be from 1 to ${MOST_SEATS}` }],
    });
  }
  return { all, extra: limit === null ? 0 : Math.max(0, all - Math.floor(included)) };
}

/** The line of the seats beyond the included ones. */
export function seatLine(toPrice: PlanToPrice, quantity: number): QuoteLine {
  const { plan, agreed, billingCycle, currency } = toPrice;
  const key = seatPriceKey(plan, { billingCycle, currency });
  const productId = `wf_seat_${plan.slug}`;
  const description = `${plan.name}, extra seats, ${billingCycle}`;
  const agreedMinor = agreed?.effect.extraSeatMinor ?? null;
  if (agreed !== undefined && agreedMinor !== null) {
    const price = customPrice(agreed, key, productId, agreedMinor);
    return line({ kind: 'extra_seats', description, quantity, price, source: sourceOf(agreed) });
  }
  const found = findPrice(plan.extraSeat?.prices ?? [], billingCycle, currency);
  if (found === undefined) {
    const message = `${plan.name} has no more seats for sale in ${currency}, ${billingCycle}.`;
    const fields = [{ field: '/seats', message: 'is more than the plan includes' }];
    throw new AppError(SEATS_NOT_SOLD, { message, fields });
  }
  const price: LinePrice = {
    kind: 'extra_seat',
    id: found.id,
    lookupKey: key,
    productId,
    unitAmountMinor: found.amountMinor,
  };
  return line({ kind: 'extra_seats', description, quantity, price, source: null });
}

/** A rule's row never says another amount, so its id makes the name of its price. */
function customPrice(
  agreed: AgreedPrice,
  key: string,
  productId: string,
  unitAmountMinor: number,
): LinePrice {
  const lookupKey = `${key}:custom:${agreed.id}`;
  return { kind: 'custom', id: agreed.id, lookupKey, productId, unitAmountMinor };
}

function sourceOf({ key, id }: AgreedPrice): LineSource {
  return { kind: 'rule', key, ruleId: id };
}

function requirePrice(plan: PlanVersion, cycle: BillingCycle, currency: string): PlanPrice {
  const { prices, name } = plan;
  const found = findPrice(prices, cycle, currency);
  if (found !== undefined && found.amountMinor > 0) return found;
  if (prices.length === 0) {
    const message = `The price of ${name} is agreed upon with each customer.`;
    throw new AppError(PRICE_BY_AGREEMENT, { message });
  }
  if (prices.every((price) => price.amountMinor === 0)) {
    throw new AppError(PLAN_COSTS_NOTHING, { message: `${name} costs nothing.` });
  }
  const known = [...new Set(prices.map((price) => price.currency))];
  if (!known.includes(currency)) {
    const message = `${name} is not sold in ${currency}, but in ${known.join(', ')}.`;
    const fields = [{ field: '/currency', message: `must be one of ${known.join(', ')}` }];
    throw new AppError(CURRENCY_NOT_SOLD, { message, fields, members: { known } });
  }
  const message = `${name} is not sold in ${currency} with ${cycle} billing.`;
  const fields = [{ field: '/billing_cycle', message: 'is not sold' }];
  throw new AppError(CYCLE_NOT_SOLD, { message, fields });
}

function findPrice(
  prices: readonly PlanPrice[],
  billingCycle: BillingCycle,
  currency: string,
): PlanPrice | undefined {
  return prices.find((price) => price.billingCycle === billingCycle && price.currency === currency);
}
