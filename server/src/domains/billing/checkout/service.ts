import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import type { User } from '../../accounts/index.ts';
import type { Actor } from '../../audit/index.ts';
import type { CatalogCache } from '../../plans/index.ts';
import type { QuoteRequest, Quotes } from '../../pricing/index.ts';
import type { CataloguePush } from '../catalogue/push.ts';
import { CHECKOUT_CONTENDED, CHECKOUT_UNKNOWN } from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import {
  beginCheckout,
  subscriptionLive,
  type BeginDependencies,
  type Beginning,
} from './begin.ts';
import { carryOn } from '../stalled/carry-on.ts';
import type { Checkout } from './checkout.ts';
import { ensureCustomer } from './customer.ts';
import type { Refresh } from './refresh.ts';
import { displace, resume, sendCheckout } from './send.ts';
import { findCheckouts, takeStalled } from './store.ts';

export interface CheckoutRequest {
  /** The app's own id of who buys. */
  readonly user: string;
  readonly purchase: QuoteRequest;
  /** Where the customer comes back to; checked by the caller. */
  readonly successUrl: (checkoutId: string) => string;
  readonly cancelUrl: string;
  readonly actor: Actor;
}

export interface OpenCheckout {
  readonly id: string;
  readonly url: string;
  readonly expiresMs: number;
}

export interface Checkouts {
  /**
   * A page of Stripe's where the user buys something. The same request answers the same page as
   * long as it is open; another one closes it. Throws what a quote throws, `subscription_live`,
   * `currency_fixed`, `stripe_price_conflict` and what the gateway throws.
   */
  open(request: CheckoutRequest, nowMs: number): Promise<OpenCheckout>;
  /** As it stands, by what Stripe says where it should have said so already. */
  look(of: { readonly accountId: number; readonly id: string }, nowMs: number): Promise<Checkout>;
  /** Asks Stripe again for what was begun and left; answers how many. */
  finishStalled(nowMs: number): Promise<number>;
}

export interface CheckoutDependencies extends BeginDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly catalog: CatalogCache;
  readonly quotes: Quotes;
  readonly catalogue: CataloguePush;
  readonly refresh: Refresh;
}

const MOST_ATTEMPTS = 12;
const MOST_STALLED = 20;

export function createCheckouts(deps: CheckoutDependencies): Checkouts {
  const { database, accounts } = deps;
  return {
    async open(request, nowMs) {
      const user = await accounts.getUser(request.user);
      const customerId = await ensureCustomer(deps, user, nowMs);
      for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
        const opened = await attemptOpen(deps, { request, user, customerId, nowMs });
        if (opened !== undefined) return opened;
      }
      const message = 'The account keeps being asked to buy something else; try again.';
      throw new AppError(CHECKOUT_CONTENDED, { message });
    },
    async look(of, nowMs) {
      const [checkout] = await findCheckouts(database, { ...of, ids: [of.id] });
      if (checkout === undefined) {
        throw new AppError(CHECKOUT_UNKNOWN, { message: `There is no checkout ${of.id}.` });
      }
      if (checkout.state !== 'open') return checkout;
      await resume(deps, checkout, nowMs);
      const [now] = await findCheckouts(database, { ...of, ids: [of.id] });
      assert(now !== undefined, 'a checkout is never deleted');
      return now;
    },
    async finishStalled(nowMs) {
      const stalled = await database.transaction((tx) => takeStalled(tx, MOST_STALLED));
      return carryOn(stalled, (checkout) => sendCheckout(deps, checkout, nowMs));
    },
  };
}

interface Attempt {
  readonly request: CheckoutRequest;
  readonly user: User;
  readonly customerId: string;
  readonly nowMs: number;
}

/** Nothing where something else had to be settled first, after which another attempt may do. */
async function attemptOpen(
  deps: CheckoutDependencies,
  attempt: Attempt,
): Promise<OpenCheckout | undefined> {
  const { request, nowMs } = attempt;
  const beginning = await prepare(deps, attempt);
  const begun = await deps.database.transaction((tx) => beginCheckout(tx, deps, beginning));
  switch (begun.kind) {
    case 'moved':
      return undefined;
    case 'begun':
      return sendCheckout(deps, begun.checkout, nowMs);
    case 'same': {
      const resumed = await resume(deps, begun.checkout, nowMs);
      return resumed === 'complete' ? bought(request) : resumed;
    }
    case 'other': {
      const left = await displace(deps, begun.checkout, nowMs);
      const hasSubscribed = left === 'complete' && begun.checkout.bought.kind === 'plan';
      return hasSubscribed ? bought(request) : undefined;
    }
  }
}

/** What was under way has been paid for meanwhile: a plan is not bought a second time. */
function bought({ purchase }: CheckoutRequest): undefined {
  if (purchase.kind === 'plan') throw subscriptionLive();
  return undefined;
}

/** What has to stand at Stripe before it can be asked for a session. */
async function prepare(deps: CheckoutDependencies, attempt: Attempt): Promise<Beginning> {
  const { request, user, customerId, nowMs } = attempt;
  const quote = await deps.quotes.quote(user.externalId, request.purchase, nowMs);
  const priceIds = await deps.catalogue.ensurePrices(quote);
  if (quote.kind === 'plan' && quote.coupon !== null) await deps.gateway.ensureCoupon(quote.coupon);
  return { ...request, user, customerId, quote, priceIds, nowMs, catalog: deps.catalog.current() };
}
