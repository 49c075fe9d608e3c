import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../../platform/database.ts';
import { appendAudit } from '../../../audit/index.ts';
import { publish, type Consumer } from '../../../outbox/index.ts';
import type { PaymentGateway } from '../../gateway/gateway.ts';
import type { Effect } from '../../projection/effect.ts';
import type { Refresh } from '../refresh.ts';
import { insertDuplicate, settleDuplicate } from './store.ts';

const FOUND = 'billing.duplicate_subscription';

/** Tells of live subscriptions beside the one that counts, once of each. */
export const tellDuplicates: Effect = async ({ access, customer, duplicates, retrievedMs }) => {
  const { tx, account } = access;
  for (const { id: subscriptionId } of duplicates) {
    const duplicate = { subscriptionId, accountId: account.id, customerId: customer.id };
    if (!(await insertDuplicate(tx, duplicate, retrievedMs))) continue;
    await appendAudit(tx, [
      {
        recordedMs: retrievedMs,
        actor: { kind: 'system', id: 'stripe' },
        action: 'billing.duplicate_subscription_found',
        subject: { kind: 'subscription', id: subscriptionId },
        accountId: account.id,
        reason: 'an account has one live subscription; the later one is canceled and paid back',
      },
    ]);
    const payload = { subscription: subscriptionId, customer: customer.id };
    const event = { topic: FOUND, accountId: account.id, payload, recordedMs: retrievedMs };
    await publish(tx, [event]);
  }
};

export interface DuplicateDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly clock: Clock;
  readonly refresh: Refresh;
}

/** Cancels them and gives back what was paid for them. */
export function duplicatesConsumer(deps: DuplicateDependencies): Consumer {
  const { gateway, database, clock } = deps;
  return {
    name: 'billing_duplicates',
    topics: [FOUND],
    async handle({ payload }) {
      const { subscription: subscriptionId, customer } = payload as Record<string, string>;
      if (subscriptionId === undefined || customer === undefined) return;
      const idempotencyKey = `duplicate:${subscriptionId}`;
      await gateway.cancelNow({ subscriptionId, idempotencyKey });
      const retrieval = await gateway.retrieveCustomer(customer);
      const invoices = retrieval.kind === 'found' ? retrieval.customer.invoices : [];
      for (const invoice of invoices) {
        if (invoice.subscriptionId !== subscriptionId || invoice.status !== 'paid') continue;
        if (invoice.amountPaidMinor === 0) continue;
        const key = `${idempotencyKey}:${invoice.id}`;
        await gateway.refundInvoice({ invoiceId: invoice.id, idempotencyKey: key });
      }
      await settleDuplicate(database, subscriptionId, clock.nowMs());
      await deps.refresh(customer);
    },
  };
}
