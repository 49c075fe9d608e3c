import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import { findUnnamed, ignoreEvent, nameCustomer, nameKnown } from './store-unnamed.ts';

export interface NamingOptions {
  readonly database: Database;
  readonly gateway: Pick<PaymentGateway, 'retrieveInvoice'>;
  readonly clock: Clock;
}

export interface Naming {
  /** Finds out whose some of the events are that name an invoice alone; answers of how many. */
  work(signal: AbortSignal): Promise<number>;
}

const KNOWN_TOGETHER = 500;
const ASKED_TOGETHER = 20;

/**
 * Some events, such as `invoice_payment.paid`, say of which invoice they are and not of which
 * customer. Where the invoice is new, Stripe is asked; and the customer is looked at as for any
 * other event.
 */
export function createNaming({ database, gateway, clock }: NamingOptions): Naming {
  return {
    async work(signal) {
      let named = await nameKnown(database, KNOWN_TOGETHER);
      const unnamed = await findUnnamed(database, ASKED_TOGETHER);
      for (const { id, invoiceId } of unnamed) {
        if (signal.aborted) break;
        const customerId = (await gateway.retrieveInvoice(invoiceId))?.customerId ?? '';
        const nowMs = clock.nowMs();
        if (customerId !== '') await nameCustomer(database, { id, customerId });
        else await ignoreEvent(database, { id, reason: `nobody has ${invoiceId}`, nowMs });
        named += 1;
      }
      return named;
    },
  };
}
