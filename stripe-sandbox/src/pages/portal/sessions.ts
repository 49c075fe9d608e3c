import type Stripe from 'stripe';
import { collection } from '../../engine/collection.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { getCustomer } from '../../customers/customer.ts';
import { emit } from '../../events/event.ts';
import { pageUrl } from '../../http/own-address.ts';
import { defaultConfiguration, getConfiguration, type ConfigurationRow } from './configurations.ts';
import { flowOf } from './flows.ts';
import type { SessionParams } from './session-params.ts';

export interface PortalSessionRow {
  readonly id: string;
  readonly created: number;
  readonly configuration: string;
  readonly customer: string;
  readonly flow: Stripe.BillingPortal.Session.Flow | null;
  /** Whether the customer has done what the flow asks. */
  readonly isFlowDone: boolean;
  readonly locale: string | null;
  readonly returnUrl: string | null;
}

export const portalSessions = collection<PortalSessionRow>('portal_sessions');

export function renderPortalSession(tx: Tx, row: PortalSessionRow): Stripe.BillingPortal.Session {
  return {
    id: row.id,
    object: 'billing_portal.session',
    configuration: row.configuration,
    created: row.created,
    customer: row.customer,
    customer_account: null,
    flow: row.flow,
    livemode: false,
    locale: row.locale,
    on_behalf_of: null,
    return_url: row.returnUrl,
    url: pageUrl(tx, `/portal/${row.id}`),
  };
}

function configurationOf(tx: Tx, id: string | undefined): ConfigurationRow {
  if (id === undefined) return defaultConfiguration(tx);
  const configuration = getConfiguration(tx, id, 'configuration');
  if (configuration.active) return configuration;
  throw invalid(`The configuration ${id} is not active.`, { param: 'configuration' });
}

export function createPortalSession(tx: Tx, said: SessionParams): PortalSessionRow {
  const customer = getCustomer(tx, said.customer, 'customer');
  const configuration = configurationOf(tx, said.configuration);
  const now = tx.sandboxNow;
  const row = tx.put(portalSessions, {
    id: tx.newId('bps'),
    created: now,
    configuration: configuration.id,
    customer: customer.id,
    flow:
      said.flow_data === undefined
        ? null
        : flowOf(tx, { said: said.flow_data, customer: customer.id, configuration }),
    isFlowDone: false,
    locale: said.locale ?? null,
    returnUrl: said.return_url ?? configuration.defaultReturnUrl,
  });
  const object = renderPortalSession(tx, row);
  emit(tx, { type: 'billing_portal.session.created', object, now });
  return row;
}
