import {
  boostQuota,
  consentToOverage,
  endGrant,
  endOverride,
  grantPack,
  overridePlan,
  recordSubscription,
  type CommandTarget,
} from '../../src/domains/access/index.ts';
import type { SubscriptionState } from '../../src/domains/subscriptions/index.ts';
import * as model from './model/command.ts';
import type { ModelPlan } from './model/catalog.ts';
import { nextNumber, type RawSubscription, type Resident } from './resident.ts';
import type { Step } from './step.ts';
import { describe } from './usage-steps.ts';

const DONE = 'done';

function target(resident: Resident): CommandTarget {
  const context = {
    actor: { kind: 'system' as const, id: 'simulation' },
    nowMs: resident.world.nowMs,
    reason: 'simulation',
  };
  return { accountId: resident.accountId, context };
}

function command(text: string, expect: () => unknown, act: Step['act']): Step {
  return { text, isRepeatable: false, isCommand: true, expect: () => expect() ?? DONE, act };
}

export function subscriptionStep(
  resident: Resident,
  next: RawSubscription,
  how: { readonly hasEnded: boolean },
): Step {
  const { world } = resident;
  const plan = `${next.plan.slug} ${next.plan.version}`;
  const scheduled = next.scheduled && {
    plan: `${next.scheduled.plan.slug} ${next.scheduled.plan.version}`,
    atMs: next.scheduled.atMs,
  };
  return command(
    `subscription ${describe({ ...next, plan, scheduled, ...how })}`,
    () => {
      const subscription = how.hasEnded ? null : next;
      const { startedMs } = next;
      model.recordSubscription(resident.model, resident.commanded, { subscription, startedMs });
    },
    async (process) => {
      const state: SubscriptionState = {
        planId: world.planIds.get(next.plan)!,
        status: next.status,
        source: 'stripe',
        billingCycle: 'monthly',
        seats: 1,
        startedMs: next.startedMs,
        period: { startMs: next.startedMs, endMs: next.startedMs + 1 },
        trialEndMs: null,
        cancelAtMs: next.cancelAtMs,
        pastDueSinceMs: next.pastDueSinceMs,
        scheduled: next.scheduled && {
          planId: world.planIds.get(next.scheduled.plan)!,
          atMs: next.scheduled.atMs,
        },
        endedMs: how.hasEnded ? world.nowMs : null,
        stripeSubscriptionId: null,
      };
      await recordSubscription(process.commands, target(resident), state);
      return DONE;
    },
  );
}

export function overrideStep(resident: Resident, plan: ModelPlan, endsMs: number | null): Step {
  let id = 0;
  return command(
    `override with ${plan.slug} until ${String(endsMs)}`,
    () => {
      const change = { number: nextNumber(resident), plan, endsMs };
      const refused = model.overridePlan(resident.model, resident.commanded, change);
      if (refused === null) resident.planChangeId = id;
      return refused;
    },
    async (process) => {
      const change = { plan: plan.slug, expiresMs: endsMs };
      id = (await overridePlan(process.commands, target(resident), change)).overrideId;
      return DONE;
    },
  );
}

export function endPlanChangeStep(resident: Resident): Step {
  const id = resident.planChangeId!;
  return command(
    'end the plan change',
    () => {
      model.endPlanChange(resident.model, resident.commanded);
      resident.planChangeId = null;
    },
    async (process) => {
      await endOverride(process.commands, target(resident), id);
      return DONE;
    },
  );
}

interface Given {
  readonly feature: string;
  readonly amount: bigint;
  readonly endsMs: number | null;
}

export function boostStep(resident: Resident, given: Given): Step {
  let id = 0;
  return command(
    `boost ${describe(given)}`,
    () => {
      model.boost(resident.model, resident.commanded, { ...given, number: nextNumber(resident) });
      const grant = resident.model.boosts.at(-1)!;
      resident.grants.push({ grant, kind: 'override', id });
    },
    async (process) => {
      const { endsMs: expiresMs, feature, amount } = given;
      const wanted = { feature, amount, expiresMs };
      id = (await boostQuota(process.commands, target(resident), wanted)).overrideId;
      return DONE;
    },
  );
}

/** With a source that has granted before, nothing is added. */
export function packStep(resident: Resident, given: Given & { readonly source: string }): Step {
  const isRepeat = resident.packSources.includes(given.source);
  let id: number | null = null;
  return command(
    `pack ${describe(given)}`,
    () => {
      if (isRepeat) {
        model.repeatPack(resident.model, resident.commanded);
        return 'nothing added';
      }
      resident.packSources.push(given.source);
      const { feature, amount, endsMs } = given;
      const number = nextNumber(resident);
      model.grantPack(resident.model, resident.commanded, { number, feature, amount, endsMs });
      resident.grants.push({ grant: resident.model.packs.at(-1)!, kind: 'grant', id: id! });
      return DONE;
    },
    async (process) => {
      const { endsMs: expiresMs, feature, amount, source: sourceId } = given;
      const pack = { feature, amount, expiresMs, source: 'simulation', sourceId };
      id = (await grantPack(process.commands, target(resident), pack)).grantId;
      return id === null ? 'nothing added' : DONE;
    },
  );
}

export function endGrantStep(resident: Resident, ended: Resident['grants'][number]): Step {
  const end = ended.kind === 'override' ? endOverride : endGrant;
  return command(
    `end the ${ended.kind} ${ended.grant.number}`,
    () => model.endGrant(resident.model, resident.commanded, ended.grant),
    async (process) => {
      await end(process.commands, target(resident), ended.id);
      return DONE;
    },
  );
}

export function consentStep(resident: Resident, capMinor: number, currency: string): Step {
  const feature = 'pages';
  return command(
    `consent to ${capMinor} ${currency} of overage`,
    () => {
      model.consent(resident.model, resident.commanded, { feature, capMinor, currency });
    },
    async (process) => {
      const given = { feature, spendingCapMinor: capMinor, currency };
      await consentToOverage(process.commands, target(resident), given);
      return DONE;
    },
  );
}
