// pure
import { units } from '@whisperforge/kernel/quantity';
import { AppError } from '../../../platform/errors.ts';
import { termsOf, type BillingCycle, type Catalog, type PlanVersion } from '../../plans/index.ts';
import { PAYMENT_OPEN, SUBSCRIPTION_MISSING } from '../errors.ts';
import type { RemoteItem, RemoteSubscription } from '../gateway/remote.ts';
import { planOfPrice } from '../projection/plan-of-price.ts';

/** What a subscription is made of, in our words. */
export interface Present {
  readonly remote: RemoteSubscription;
  readonly plan: PlanVersion;
  readonly billingCycle: BillingCycle;
  readonly main: RemoteItem;
  readonly seatItem: RemoteItem | null;
  /** All of them, the included ones too. */
  readonly seats: number;
  readonly periodEndMs: number;
}

export function presentOf(catalog: Catalog, remote: RemoteSubscription): Present {
  const sold = remote.items.map((item) => ({ item, sold: planOfPrice(catalog, item.price) }));
  const main = sold.find((each) => each.sold?.kind === 'plan');
  if (main?.sold === undefined) {
    throw new AppError(SUBSCRIPTION_MISSING, { message: 'The subscription is of no known plan.' });
  }
  const { plan, billingCycle } = main.sold;
  const seatItem = sold.find((each) => each.sold?.kind === 'extra_seat')?.item ?? null;
  return {
    remote,
    plan,
    billingCycle,
    main: main.item,
    seatItem,
    seats: includedSeats(catalog, plan) + (seatItem?.quantity ?? 0),
    periodEndMs: main.item.period.endMs,
  };
}

const SEATS = 'team_seats';

/** At least one, since a plan without a limit of seats has at least its owner. */
export function includedSeats(catalog: Catalog, plan: PlanVersion): number {
  const terms = termsOf(catalog, plan, plan.extraSeat?.feature ?? SEATS);
  if (terms?.kind !== 'level' || terms.limit === null) return 1;
  return Math.max(1, Number(terms.limit / units(1)));
}

/** While money is owed nothing is changed but by paying it or by canceling. */
export function requireChangeable({ status, hasPendingUpdate }: RemoteSubscription): void {
  if (hasPendingUpdate) {
    const message = 'An earlier change waits for its payment; pay its invoice first.';
    throw new AppError(PAYMENT_OPEN, { message });
  }
  if (status === 'active' || status === 'trialing') return;
  const message = 'A payment is open; pay it before the subscription is changed.';
  throw new AppError(PAYMENT_OPEN, { message });
}

/** All of a subscription by which a preview of its change would turn out otherwise. */
export function contentOf(remote: RemoteSubscription, balanceMinor: number): unknown {
  const { scheduledChange, trial } = remote;
  return [
    remote.id,
    remote.status,
    remote.items.map(({ id, price, quantity, period, discounts }) => [
      id,
      price.id,
      quantity,
      period.startMs,
      period.endMs,
      discounts.map((discount) => discount.id),
    ]),
    remote.discounts.map(({ id }) => id),
    remote.cancelAtMs,
    remote.scheduleId,
    scheduledChange?.items.map(({ price, quantity }) => [price?.id ?? null, quantity]) ?? null,
    remote.hasPendingUpdate,
    trial?.endMs ?? null,
    balanceMinor,
  ];
}
