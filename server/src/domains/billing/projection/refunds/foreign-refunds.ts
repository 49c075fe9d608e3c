import type { Tx } from '../../../../platform/database.ts';
import { appendAudit } from '../../../audit/index.ts';
import type { RemoteRefund } from '../../gateway/adjustments.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import type { RemoteCustomer } from '../../gateway/remote.ts';
import type { WaitingEvent } from '../../inbox/store-leases.ts';
import { putForeignRefund } from '../../staff-api/invoices/store-foreign.ts';

const ACTOR = { kind: 'system', id: 'stripe' } as const;
const REASON = 'given back at Stripe';
/** By which those are known that were asked for here. */
const OURS = 'refund:';

/** What was given back of the charges that Stripe tells of; it is asked of no others. */
export async function readRefunds(
  gateway: Pick<PaymentGateway, 'listRefunds'>,
  waiting: readonly WaitingEvent[],
): Promise<readonly RemoteRefund[]> {
  const charges = waiting.flatMap(({ type, objectId }) =>
    type === 'charge.refunded' && objectId !== null ? [objectId] : [],
  );
  const lists: RemoteRefund[] = [];
  for (const charge of new Set(charges)) lists.push(...(await gateway.listRefunds(charge)));
  return lists;
}

export interface ForeignRefunds {
  readonly accountId: number;
  readonly customer: Pick<RemoteCustomer, 'id' | 'invoices'>;
  readonly refunds: readonly RemoteRefund[];
  readonly nowMs: number;
}

/** Writes those down that were made at Stripe itself, beside those that staff have asked for. */
export async function noteForeignRefunds(
  tx: Tx,
  { accountId, customer, refunds, nowMs }: ForeignRefunds,
): Promise<void> {
  const invoices = new Map(
    customer.invoices.flatMap(({ id, payments }) =>
      payments.map(({ paymentIntentId }) => [paymentIntentId, id] as const),
    ),
  );
  for (const refund of refunds) {
    const { id, paymentIntentId, amountMinor, currency, key, createdMs } = refund;
    const invoiceId = invoices.get(paymentIntentId);
    const isOurs = key?.startsWith(OURS) === true;
    if (paymentIntentId === null || invoiceId === undefined || isOurs || !refund.isGiven) continue;
    const parts = [{ paymentIntentId, amountMinor }];
    const owner = { accountId, customerId: customer.id, invoiceId };
    const said = { amountMinor, currency, parts, reason: REASON, createdMs };
    if (!(await putForeignRefund(tx, { id, ...owner, ...said }, nowMs))) continue;
    const subject = { kind: 'invoice', id: invoiceId };
    const entry = { recordedMs: nowMs, actor: ACTOR, action: 'billing.refund_seen', subject };
    const after = { refund: id, amount_minor: amountMinor, currency };
    await appendAudit(tx, [{ ...entry, accountId, reason: REASON, after }]);
  }
}
