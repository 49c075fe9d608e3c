import type { TimerHandlers } from '../../engine/deeds.ts';
import type { Expander, Expanders } from '../../http/expand.ts';
import type { Route } from '../../http/routes.ts';
import { settlePayment } from '../../payments/actions.ts';
import { getCharge, refundsOf, renderCharge } from '../../payments/charges/charges.ts';
import { PAYMENT_SETTLES } from '../../payments/confirm.ts';
import { getIntent, renderIntent } from '../../payments/intents.ts';
import { getPaymentMethod, renderPaymentMethod } from '../../payments/payment-methods.ts';
import { renderSource } from '../../payments/methods/render-source.ts';
import { getSetupIntent, renderSetupIntent } from '../../payments/setup-intents.ts';
import { chargeRoutes } from './charges.ts';
import { paymentIntentRoutes } from './payment-intents.ts';
import { paymentMethodRoutes } from './payment-methods.ts';
import { refundRoutes } from './refunds.ts';
import { setupIntentRoutes } from './setup-intents.ts';

/** All routes of money that is taken and given back. */
export const paymentRoutes: readonly Route[] = [
  ...paymentMethodRoutes,
  ...setupIntentRoutes,
  ...paymentIntentRoutes,
  ...chargeRoutes,
  ...refundRoutes,
];

const paymentMethod: Expander = (tx, id) => renderPaymentMethod(getPaymentMethod(tx, id));
const charge: Expander = (tx, id) => renderCharge(getCharge(tx, id));
const setupIntent: Expander = (tx, id) => renderSetupIntent(getSetupIntent(tx, id));

export const paymentByProperty: Expanders['byProperty'] = {
  charge,
  default_payment_method: paymentMethod,
  default_source: (tx, id) => renderSource(getPaymentMethod(tx, id)),
  latest_charge: charge,
  payment_intent: (tx, id) => renderIntent(getIntent(tx, id)),
  payment_method: paymentMethod,
  pending_setup_intent: setupIntent,
  setup_intent: setupIntent,
};

export const paymentIncluded: Expanders['included'] = { charge: { refunds: refundsOf } };

export const paymentTimers: TimerHandlers = { [PAYMENT_SETTLES]: settlePayment };
