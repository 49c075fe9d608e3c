import { createHash } from 'node:crypto';
import { assert } from '@whisperforge/kernel/assert';
import { randomText } from '@whisperforge/kernel/ids';
import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { lockAccount, type Account, type Accounts, type User } from '../../accounts/index.ts';
import type { Actor } from '../../audit/index.ts';
import type { Catalog } from '../../plans/index.ts';
import {
  decideQuote,
  holdRedemption,
  loadQuoteFacts,
  type LoadPurchases,
  type Quote,
  type QuoteFacts,
  type QuoteRequest,
} from '../../pricing/index.ts';
import { findLiveSubscription } from '../../subscriptions/index.ts';
import { CURRENCY_FIXED, SUBSCRIPTION_LIVE } from '../errors.ts';
import { redemptionOf, type Checkout } from './checkout.ts';
import { boughtBy, contentOf, sessionTermsOf } from './session-terms.ts';
import { findOpenCheckout, hasCompleted, insertCheckout } from './store.ts';

export interface Beginning {
  readonly user: User;
  readonly customerId: string;
  readonly purchase: QuoteRequest;
  readonly successUrl: (checkoutId: string) => string;
  readonly cancelUrl: string;
  /** As it was read a moment ago, with the prices that Stripe was asked for since. */
  readonly catalog: Catalog;
  readonly quote: Quote;
  readonly priceIds: ReadonlyMap<string, string>;
  readonly actor: Actor;
  readonly nowMs: number;
}

export type Begun =
  | { readonly kind: 'begun'; readonly checkout: Checkout }
  /** The same is under way already. */
  | { readonly kind: 'same'; readonly checkout: Checkout }
  /** Something else is, and has to make room. */
  | { readonly kind: 'other'; readonly checkout: Checkout }
  /** The price is another one than a moment ago. */
  | { readonly kind: 'moved' };

export interface BeginDependencies {
  readonly accounts: Accounts;
  readonly loadPurchases: LoadPurchases;
}

/** A session can be paid until it expires; one that is about to is not handed out any more. */
const LEAST_LEFT_MS = 300_000;
const ID_CHARACTERS = 26;

/** Decides on a purchase under the account's lock, and writes down what Stripe is to be asked. */
export async function beginCheckout(
  tx: Tx,
  deps: BeginDependencies,
  beginning: Beginning,
): Promise<Begun> {
  const { user, purchase, nowMs } = beginning;
  const account = await lockAccount(tx, user.accountId);
  assert(account !== undefined, 'a user has an account');
  if (purchase.kind === 'plan') await refuseSecond(tx, account.id, nowMs);
  await requireCurrency(tx, account, purchase, deps);
  const facts = await loadFacts(tx, deps, beginning);
  const quote = decideQuote(facts, purchase, nowMs);
  const fingerprint = fingerprintOf(quote, beginning);
  const open = await findOpenCheckout(tx, account.id);
  if (open !== undefined) {
    // One of a customer that Stripe has deleted since leads nowhere.
    const isOfCustomer = open.session.customerId === beginning.customerId;
    const isLasting = open.expiresMs - nowMs > LEAST_LEFT_MS;
    const isSame = isOfCustomer && isLasting && open.fingerprint.equals(fingerprint);
    return { kind: isSame ? 'same' : 'other', checkout: open };
  }
  const isMoved = !fingerprint.equals(fingerprintOf(beginning.quote, beginning));
  const id = randomText(ID_CHARACTERS);
  const successUrl = beginning.successUrl(id);
  const session = isMoved ? undefined : sessionTermsOf({ ...beginning, id, successUrl, quote });
  if (session === undefined) return { kind: 'moved' };
  const checkout = await insertCheckout(tx, {
    id,
    accountId: account.id,
    fingerprint,
    session,
    bought: boughtBy(quote, beginning.catalog),
    currency: quote.currency,
    nowMs,
  });
  await holdCode(tx, { quote, facts, checkout }, beginning);
  return { kind: 'begun', checkout };
}

/** Facts as this transaction sees them, but for what was read before it and does not change. */
function loadFacts(tx: Tx, deps: BeginDependencies, beginning: Beginning): Promise<QuoteFacts> {
  const { user, catalog, purchase } = beginning;
  const sources = {
    accounts: { ...deps.accounts, getUser: () => Promise.resolve(user) },
    catalog: { recheck: () => Promise.resolve(catalog) },
    loadPurchases: deps.loadPurchases,
  };
  return loadQuoteFacts(tx, sources, { user: user.externalId, request: purchase });
}

async function refuseSecond(tx: Tx, accountId: number, nowMs: number): Promise<void> {
  const live = await findLiveSubscription(tx, accountId);
  if (live === null || (live.cancelAtMs !== null && live.cancelAtMs <= nowMs)) return;
  throw subscriptionLive();
}

export function subscriptionLive(): AppError {
  const message = 'The account has a subscription already; change it instead of buying another.';
  return new AppError(SUBSCRIPTION_LIVE, { message });
}

async function requireCurrency(
  tx: Tx,
  account: Account,
  { currency }: QuoteRequest,
  deps: BeginDependencies,
): Promise<void> {
  if (currency === null || currency === account.currency) return;
  const { hasPurchased } = await deps.loadPurchases(tx, account.id);
  if (!hasPurchased && !(await hasCompleted(tx, account.id))) return;
  throw new AppError(CURRENCY_FIXED, {
    message: `The account has bought in ${account.currency} before, and goes on in it.`,
    fields: [{ field: '/currency', message: `must be ${account.currency}` }],
  });
}

function fingerprintOf(quote: Quote, { successUrl, cancelUrl }: Beginning): Buffer {
  const content = JSON.stringify([contentOf(quote), successUrl(''), cancelUrl]);
  return createHash('sha256').update(content).digest();
}

interface Holding {
  readonly quote: Quote;
  readonly facts: QuoteFacts;
  readonly checkout: Checkout;
}

async function holdCode(
  tx: Tx,
  { quote, facts, checkout }: Holding,
  { actor, nowMs }: Beginning,
): Promise<void> {
  if (quote.kind !== 'plan' || quote.promotionCode?.isApplied !== true) return;
  const { plan, billingCycle, currency, promotionCode } = quote;
  assert(facts.buyer !== null, 'somebody in particular buys');
  const hold = {
    code: promotionCode.code,
    accountId: checkout.accountId,
    reference: redemptionOf(checkout.id),
    purchase: { plan, billingCycle, currency },
    buyer: facts.buyer,
  };
  await holdRedemption(tx, hold, { actor, nowMs, reason: 'a checkout' });
}
