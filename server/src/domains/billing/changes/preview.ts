import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import type { Accounts } from '../../accounts/index.ts';
import type { BillingCycle, CatalogCache } from '../../plans/index.ts';
import type { PlanQuote, Quotes } from '../../pricing/index.ts';
import type { CataloguePush } from '../catalogue/push.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { When } from './command.ts';
import { presentOf, requireChangeable, type Present } from './decide-present.ts';
import { downgradeLater, itemsOf, requirePossible, stepsOf, type Target } from './decide-target.ts';
import { requireLive, retrieveLive } from './find-subscription.ts';
import { discountAt } from './target/amounts.ts';
import { decideDiscount, type ChangeDiscount } from './target/decide-discount.ts';
import { loadTarget, type ChangeWish } from './target/load-target.ts';
import { tryCoupon } from './target/try-coupon.ts';
import { writeToken } from './token.ts';

export interface PreviewRequest extends ChangeWish {
  readonly user: string;
  readonly when: When;
}

export interface ChangePreview {
  readonly lines: readonly { readonly description: string; readonly amountMinor: number }[];
  readonly currency: string;
  readonly subtotalMinor: number;
  readonly totalMinor: number;
  /** Charged when the change is carried out. */
  readonly amountDueMinor: number;
  readonly effectiveMs: number;
  readonly recurring: { readonly amountMinor: number; readonly billingCycle: BillingCycle };
  /** The code that was named; not applied where the present discount is better, and stays. */
  readonly promotionCode: { readonly code: string; readonly isApplied: boolean } | null;
  readonly token: string;
}

export interface PreviewDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly accounts: Accounts;
  readonly catalog: CatalogCache;
  readonly quotes: Quotes;
  readonly catalogue: CataloguePush;
  readonly secrets: Secrets;
}

const TOKEN_MS = 600_000;

/** What a change would cost and when it would hold, with a token by which it is carried out. */
export async function previewChange(
  deps: PreviewDependencies,
  request: PreviewRequest,
  nowMs: number,
): Promise<ChangePreview> {
  const user = await deps.accounts.getUser(request.user);
  const live = await requireLive(deps.database, user.accountId);
  const { remote, digest } = await retrieveLive(deps.gateway, live);
  requireChangeable(remote);
  const catalog = await deps.catalog.recheck();
  const present = presentOf(catalog, remote);
  const sources = { ...deps, catalog, user: user.externalId, nowMs };
  const { target, quote } = await loadTarget(sources, present, request);
  requirePossible(catalog, { present, target }, request);
  // Stripe counts whole seconds.
  const prorationMs = Math.floor(nowMs / 1_000) * 1_000;
  const fromMs = request.when === 'now' ? prorationMs : present.periodEndMs;
  const discount = discountFor({ present, target, quote }, fromMs);
  const { coupon, code } = discount;
  const terms = { when: request.when, couponId: coupon?.id ?? null, prorationMs };
  const steps = stepsOf({ present, target }, terms);
  const changing = { present, target, discount };
  const sums =
    request.when === 'now' ? await sumsNow(deps.gateway, changing, terms) : sumsLater(changing);
  const { customerId, subscriptionId } = live;
  const token = await writeToken(deps.secrets, {
    accountId: user.accountId,
    customerId,
    subscriptionId,
    digest,
    when: request.when,
    steps,
    currency: remote.currency,
    amountDueMinor: sums.amountDueMinor,
    effectiveMs: sums.effectiveMs,
    code,
    coupon,
    expiresMs: nowMs + TOKEN_MS,
  });
  const asked = quote?.promotionCode?.code;
  const promotionCode = asked === undefined ? null : { code: asked, isApplied: code !== null };
  return { ...sums, currency: remote.currency, promotionCode, token };
}

function discountFor(
  of: { readonly present: Present; readonly target: Target; readonly quote: PlanQuote | null },
  fromMs: number,
): ChangeDiscount {
  const { remote } = of.present;
  return decideDiscount({
    quote: of.quote,
    present: remote.discounts,
    subtotalMinor: subtotalOf(of.target),
    billingCycle: of.target.billingCycle,
    currency: remote.currency,
    fromMs,
  });
}

interface Changing {
  readonly present: Present;
  readonly target: Target;
  readonly discount: ChangeDiscount;
}

type Sums = Omit<ChangePreview, 'token' | 'currency' | 'promotionCode'>;

/** By Stripe's own arithmetic, which charges it. */
async function sumsNow(
  gateway: PaymentGateway,
  changing: Changing,
  terms: { readonly couponId: string | null; readonly prorationMs: number },
): Promise<Sums> {
  const { present, target, discount } = changing;
  const { customerId, id: subscriptionId } = present.remote;
  const [step] = stepsOf({ present, target }, { ...terms, when: 'now' }).slice(-1);
  assert(step?.kind === 'change_now', 'a change now ends with the change');
  const { items, endsTrial = false } = step;
  const invoice = await tryCoupon(gateway, discount.coupon, (couponId) =>
    gateway.previewChange({ customerId, subscriptionId, items, endsTrial, ...terms, couponId }),
  );
  // Whatever the plans are called: what would be paid back is a change to less.
  if (invoice.subtotalMinor < 0) throw downgradeLater();
  const regular = paymentAt(changing, present.periodEndMs);
  return {
    lines: invoice.lines.map(({ description, amountMinor }) => ({ description, amountMinor })),
    subtotalMinor: invoice.subtotalMinor,
    totalMinor: invoice.totalMinor,
    amountDueMinor: invoice.amountDueMinor,
    effectiveMs: terms.prorationMs,
    recurring: recurring(changing, regular.totalMinor),
  };
}

/** What the next period will cost: whole prices, of which nothing is prorated. */
function sumsLater(changing: Changing): Sums {
  const { present, target } = changing;
  const { periodEndMs } = present;
  const { subtotalMinor, discountMinor, totalMinor } = paymentAt(changing, periodEndMs);
  const lines = itemsOf(target).map(({ description, unitAmountMinor, quantity }) => ({
    description,
    amountMinor: unitAmountMinor * quantity,
  }));
  if (discountMinor > 0) lines.push({ description: 'Discount', amountMinor: -discountMinor });
  return {
    lines,
    subtotalMinor,
    totalMinor,
    amountDueMinor: 0,
    effectiveMs: periodEndMs,
    recurring: recurring(changing, totalMinor),
  };
}

/** What goes on: a new discount that is for a while only is none of it. */
function recurring({ target, discount }: Changing, regularMinor: number): Sums['recurring'] {
  const { billingCycle } = target;
  const isPassing = discount.coupon !== null && discount.coupon.duration !== 'forever';
  return { billingCycle, amountMinor: isPassing ? subtotalOf(target) : regularMinor };
}

function paymentAt({ present, target, discount }: Changing, atMs: number) {
  const subtotalMinor = subtotalOf(target);
  const { currency } = present.remote;
  const discountMinor = discountAt(subtotalMinor, discount.discounts, { currency, atMs });
  return { subtotalMinor, discountMinor, totalMinor: subtotalMinor - discountMinor };
}

function subtotalOf(target: Target): number {
  return itemsOf(target).reduce(
    (sum, { unitAmountMinor, quantity }) => sum + unitAmountMinor * quantity,
    0,
  );
}
