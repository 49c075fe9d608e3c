import type Stripe from 'stripe';
import type { NewCheckout, PaymentGateway } from '../../domains/billing/index.ts';
import { asking, isIndeterminate } from './faults.ts';
import { once } from './once.ts';
import { checkoutOf } from './translate/checkouts.ts';
import { secondsOf } from './translate/references.ts';

type CheckoutCalls = Pick<
  PaymentGateway,
  'createCheckout' | 'retrieveCheckout' | 'expireCheckout' | 'createPortal'
>;

const PAGE = 100;

export function checkoutCalls(stripe: Stripe): CheckoutCalls {
  const portals = portalConfiguration(stripe);
  return {
    createCheckout: (checkout) =>
      asking(() =>
        once({
          idempotencyKey: checkout.idempotencyKey,
          async act(key) {
            const options = { idempotencyKey: key };
            return checkoutOf(await stripe.checkout.sessions.create(sessionOf(checkout), options));
          },
          async find() {
            const { customerId: customer, metadata } = checkout;
            const { data } = await stripe.checkout.sessions.list({ customer, limit: PAGE });
            const made = data.find((each) => each.metadata?.checkout_id === metadata.checkout_id);
            return made && checkoutOf(made);
          },
        }),
      ),
    retrieveCheckout: (id) =>
      asking(async () => checkoutOf(await stripe.checkout.sessions.retrieve(id))),
    expireCheckout: (id) =>
      asking(async () => {
        try {
          return checkoutOf(await stripe.checkout.sessions.expire(id));
        } catch (error) {
          // Stripe refuses what is no longer open; then it is told as it stands.
          const session = checkoutOf(await stripe.checkout.sessions.retrieve(id));
          if (session.status === 'open') throw error;
          return session;
        }
      }),
    createPortal: ({ customerId: customer, returnUrl, idempotencyKey }) =>
      asking(async () => {
        const params = { customer, return_url: returnUrl, configuration: await portals.find() };
        // A session more than needed does no harm, so that a breakdown is simply tried again.
        const { url } = await stripe.billingPortal.sessions
          .create(params, { idempotencyKey })
          .catch((error: unknown) => {
            if (!isIndeterminate(error)) throw error;
            return stripe.billingPortal.sessions.create(params);
          });
        return { url };
      }),
  };
}

function sessionOf(checkout: NewCheckout): Stripe.Checkout.SessionCreateParams {
  const { metadata, mode, couponId, trialDays, locale } = checkout;
  return {
    mode,
    ui_mode: 'hosted_page',
    customer: checkout.customerId,
    line_items: checkout.lines.map(({ priceId: price, quantity }) => ({ price, quantity })),
    success_url: checkout.successUrl,
    cancel_url: checkout.cancelUrl,
    expires_at: secondsOf(checkout.expiresMs),
    metadata,
    ...(couponId !== null && { discounts: [{ coupon: couponId }] }),
    ...(locale !== null && { locale }),
    ...(mode === 'subscription'
      ? {
          subscription_data: {
            metadata,
            ...(trialDays !== null && { trial_period_days: trialDays }),
          },
        }
      : {
          payment_intent_data: { metadata },
          // A subscription has its invoices by itself.
          invoice_creation: { enabled: true, invoice_data: { metadata } },
        }),
  };
}

const PORTAL_PURPOSE = 'payment methods and invoices';

/** The one configuration of the portal that is ours: made at first use, then found again. */
function portalConfiguration(stripe: Stripe): { find(): Promise<string> } {
  let known: string | undefined;
  return {
    async find() {
      known ??= (await findPortal(stripe)) ?? (await createPortal(stripe));
      return known;
    },
  };
}

async function findPortal(stripe: Stripe): Promise<string | undefined> {
  const { data } = await stripe.billingPortal.configurations.list({ active: true, limit: PAGE });
  return data.find(({ metadata }) => metadata?.purpose === PORTAL_PURPOSE)?.id;
}

/** Plans are changed and subscriptions canceled on our own pages, where the rules are ours. */
async function createPortal(stripe: Stripe): Promise<string> {
  const { id } = await stripe.billingPortal.configurations.create({
    metadata: { purpose: PORTAL_PURPOSE },
    features: {
      customer_update: { enabled: false },
      invoice_history: { enabled: true },
      payment_method_update: { enabled: true },
      subscription_cancel: { enabled: false },
      subscription_update: { enabled: false },
    },
  });
  return id;
}
