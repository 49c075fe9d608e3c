import type { PaymentGateway } from '../../domains/billing/index.ts';
import { adjustmentCalls } from './adjustments/adjustments.ts';
import { catalogueCalls } from './catalogue.ts';
import { changeCalls } from './changes.ts';
import { checkoutCalls } from './checkout.ts';
import { API_VERSION, isLiveKey, openStripe, type StripeClientOptions } from './client.ts';
import { customerCalls } from './customers.ts';
import { endingCalls } from './endings.ts';
import { eventCalls } from './events.ts';
import { invoiceCalls } from './invoices.ts';

export interface StripeGatewayOptions extends StripeClientOptions {
  /** Those that may sign events; several while one takes the place of another. */
  readonly webhookSecrets: readonly string[];
}

/** Payments by Stripe, or by whatever speaks its API at `apiBase`. */
export function createStripeGateway(options: StripeGatewayOptions): PaymentGateway {
  const stripe = openStripe(options);
  return {
    apiVersion: API_VERSION,
    isLive: isLiveKey(options.secretKey),
    ...catalogueCalls(stripe),
    ...customerCalls(stripe),
    ...checkoutCalls(stripe),
    ...changeCalls(stripe),
    ...endingCalls(stripe),
    ...invoiceCalls(stripe),
    ...adjustmentCalls(stripe),
    ...eventCalls(stripe, options.webhookSecrets),
  };
}
