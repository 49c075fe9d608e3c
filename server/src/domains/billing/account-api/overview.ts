import { formatInstant } from '@whisperforge/kernel/clock';
import { DAY_MS } from '@whisperforge/kernel/period';
import { quantityToNumber } from '@whisperforge/kernel/quantity';
import type { Database } from '../../../platform/database.ts';
import type { Session } from '../../../platform/routes.ts';
import type { Access } from '../../access/index.ts';
import { findAccount, findCustomerOfAccount } from '../../accounts/index.ts';
import { answerOf } from '../../entitlements/index.ts';
import type { Catalog, CatalogCache } from '../../plans/index.ts';
import {
  findLiveSubscription,
  loadFacts,
  type RecordedSubscription,
} from '../../subscriptions/index.ts';
import { unlessUnavailable } from '../checkout/routes.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import type { RecentAnswers } from './recent-answers.ts';

type AccessProfile = Awaited<ReturnType<Access['profile']>>;

export interface OverviewDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly access: Access;
  readonly catalog: CatalogCache;
  readonly graceDays: number;
}

export interface OverviewQuestion {
  readonly session: Session;
  readonly nowMs: number;
  readonly recent: RecentAnswers<FromStripe>;
}

/** All that the account page shows of a customer. */
export async function overviewOf(
  deps: OverviewDependencies,
  { session, nowMs, recent }: OverviewQuestion,
) {
  const { database } = deps;
  const { accountId, user } = session;
  const profile = await deps.access.profile(user);
  const catalog = deps.catalog.current();
  const live = await database.transaction((tx) => findLiveSubscription(tx, accountId));
  const account = await findAccount(database, accountId);
  const facts = (await loadFacts(database, [accountId], nowMs)).get(accountId);
  // A change of the subscription is a change of access, and asks anew.
  const key = `${accountId}:${account?.accessVersion}`;
  const stripe = await recent.get(key, () => askStripe(deps, accountId, live));
  return {
    user: { id: user, email: profile.user.email, name: profile.user.name },
    plan: { plan: profile.plan.slug, name: profile.plan.name, version: profile.plan.version },
    status: profile.subscription?.status ?? 'none',
    restriction: profile.restriction,
    return_url: session.returnUrl,
    subscription: live === null ? null : subscriptionAnswer(catalog, live, deps.graceDays),
    balances: balancesOf(profile),
    ...stripe,
    packs: packsOf(catalog, account?.currency ?? 'usd'),
    overage: overageOf(profile, facts?.overageConsents ?? []),
  };
}

function subscriptionAnswer(catalog: Catalog, live: RecordedSubscription, graceDays: number) {
  const plan = catalog.plans.get(live.planId);
  const instant = (ms: number | null): string | null => (ms === null ? null : formatInstant(ms));
  const { scheduled } = live;
  const next = scheduled === null ? undefined : catalog.plans.get(scheduled.planId);
  return {
    plan: plan?.slug ?? '',
    name: plan?.name ?? '',
    billing_cycle: live.billingCycle,
    seats: live.seats,
    status: live.status,
    period_start: formatInstant(live.period.startMs),
    period_end: formatInstant(live.period.endMs),
    trial_end: instant(live.trialEndMs),
    cancel_at: instant(live.cancelAtMs),
    grace_ends_at: instant(
      live.pastDueSinceMs === null ? null : live.pastDueSinceMs + graceDays * DAY_MS,
    ),
    scheduled:
      scheduled === null || next === undefined
        ? null
        : { plan: next.slug, name: next.name, at: formatInstant(scheduled.atMs) },
  };
}

function balancesOf({ features }: AccessProfile) {
  return features.flatMap(({ feature, balance }) =>
    balance === null ? [] : [{ ...answerOf(balance), name: feature.name, unit: feature.unit }],
  );
}

function packsOf(catalog: Catalog, currency: string) {
  return catalog.packs.flatMap((pack) => {
    const price = pack.prices.find((each) => each.currency === currency);
    if (price === undefined) return [];
    return [
      {
        pack: pack.key,
        name: pack.name,
        feature: pack.feature,
        amount: quantityToNumber(pack.amount),
        valid_days: pack.validDays,
        amount_minor: price.amountMinor,
        currency,
      },
    ];
  });
}

/** What is sold beyond the limits of the plan; a cap of nothing is no consent any more. */
function overageOf(
  { features }: AccessProfile,
  consents: readonly { readonly feature: string; readonly spendingCapMinor: number }[],
) {
  return features.flatMap(({ feature, terms }) => {
    if (terms?.kind !== 'metered' || terms.beyond.policy !== 'overage') return [];
    const cap = consents.find((consent) => consent.feature === feature.key)?.spendingCapMinor ?? 0;
    return [
      {
        feature: feature.key,
        name: feature.name,
        unit: feature.unit,
        unit_price_minor: terms.beyond.unitPriceMinor,
        currency: terms.beyond.currency,
        spending_cap_minor: cap === 0 ? null : cap,
      },
    ];
  });
}

export interface FromStripe {
  readonly next_invoice: {
    at: string;
    amount_minor: number;
    currency: string;
    lines: { description: string; amount_minor: number }[];
  } | null;
  readonly payment_method: { brand: string; last4: string } | null;
}

async function askStripe(
  { database, gateway }: OverviewDependencies,
  accountId: number,
  live: RecordedSubscription | null,
): Promise<FromStripe> {
  const customerId = await findCustomerOfAccount(database, accountId);
  const subscriptionId = live?.stripeSubscriptionId ?? null;
  const [renewal, retrieval] = await Promise.all([
    subscriptionId === null ? null : unlessUnavailable(gateway.previewRenewal(subscriptionId)),
    customerId === null ? null : unlessUnavailable(gateway.retrieveCustomer(customerId)),
  ]);
  const card = retrieval?.kind === 'found' ? retrieval.customer.defaultCard : null;
  return {
    next_invoice:
      renewal === null || live === null
        ? null
        : {
            at: formatInstant(live.period.endMs),
            amount_minor: renewal.amountDueMinor,
            currency: renewal.currency,
            lines: renewal.lines.map(({ description, amountMinor }) => ({
              description,
              amount_minor: amountMinor,
            })),
          },
    payment_method: card === null ? null : { brand: card.brand, last4: card.last4 },
  };
}
