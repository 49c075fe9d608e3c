import type Stripe from 'stripe';
import { getSubscription } from '../../billing/subscriptions/rows.ts';
import type { Tx } from '../../engine/transaction.ts';
import { invalid } from '../../http/errors.ts';
import { missingParam } from '../../http/params.ts';
import type { ConfigurationRow } from './configurations.ts';
import type { FlowParams } from './session-params.ts';

type Flow = Stripe.BillingPortal.Session.Flow;

export interface FlowAsked {
  readonly said: FlowParams;
  readonly customer: string;
  readonly configuration: ConfigurationRow;
}

/** What a deep link leads to, where the configuration has it and it is the customer's own. */
export function flowOf(tx: Tx, { said, customer, configuration }: FlowAsked): Flow {
  requireFeature(configuration, said.type);
  const needed = said.type === 'payment_method_update' ? null : said[said.type];
  if (needed === undefined) throw missingParam(`flow_data[${said.type}]`);
  if (needed !== null) {
    const param = `flow_data[${said.type}][subscription]`;
    const subscription = getSubscription(tx, needed.subscription, param);
    if (subscription.customer !== customer) {
      throw invalid(`The subscription ${subscription.id} does not belong to the customer.`, {
        param,
      });
    }
  }
  const { subscription_cancel: cancel, subscription_update: update } = said;
  return {
    after_completion: afterCompletion(said.after_completion),
    customer_update: null,
    subscription_cancel:
      cancel === undefined ? null : { retention: null, subscription: cancel.subscription },
    subscription_pause: null,
    subscription_update: update ?? null,
    subscription_update_confirm: confirmation(said.subscription_update_confirm),
    type: said.type,
  };
}

function requireFeature({ features }: ConfigurationRow, type: FlowParams['type']): void {
  const name = type === 'subscription_update_confirm' ? 'subscription_update' : type;
  if (features[name].enabled) return;
  throw invalid(
    `You cannot use the flow ${type}: the portal configuration does not have ${name} enabled.`,
    { param: 'flow_data[type]' },
  );
}

function confirmation(
  said: FlowParams['subscription_update_confirm'],
): Flow['subscription_update_confirm'] {
  if (said === undefined) return null;
  if (said.items.length === 0) throw missingParam('flow_data[subscription_update_confirm][items]');
  return {
    discounts: null,
    items: said.items.map(({ id, price = null, quantity }) => ({
      id,
      price,
      ...(quantity === undefined ? {} : { quantity }),
    })),
    subscription: said.subscription,
  };
}

function afterCompletion(said: FlowParams['after_completion']): Flow['after_completion'] {
  const type = said?.type ?? 'portal_homepage';
  const { redirect, hosted_confirmation: hosted } = said ?? {};
  if (type === 'redirect' && redirect === undefined) {
    throw missingParam('flow_data[after_completion][redirect]');
  }
  return {
    hosted_confirmation:
      type === 'hosted_confirmation' ? { custom_message: hosted?.custom_message ?? null } : null,
    redirect: redirect ?? null,
    type,
  };
}
