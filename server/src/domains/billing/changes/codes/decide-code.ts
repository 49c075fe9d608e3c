// pure
import type { RemoteCustomer } from '../../gateway/remote.ts';
import type { Command, PreviewedChange, Step } from '../command.ts';

export type CodeFate = 'held' | 'redeemed' | 'freed';

/**
 * What has become of the code of a scheduled change: it is redeemed when its discount is in force
 * or on an invoice since the change, and free again where the change will not come any more.
 */
export function decideCode(
  { subscriptionId, steps, request }: Pick<Command, 'subscriptionId' | 'steps' | 'request'>,
  customer: RemoteCustomer,
): CodeFate {
  const couponId = steps?.map(couponOf).find((id) => id !== null) ?? null;
  if (request.kind !== 'change' || couponId === null) return 'freed';
  if (hasTaken(customer, { subscriptionId, couponId, change: request.change })) return 'redeemed';
  const remote = customer.subscriptions.find(({ id }) => id === subscriptionId);
  if (remote === undefined || remote.endedMs !== null) return 'freed';
  return remote.scheduledChange?.atMs === request.change.effectiveMs ? 'held' : 'freed';
}

function couponOf(step: Step): string | null {
  return step.kind === 'change_at_period_end' ? step.couponId : null;
}

interface Awaited {
  readonly subscriptionId: string;
  readonly couponId: string;
  readonly change: PreviewedChange;
}

/** The discount of one payment is gone from the subscription with its invoice. */
function hasTaken(
  { subscriptions, invoices }: RemoteCustomer,
  { subscriptionId, couponId, change }: Awaited,
): boolean {
  const isSince = (of: { readonly startMs: number; readonly couponId: string }): boolean =>
    of.couponId === couponId && of.startMs >= change.effectiveMs;
  const remote = subscriptions.find(({ id }) => id === subscriptionId);
  if (remote?.discounts.some(isSince) === true) return true;
  return invoices.some((invoice) => {
    return invoice.subscriptionId === subscriptionId && invoice.discounts.some(isSince);
  });
}
