import { randomText } from '@whisperforge/kernel/ids';
import { lockAccount } from '../../accounts/index.ts';
import { findLiveAtStripe } from '../../subscriptions/index.ts';
import type { Database } from '../../../platform/database.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { isLeftWaiting } from './decide-overage.ts';
import {
  findAccountsWaiting,
  findWaiting,
  markSettled,
  requestInvoice,
  type WaitingCharge,
} from './store-waiting.ts';

export interface WaitingDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
}

const ACCOUNTS_AT_ONCE = 100;
const MOST_ROUNDS = 10_000;
const REQUEST_CHARACTERS = 26;

/**
 * Bills what waits at Stripe for the invoice of a subscription that has ended, and would wait for
 * ever. What Stripe has billed meanwhile is noted, so that each charge is billed once.
 */
export async function billWaiting(deps: WaitingDependencies, signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  let afterId = 0;
  for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
    const accounts = await findAccountsWaiting(deps.database, { afterId, most: ACCOUNTS_AT_ONCE });
    const live = await findLiveAtStripe(deps.database, accounts);
    for (const accountId of accounts) {
      if (signal.aborted) break;
      const left = await findLeft(deps, accountId, live.get(accountId) ?? null);
      // What Stripe refuses of one account does not keep the others from being billed.
      await billLeft(deps, left).catch((error: unknown) => failures.push(error));
    }
    afterId = accounts.at(-1) ?? afterId;
    if (accounts.length < ACCOUNTS_AT_ONCE) break;
  }
  if (failures.length > 0) throw new AggregateError(failures, 'not all overage is billed');
}

async function findLeft(
  { database }: WaitingDependencies,
  accountId: number,
  liveId: string | null,
): Promise<WaitingCharge[]> {
  const waiting = await findWaiting(database, accountId);
  return waiting.filter(({ subscriptionId }) => isLeftWaiting(subscriptionId, liveId));
}

async function billLeft(deps: WaitingDependencies, left: readonly WaitingCharge[]): Promise<void> {
  const waiting = await noteSettled(deps, left);
  if (waiting.length === 0) return;
  for (const request of await requestInvoices(deps, waiting)) {
    const { accountId, customerId, currency, id } = request;
    await deps.gateway.invoicePendingItems({
      customerId,
      currency,
      metadata: { account_id: String(accountId), overage_invoice: id },
      idempotencyKey: `overage_invoice:${id}`,
    });
  }
  const unbilled = await noteSettled(deps, waiting);
  if (unbilled.length === 0) return;
  const items = unbilled.map(({ itemId }) => itemId).join(', ');
  throw new Error(`invoiced, and still waiting for an invoice: ${items}`);
}

/** Notes what has come onto an invoice, or is gone; answers what waits. */
async function noteSettled(
  { database, gateway }: WaitingDependencies,
  charges: readonly WaitingCharge[],
): Promise<WaitingCharge[]> {
  const waiting: WaitingCharge[] = [];
  for (const charge of charges) {
    const item = await gateway.findItem(charge.itemId);
    if (item.kind === 'waiting') {
      waiting.push(charge);
      continue;
    }
    const invoiceId = item.kind === 'billed' ? item.invoiceId : null;
    await markSettled(database, { id: charge.id, invoiceId });
  }
  return waiting;
}

interface InvoiceRequest {
  readonly id: string;
  readonly accountId: number;
  readonly customerId: string;
  readonly currency: string;
}

/** Writes down under which keys invoices are asked for, so that whoever asks again uses them. */
function requestInvoices(
  { database }: WaitingDependencies,
  waiting: readonly WaitingCharge[],
): Promise<InvoiceRequest[]> {
  return database.transaction(async (tx) => {
    const requests = new Map<string, InvoiceRequest>();
    const { accountId } = waiting[0]!;
    await lockAccount(tx, accountId);
    for (const [key, charges] of Map.groupBy(waiting, customerAndCurrency)) {
      const { customerId, currency } = charges[0]!;
      const ids = charges.map(({ id }) => id);
      const request = await requestInvoice(tx, { ids, request: randomText(REQUEST_CHARACTERS) });
      if (request !== null) requests.set(key, { id: request, accountId, customerId, currency });
    }
    return [...requests.values()];
  });
}

function customerAndCurrency({ customerId, currency }: WaitingCharge): string {
  return `${customerId} ${currency}`;
}
