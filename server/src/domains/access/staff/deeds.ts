import type { Quantity } from '@whisperforge/kernel/quantity';
import type { Accounts } from '../../accounts/index.ts';
import type { Actor } from '../../audit/index.ts';
import { defaultPlanAt } from '../../plans/index.ts';
import { findGivenOverride, loadFacts } from '../../subscriptions/index.ts';
import type { CommandDependencies } from '../command.ts';
import { boostQuota, endOverride, overridePlan } from '../overrides.ts';
import type { AccessProfile } from '../profile.ts';
import type { Access } from '../service.ts';
import { decideAgain, type GivenAgain } from './decide-again.ts';
import { requireRestriction } from './decide-restriction.ts';
import { foreseeEnd, type ForeseenEnd } from './foresee-end.ts';

export interface StaffDeedsDependencies extends CommandDependencies {
  readonly access: Access;
  readonly accounts: Accounts;
  /** How long access is kept after a payment failed. */
  readonly graceDays: number;
}

/** Who does it to whom and why, and which profile they have looked at. */
export interface StaffContext {
  readonly user: string;
  readonly actor: Actor;
  readonly reason: string;
  readonly version: number;
  readonly isDry: boolean;
  readonly nowMs: number;
}

/** What a deed has changed, or would change, and how it is taken back. */
export interface StaffDeed {
  readonly before: AccessProfile;
  readonly after: AccessProfile;
  readonly overrideId: number;
  /** What takes it back, where it has ended something. */
  readonly again: GivenAgain | null;
  /** What the end of something would leave, where it was only tried. */
  readonly foreseen: ForeseenEnd | null;
}

export interface StaffDeeds {
  /** Adds to a quota: to this period's, or to each until an instant. */
  boost(
    context: StaffContext,
    boost: {
      readonly feature: string;
      readonly amount: Quantity;
      readonly expiresMs: number | null;
    },
  ): Promise<StaffDeed>;
  /** Gives the access of a plan without its price. */
  gift(
    context: StaffContext,
    gift: { readonly plan: string; readonly expiresMs: number | null },
  ): Promise<StaffDeed>;
  /** Leaves what those have who bought nothing. */
  restrict(context: StaffContext, terms: { readonly expiresMs: number | null }): Promise<StaffDeed>;
  lift(context: StaffContext): Promise<StaffDeed>;
  /** Ends an override before its time, which undoes it from now on. */
  end(context: StaffContext, overrideId: number): Promise<StaffDeed>;
}

/** What staff do to the access of users, on the commands that everybody uses. */
export function createStaffDeeds(deps: StaffDeedsDependencies): StaffDeeds {
  const { access } = deps;
  type Target = Parameters<typeof boostQuota>[1];
  const perform = async (
    context: StaffContext,
    work: (target: Target) => Promise<number>,
  ): Promise<StaffDeed> => {
    const before = await access.profile(context.user);
    const overrideId = await work({ accountId: before.user.accountId, context });
    const after = context.isDry ? before : await access.profile(context.user);
    return { before, after, overrideId, again: null, foreseen: null };
  };
  const end = async (
    context: StaffContext,
    find: (target: Target) => Promise<number>,
  ): Promise<StaffDeed> => {
    const deed = await perform(context, async (target) => {
      const overrideId = await find(target);
      await endOverride(deps, target, overrideId);
      return overrideId;
    });
    const { overrideId, before } = deed;
    const { accountId } = before.user;
    const given = await findGivenOverride(deps.database, { accountId, overrideId });
    const catalog = await deps.catalog.latest();
    const { nowMs } = context;
    const again = decideAgain(given, catalog, nowMs);
    const facts = (await loadFacts(deps.database, [accountId], nowMs)).get(accountId);
    if (!context.isDry || given === undefined || facts === undefined) return { ...deed, again };
    const standing = { catalog, facts, graceDays: deps.graceDays };
    return { ...deed, again, foreseen: foreseeEnd(before, standing, { overrideId, given, nowMs }) };
  };
  return {
    boost: (context, boost) =>
      perform(context, async (target) => (await boostQuota(deps, target, boost)).overrideId),
    gift: (context, gift) =>
      perform(context, async (target) => (await overridePlan(deps, target, gift)).overrideId),
    restrict: (context, { expiresMs }) =>
      perform(context, async (target) => {
        const { slug } = defaultPlanAt(await deps.catalog.latest(), context.nowMs);
        return (await overridePlan(deps, target, { plan: slug, expiresMs })).overrideId;
      }),
    lift: (context) =>
      end(context, ({ accountId }) => findRestriction(deps, accountId, context.nowMs)),
    end: (context, overrideId) => end(context, () => Promise.resolve(overrideId)),
  };
}

async function findRestriction(
  { database, catalog }: CommandDependencies,
  accountId: number,
  nowMs: number,
): Promise<number> {
  const facts = (await loadFacts(database, [accountId], nowMs)).get(accountId);
  return requireRestriction(facts?.planChanges ?? [], await catalog.latest(), nowMs).id;
}
