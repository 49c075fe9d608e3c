import { DAY_MS } from '@whisperforge/kernel/period';
import type { Effect, Projection } from '../../billing/index.ts';
import { publish, type NewEvent } from '../../outbox/index.ts';
import { CANCELLATION_SCHEDULED, PAYMENT_RECEIVED } from './topics.ts';

/** Older than this when it is first seen, something is history and no news. */
const NEWS_MS = 3 * DAY_MS;

/** Tells of payments and of cancellations, in the transaction in which they are first seen. */
export const toldEffect: Effect = async (projection) => {
  const { access, retrievedMs: recordedMs, isImport = false } = projection;
  if (isImport) return;
  const accountId = access.account.id;
  const told = [...payments(projection), ...cancellations(projection)];
  const events: NewEvent[] = told.map((each) => ({ ...each, accountId, recordedMs }));
  await publish(access.tx, events);
};

type Told = Pick<NewEvent, 'topic' | 'payload'>;

function payments({ invoices, retrievedMs }: Projection): Told[] {
  return invoices.flatMap(({ invoice, before }) => {
    const { id, amountPaidMinor, currency, paidMs, createdMs } = invoice;
    const paidBefore = before?.amountPaidMinor ?? 0;
    if (amountPaidMinor <= paidBefore) return [];
    if (before === null && (paidMs ?? createdMs) <= retrievedMs - NEWS_MS) return [];
    const payload = { invoice: id, amount_minor: amountPaidMinor - paidBefore, currency };
    return [{ topic: PAYMENT_RECEIVED, payload }];
  });
}

function cancellations({ subscription }: Projection): Told[] {
  if (subscription === null) return [];
  const { before, state } = subscription;
  const { cancelAtMs, endedMs } = state;
  if (before === null || cancelAtMs === null || endedMs !== null) return [];
  if (before.cancelAtMs === cancelAtMs) return [];
  return [{ topic: CANCELLATION_SCHEDULED, payload: { subscription: subscription.remote.id } }];
}
