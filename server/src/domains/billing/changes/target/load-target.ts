import { AppError } from '../../../../platform/errors.ts';
import type { BillingCycle, Catalog } from '../../../plans/index.ts';
import type { PlanQuote, Quotes } from '../../../pricing/index.ts';
import type { CataloguePush } from '../../catalogue/push.ts';
import { SEATS_NOT_SOLD } from '../../errors.ts';
import { includedSeats, type Present } from '../decide-present.ts';
import type { Target, TargetItem } from '../decide-target.ts';

export interface ChangeWish {
  readonly plan: string;
  readonly billingCycle: BillingCycle;
  /** All of them; `null` keeps those of the same plan, and takes the included ones of another. */
  readonly seats: number | null;
  readonly promotionCode: string | null;
}

export interface LoadedTarget {
  readonly target: Target;
  /** What the target costs whoever would buy it today; `null` where nobody has to know. */
  readonly quote: PlanQuote | null;
}

export interface TargetSources {
  readonly quotes: Quotes;
  readonly catalogue: CataloguePush;
  readonly catalog: Catalog;
  readonly user: string;
  readonly nowMs: number;
}

/**
 * What a wish comes to. Who only changes the number of seats keeps the version that they bought;
 * everything else is what is on sale now.
 */
export function loadTarget(
  sources: TargetSources,
  present: Present,
  wish: ChangeWish,
): Promise<LoadedTarget> {
  const isSamePlan = wish.plan === present.plan.slug;
  const seats = wish.seats ?? (isSamePlan ? present.seats : null);
  const isOfSeats = isSamePlan && wish.billingCycle === present.billingCycle;
  return isOfSeats && seats !== null && seats !== present.seats
    ? otherSeats(sources, present, { ...wish, seats })
    : onSale(sources, present, { ...wish, seats });
}

async function onSale(
  sources: TargetSources,
  present: Present,
  wish: ChangeWish,
): Promise<LoadedTarget> {
  const { catalogue, catalog } = sources;
  const quote = await quoteOf(sources, present, wish);
  const priceIds = await catalogue.ensurePrices(quote);
  const items = quote.lines.flatMap(({ price, quantity, description, kind }) => {
    if (price === null) return [];
    const { unitAmountMinor, lookupKey } = price;
    const priceId = priceIds.get(lookupKey)!;
    return [{ kind, item: { priceId, unitAmountMinor, quantity, description } }];
  });
  const plan = catalog.plans.get(quote.planId)!;
  const main = items.find(({ kind }) => kind === 'plan')!.item;
  const extraSeats = items.find(({ kind }) => kind === 'extra_seats')?.item ?? null;
  const { billingCycle, seats } = quote;
  return { target: { plan, billingCycle, seats, main, extraSeats }, quote };
}

async function quoteOf(
  { quotes, user, nowMs }: TargetSources,
  { remote }: Present,
  wish: ChangeWish,
): Promise<PlanQuote> {
  const request = { kind: 'plan', ...wish, currency: remote.currency } as const;
  return (await quotes.quote(user, request, nowMs)) as PlanQuote;
}

async function otherSeats(
  sources: TargetSources,
  present: Present,
  wish: ChangeWish & { readonly seats: number },
): Promise<LoadedTarget> {
  const { plan, billingCycle, main } = present;
  const { seats, promotionCode } = wish;
  const extra = Math.max(0, seats - includedSeats(sources.catalog, plan));
  const unitAmountMinor = Math.round(Number(main.price.unitAmountDecimal ?? 0));
  const target: Target = {
    plan,
    billingCycle,
    seats,
    main: {
      priceId: main.price.id,
      unitAmountMinor,
      quantity: 1,
      description: `${plan.name}, ${billingCycle}`,
    },
    extraSeats: extra === 0 ? null : await seatItem(sources, present, extra),
  };
  const quote = promotionCode === null ? null : await quoteOf(sources, present, wish);
  return { target, quote };
}

/** At the price that is paid for seats already, or else at that of the version. */
async function seatItem(
  { catalogue }: TargetSources,
  { plan, billingCycle, seatItem: paid, remote }: Present,
  quantity: number,
): Promise<TargetItem> {
  const { currency } = remote;
  const description = `${plan.name}, extra seats, ${billingCycle}`;
  if (paid !== null) {
    const unitAmountMinor = Math.round(Number(paid.price.unitAmountDecimal ?? 0));
    return { priceId: paid.price.id, unitAmountMinor, quantity, description };
  }
  const sold = (plan.extraSeat?.prices ?? []).find(
    (price) => price.billingCycle === billingCycle && price.currency === currency,
  );
  if (sold === undefined) {
    const message = `${plan.name} has no more seats for sale in ${currency}, ${billingCycle}.`;
    const fields = [{ field: '/seats', message: 'is more than the plan includes' }];
    throw new AppError(SEATS_NOT_SOLD, { message, fields });
  }
  const priceId = await catalogue.ensureSeatPrice(plan, sold);
  return { priceId, unitAmountMinor: sold.amountMinor, quantity, description };
}
