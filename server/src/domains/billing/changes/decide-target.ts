// pure
import {
  addFractions,
  compareFractions,
  divideFractions,
  fraction,
  multiplyFractions,
  parseFraction,
  type Fraction,
} from '@whisperforge/kernel/fraction';
import { assert } from '@whisperforge/kernel/assert';
import { AppError } from '../../../platform/errors.ts';
import type { BillingCycle, Catalog, PlanVersion } from '../../plans/index.ts';
import { DOWNGRADE_AT_PERIOD_END, NOTHING_TO_CHANGE } from '../errors.ts';
import type { CheckoutLine, ItemChange } from '../gateway/gateway.ts';
import type { RemoteScheduledChange } from '../gateway/remote.ts';
import type { Step, When } from './command.ts';
import type { Present } from './decide-present.ts';

export interface TargetItem {
  readonly priceId: string;
  readonly unitAmountMinor: number;
  readonly quantity: number;
  readonly description: string;
}

/** What a subscription is to consist of. */
export interface Target {
  readonly plan: PlanVersion;
  readonly billingCycle: BillingCycle;
  readonly seats: number;
  readonly main: TargetItem;
  readonly extraSeats: TargetItem | null;
}

/**
 * What makes a change one for less: another year or plan or seats that are given back. It takes
 * effect at the period's end, so that nothing is credited and no quota is had for less than its
 * price.
 */
export function isLowering(catalog: Catalog, present: Present, target: Target): boolean {
  if (present.billingCycle === 'yearly' && target.billingCycle === 'monthly') return true;
  if (positionOf(catalog, target.plan) < positionOf(catalog, present.plan)) return true;
  const isSamePlan = target.plan.slug === present.plan.slug;
  if (isSamePlan && target.seats < present.seats) return true;
  // A year at once costs less a month than a month does, and more today.
  if (present.billingCycle !== target.billingCycle) return false;
  return compareFractions(monthlyOf(target), monthlyOfPresent(present)) < 0;
}

/** Says why a change cannot be had as it was asked for, by throwing it. */
export function requirePossible(
  catalog: Catalog,
  change: { readonly present: Present; readonly target: Target },
  asked: { readonly when: When },
): void {
  const { present, target } = change;
  if (isSame(present, target)) {
    const message = 'The subscription is like this already.';
    throw new AppError(NOTHING_TO_CHANGE, { message });
  }
  if (asked.when === 'now' && isLowering(catalog, present, target)) throw downgradeLater();
}

export function downgradeLater(): AppError {
  const message = 'A change to less takes effect at the end of the period; nothing is credited.';
  return new AppError(DOWNGRADE_AT_PERIOD_END, {
    message,
    fields: [{ field: '/when', message: 'must be period_end' }],
  });
}

/** What Stripe is to be asked for. What was scheduled before gives way. */
export function stepsOf(
  { present, target }: { readonly present: Present; readonly target: Target },
  of: { readonly when: When; readonly couponId: string | null; readonly prorationMs: number },
): Step[] {
  const { scheduleId, cancelAtMs, scheduledChange } = present.remote;
  const { couponId } = of;
  if (of.when === 'now') {
    const { prorationMs } = of;
    const items = itemChanges(present, target);
    // What is tried is the plan that was chosen then; another one, or more of it, is paid for.
    const endsTrial = present.remote.status === 'trialing';
    return [
      ...(scheduleId === null ? [] : [releaseOf(scheduleId, scheduledChange)]),
      { kind: 'change_now', items, couponId, prorationMs, endsTrial },
    ];
  }
  const isOfPeriodEnd = cancelAtMs === present.periodEndMs;
  return [
    ...(cancelAtMs === null ? [] : [{ kind: 'keep', isOfPeriodEnd } as const]),
    { kind: 'change_at_period_end', items: linesOf(target), couponId },
  ];
}

function releaseOf(scheduleId: string, change: RemoteScheduledChange | null): Step {
  const items = change?.items ?? [];
  const scheduled = items.flatMap(({ price, quantity }) =>
    price === null ? [] : [{ priceId: price.id, quantity }],
  );
  const isWhole = items.length > 0 && scheduled.length === items.length;
  return { kind: 'release', scheduleId, ...(isWhole && { scheduled }) };
}

export function itemChanges({ main, seatItem }: Present, target: Target): ItemChange[] {
  const { extraSeats } = target;
  const changes: ItemChange[] = [
    { kind: 'set', itemId: main.id, priceId: target.main.priceId, quantity: 1 },
  ];
  if (extraSeats !== null) {
    const { priceId, quantity } = extraSeats;
    changes.push(
      seatItem === null
        ? { kind: 'add', priceId, quantity }
        : { kind: 'set', itemId: seatItem.id, priceId, quantity },
    );
  } else if (seatItem !== null) changes.push({ kind: 'delete', itemId: seatItem.id });
  return changes;
}

function linesOf(target: Target): CheckoutLine[] {
  return itemsOf(target).map(({ priceId, quantity }) => ({ priceId, quantity }));
}

export function itemsOf({ main, extraSeats }: Target): TargetItem[] {
  return extraSeats === null ? [main] : [main, extraSeats];
}

function isSame({ main, seatItem }: Present, target: Target): boolean {
  return (
    main.price.id === target.main.priceId &&
    (seatItem?.price.id ?? null) === (target.extraSeats?.priceId ?? null) &&
    (seatItem?.quantity ?? 0) === (target.extraSeats?.quantity ?? 0)
  );
}

/** Where a plan stands among the others now, cheapest first. */
function positionOf(catalog: Catalog, plan: PlanVersion): number {
  return catalog.current.find(({ slug }) => slug === plan.slug)?.position ?? plan.position;
}

const MONTHS: Readonly<Record<BillingCycle, bigint>> = { monthly: 1n, yearly: 12n };

function monthlyOf(target: Target): Fraction {
  const minor = itemsOf(target).reduce(
    (sum, item) => sum + item.unitAmountMinor * item.quantity,
    0,
  );
  return fraction(BigInt(minor), MONTHS[target.billingCycle]);
}

function monthlyOfPresent({ main, seatItem, billingCycle }: Present): Fraction {
  const amounts = [main, ...(seatItem === null ? [] : [seatItem])].map(({ price, quantity }) => {
    const unit = parseFraction(price.unitAmountDecimal ?? '0');
    assert(unit !== undefined, 'a price is a decimal');
    return multiplyFractions(unit, fraction(BigInt(quantity)));
  });
  const sum = amounts.reduce(addFractions);
  return divideFractions(sum, fraction(MONTHS[billingCycle]));
}
