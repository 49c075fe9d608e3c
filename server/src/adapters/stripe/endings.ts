import type Stripe from 'stripe';
import type { PaymentGateway, ScheduledChange } from '../../domains/billing/index.ts';
import { asking, isRefusal } from './faults.ts';
import { once } from './once.ts';
import { idOf, idOrNull } from './translate/references.ts';

type EndingCalls = Pick<
  PaymentGateway,
  'changeAtPeriodEnd' | 'releaseSchedule' | 'cancelAtPeriodEnd' | 'cancelNow' | 'keep'
>;

/** What happens to a subscription later, at its end, or not after all. */
export function endingCalls(stripe: Stripe): EndingCalls {
  return {
    changeAtPeriodEnd: (change) => asking(() => changeAtPeriodEnd(stripe, change)),
    releaseSchedule: ({ scheduleId, idempotencyKey }) =>
      asking(async () => {
        const isOver = (schedule: Stripe.SubscriptionSchedule): boolean =>
          ['released', 'completed', 'canceled'].includes(schedule.status);
        if (isOver(await stripe.subscriptionSchedules.retrieve(scheduleId))) return;
        await once({
          idempotencyKey,
          act: (key) =>
            stripe.subscriptionSchedules.release(scheduleId, {}, { idempotencyKey: key }),
          async find() {
            const schedule = await stripe.subscriptionSchedules.retrieve(scheduleId);
            return isOver(schedule) ? schedule : undefined;
          },
        });
      }),
    cancelAtPeriodEnd: ({ subscriptionId, idempotencyKey }) =>
      asking(() => update(stripe, subscriptionId, { idempotencyKey, cancel_at_period_end: true })),
    cancelNow: ({ subscriptionId, idempotencyKey }) =>
      asking(async () => {
        const find = async (): Promise<true | undefined> => {
          const { ended_at: endedAt } = await stripe.subscriptions.retrieve(subscriptionId);
          return endedAt === null ? undefined : true;
        };
        // Stripe refuses to end what has ended.
        if ((await find()) === true) return;
        await once({
          idempotencyKey,
          async act(key) {
            const params = { prorate: false, invoice_now: false };
            await stripe.subscriptions.cancel(subscriptionId, params, { idempotencyKey: key });
            return true;
          },
          find,
        });
      }),
    keep: ({ subscriptionId, idempotencyKey }) =>
      asking(async () => {
        const now = await stripe.subscriptions.retrieve(subscriptionId);
        if (now.cancel_at_period_end) {
          const key = `${idempotencyKey}:period_end`;
          return update(stripe, subscriptionId, {
            idempotencyKey: key,
            cancel_at_period_end: false,
          });
        }
        if (now.cancel_at === null) return;
        const key = `${idempotencyKey}:cancel_at`;
        return update(stripe, subscriptionId, { idempotencyKey: key, cancel_at: '' });
      }),
  };
}

/** Setting what is set already changes nothing, so that a breakdown is simply tried again. */
export async function update(
  stripe: Stripe,
  id: string,
  { idempotencyKey, ...params }: { idempotencyKey: string } & Stripe.SubscriptionUpdateParams,
): Promise<void> {
  await once({
    idempotencyKey,
    act: (key) => stripe.subscriptions.update(id, params, { idempotencyKey: key }),
    find: () => Promise.resolve(undefined),
  });
}

/**
 * A schedule of two phases: the present items to the end of their period, then the new ones, which
 * stay when the schedule lets go. Nothing is prorated.
 */
async function changeAtPeriodEnd(stripe: Stripe, change: ScheduledChange): Promise<void> {
  const { subscriptionId, idempotencyKey } = change;
  const schedule = await findOrCreateSchedule(stripe, change);
  const discounts = await discountsAfter(stripe, change, schedule.current_phase?.end_date);
  const current = schedule.phases.find(
    ({ start_date: start }) => start === schedule.current_phase?.start_date,
  );
  const first = current ?? schedule.phases[0];
  if (first === undefined) throw new TypeError(`the schedule of ${subscriptionId} has no phase`);
  const params: Stripe.SubscriptionScheduleUpdateParams = {
    end_behavior: 'release',
    proration_behavior: 'none',
    phases: [
      {
        start_date: first.start_date,
        end_date: first.end_date,
        items: first.items.map(({ price, quantity }) => ({
          price: idOf(price),
          quantity: quantity ?? 1,
        })),
        discounts: first.discounts.flatMap(({ discount }) => {
          const id = idOrNull(discount);
          return id === null ? [] : [{ discount: id }];
        }),
        // A phase is written whole: what is not said again, such as a trial, would end.
        ...(first.trial_end !== null && { trial_end: first.trial_end }),
        proration_behavior: 'none',
      },
      {
        items: change.items.map(({ priceId: price, quantity }) => ({ price, quantity })),
        // What is not named would be that of the customer, of which there is none.
        ...(discounts.length > 0 && { discounts }),
        proration_behavior: 'none',
        duration: { interval: 'month', interval_count: 1 },
      },
    ],
  };
  const writing = once({
    idempotencyKey: `${idempotencyKey}:phases`,
    act: (key) => stripe.subscriptionSchedules.update(schedule.id, params, { idempotencyKey: key }),
    find: () => Promise.resolve(undefined),
  });
  await writing.catch(async (error: unknown) => {
    // Empty it would only stand in the way of whatever is asked for next.
    const isEmpty = schedule.phases.length === 1;
    if (isEmpty && isRefusal(error)) await releaseIfActive(stripe, schedule.id);
    throw error;
  });
}

async function releaseIfActive(stripe: Stripe, scheduleId: string): Promise<void> {
  const { status } = await stripe.subscriptionSchedules.retrieve(scheduleId);
  if (status === 'active') await stripe.subscriptionSchedules.release(scheduleId);
}

type PhaseDiscount = Stripe.SubscriptionScheduleUpdateParams.Phase.Discount;

/** A coupon in the place of all, or else the present discounts that are not over by then. */
async function discountsAfter(
  stripe: Stripe,
  { subscriptionId, couponId }: ScheduledChange,
  atSeconds = 0,
): Promise<PhaseDiscount[]> {
  if (couponId !== null) return [{ coupon: couponId }];
  const expand = ['discounts'];
  const { discounts } = await stripe.subscriptions.retrieve(subscriptionId, { expand });
  return discounts.flatMap((discount) => {
    if (typeof discount === 'string') return [];
    return discount.end === null || discount.end > atSeconds ? [{ discount: discount.id }] : [];
  });
}

async function findOrCreateSchedule(
  stripe: Stripe,
  { subscriptionId, idempotencyKey }: ScheduledChange,
): Promise<Stripe.SubscriptionSchedule> {
  const find = async (): Promise<Stripe.SubscriptionSchedule | undefined> => {
    const { schedule } = await stripe.subscriptions.retrieve(subscriptionId);
    if (schedule === null) return undefined;
    return stripe.subscriptionSchedules.retrieve(idOf(schedule));
  };
  const found = await find();
  if (found !== undefined) return found;
  return once({
    idempotencyKey: `${idempotencyKey}:schedule`,
    act: (key) =>
      stripe.subscriptionSchedules.create(
        { from_subscription: subscriptionId },
        { idempotencyKey: key },
      ),
    find,
  });
}
