import { formatQuantity, type Quantity } from '@whisperforge/kernel/quantity';
import { isUniqueViolation, type Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { loadAnchors, quotaPeriodAt } from '../accounts/index.ts';
import {
  currentPlan,
  defaultPlanAt,
  planVersion,
  type Catalog,
  type FeatureKind,
  type PlanVersion,
} from '../plans/index.ts';
import {
  closeExpiredPlanChanges,
  endOverride as endOverrideRow,
  findOverrideType,
  insertPlanChange,
  insertQuotaBoost,
  loadFacts,
  type NewOverride,
} from '../subscriptions/index.ts';
import { requireCounted } from '../usage/index.ts';
import {
  endingMs,
  recorded,
  requireGrantable,
  refusePassed,
  runCommand,
  type CommandDependencies,
  type CommandState,
  type CommandTarget,
} from './command.ts';
import { OVERRIDE_NOT_IN_FORCE, PLAN_UNKNOWN } from './errors.ts';
import { planChangeInForce } from './staff/decide-restriction.ts';

/** Gives an account another plan's access until an instant, or until it is ended. */
export function overridePlan(
  deps: CommandDependencies,
  target: CommandTarget,
  change: { readonly plan: string; readonly expiresMs: number | null },
): Promise<{ readonly overrideId: number }> {
  return runCommand(deps, target, async (tx, state) => {
    refusePassed(change.expiresMs, state.nowMs);
    const plan = requirePlan(state.catalog, change.plan);
    await closeExpiredPlanChanges(tx, state.account.id, state.nowMs);
    const override = { ...overrideOf(state, target, change.expiresMs), planId: plan.id };
    const before = await boughtPlan(tx, state);
    const overrideId = await insertPlanChange(tx, override).catch(translatePlanChange);
    return {
      action: 'access.plan_overridden',
      subject: { kind: 'override', id: overrideId },
      before: { plan: before.slug, version: before.version },
      after: {
        plan: plan.slug,
        version: plan.version,
        starts_at: recorded(state.nowMs),
        expires_at: recorded(change.expiresMs),
      },
      result: { overrideId },
    };
  });
}

/** Adds to a quota: with an expiry to each period until then, without one to the current period. */
export function boostQuota(
  deps: CommandDependencies,
  target: CommandTarget,
  boost: { readonly feature: string; readonly amount: Quantity; readonly expiresMs: number | null },
): Promise<{ readonly overrideId: number }> {
  return runCommand(deps, target, async (tx, state) => {
    refusePassed(boost.expiresMs, state.nowMs);
    requireGrantable(boost.amount);
    const { key, kind } = requireCounted(state.catalog, boost.feature);
    const span = await boostSpan(tx, state, { kind, ...boost });
    const before = await boostedBy(tx, state, key);
    const overrideId = await insertQuotaBoost(tx, {
      ...overrideOf(state, target, span.expiresMs),
      feature: key,
      amount: boost.amount,
      periodStartMs: span.periodStartMs,
    });
    return {
      action: 'access.quota_boosted',
      subject: { kind: 'override', id: overrideId },
      before: { feature: key, boosts: formatQuantity(before) },
      after: {
        feature: key,
        boosts: formatQuantity(before + boost.amount),
        amount: formatQuantity(boost.amount),
        starts_at: recorded(state.nowMs),
        expires_at: recorded(span.expiresMs),
      },
      result: { overrideId },
    };
  });
}

/** Ends a plan change now, or a boost when what it has covered until now is accounted for. */
export function endOverride(
  deps: CommandDependencies,
  target: CommandTarget,
  overrideId: number,
): Promise<void> {
  return runCommand(deps, target, async (tx, state) => {
    const override = { accountId: target.accountId, overrideId };
    // Nothing is used up of a plan's access, so that it ends at once.
    const isPlan = (await findOverrideType(tx, override)) === 'plan_change';
    const endMs = isPlan ? state.nowMs : endingMs(state);
    if (!(await endOverrideRow(tx, override, endMs))) {
      throw new AppError(OVERRIDE_NOT_IN_FORCE, {
        message: `Override ${overrideId} of this account has ended already, or there is none.`,
      });
    }
    return {
      action: 'access.override_ended',
      subject: { kind: 'override', id: overrideId },
      after: { ended_at: recorded(endMs) },
      result: undefined,
    };
  });
}

/** What boosts add to a feature already. */
async function boostedBy(
  tx: Tx,
  { account, nowMs }: CommandState,
  feature: string,
): Promise<Quantity> {
  const facts = (await loadFacts(tx, [account.id], nowMs)).get(account.id);
  return (facts?.boosts ?? [])
    .filter((each) => each.feature === feature)
    .reduce((sum, { amount }) => sum + amount, 0n);
}

/** The quota period that a boost without an expiry is for; a level's boost has no end. */
async function boostSpan(
  tx: Tx,
  { account, nowMs }: CommandState,
  boost: { readonly kind: FeatureKind; readonly expiresMs: number | null },
): Promise<{ readonly expiresMs: number | null; readonly periodStartMs: number | null }> {
  if (boost.expiresMs !== null || boost.kind === 'level') {
    return { expiresMs: boost.expiresMs, periodStartMs: null };
  }
  const anchors = await loadAnchors(tx, [account.id]);
  const period = quotaPeriodAt(anchors.get(account.id) ?? [account.anchorMs], nowMs);
  return { expiresMs: period.endMs, periodStartMs: period.startMs };
}

function overrideOf(
  { account, nowMs }: CommandState,
  { context }: CommandTarget,
  expiresMs: number | null,
): NewOverride {
  return {
    accountId: account.id,
    userId: account.ownerUserId,
    reason: context.reason,
    adminId: context.actor.kind === 'staff' ? Number(context.actor.id) : null,
    startsMs: nowMs,
    expiresMs,
    nowMs,
  };
}

function requirePlan(catalog: Catalog, slug: string): PlanVersion {
  const plan = currentPlan(catalog, slug);
  if (plan !== undefined) return plan;
  throw new AppError(PLAN_UNKNOWN, {
    message: `There is no plan ${slug} on sale.`,
    members: { known: catalog.current.map((each) => each.slug) },
  });
}

/** What the account has without any override. */
async function boughtPlan(tx: Tx, { account, catalog, nowMs }: CommandState): Promise<PlanVersion> {
  const facts = (await loadFacts(tx, [account.id], nowMs)).get(account.id);
  const { subscription } = facts ?? { subscription: null };
  return subscription === null
    ? defaultPlanAt(catalog, nowMs)
    : planVersion(catalog, subscription.planId);
}

function translatePlanChange(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw planChangeInForce();
}
