import type Stripe from 'stripe';
import {
  hash,
  integer,
  list,
  oneOf,
  optional,
  paramsOf,
  text,
  unsupported,
  type Params,
} from '../../http/params.ts';
import { webUrl } from '../urls.ts';

const flowSpec = hash({
  after_completion: optional(
    hash({
      hosted_confirmation: optional(hash({ custom_message: optional(text(500)) })),
      redirect: optional(hash({ return_url: webUrl })),
      type: oneOf('hosted_confirmation', 'portal_homepage', 'redirect'),
    }),
  ),
  subscription_cancel: optional(hash({ retention: unsupported, subscription: text() })),
  subscription_pause: unsupported,
  subscription_update: optional(hash({ subscription: text() })),
  subscription_update_confirm: optional(
    hash({
      discounts: unsupported,
      items: list(
        hash({
          id: text(),
          price: optional(text()),
          quantity: optional(integer({ least: 0, most: 999_999 })),
        }),
        1,
      ),
      subscription: text(),
    }),
  ),
  type: oneOf(
    'payment_method_update',
    'subscription_cancel',
    'subscription_update',
    'subscription_update_confirm',
  ),
});

export const createSpecs = paramsOf<Stripe.BillingPortal.SessionCreateParams>()({
  after_expiration: unsupported,
  configuration: optional(text()),
  customer: text(),
  customer_account: unsupported,
  flow_data: optional(flowSpec),
  locale: optional(text(10)),
  on_behalf_of: unsupported,
  return_url: optional(webUrl),
});

export type SessionParams = Params<typeof createSpecs>;
export type FlowParams = ReturnType<typeof flowSpec.read>;
