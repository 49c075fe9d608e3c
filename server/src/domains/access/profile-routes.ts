import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { quantityToNumber, type Quantity } from '@whisperforge/kernel/quantity';
import { route, type Route } from '../../platform/routes.ts';
import { Input, Nullable, UserId } from '../../platform/schemas.ts';
import { UserAnswer, userAnswer } from '../accounts/index.ts';
import { BalanceSchema } from '../usage/index.ts';
import { answerOf } from '../entitlements/index.ts';
import type { AccessProfile, FeatureProfile, GrantSource } from './profile.ts';
import type { Access } from './service.ts';

const PlanSchema = Type.Object({
  plan: Type.String(),
  version: Type.Integer(),
  name: Type.String(),
});

/** The subscription of a user, as every answer that names it does. */
export const SubscriptionSchema = Type.Object({
  ...PlanSchema.properties,
  status: Type.String(),
  started_at: Type.String(),
  cancel_at: Nullable(Type.String()),
  changes_at: Nullable(Type.String({ description: 'When a scheduled change of plan happens.' })),
});

export const standing = {
  plan: Type.String({ description: 'The plan in force.' }),
  plan_version: Type.Integer(),
  plan_source: Type.String({ enum: ['default', 'subscription', 'override'] }),
  status: Type.String({ description: "The subscription's status, or none." }),
  restriction: Nullable(Type.String({ description: 'past_due or inactive.' })),
  subscription: Type.Union([SubscriptionSchema, Type.Null()]),
};

const SourceSchema = Type.Object({
  source: Type.String({ enum: ['plan', 'boost', 'pack'] }),
  plan: Nullable(Type.String()),
  amount: Nullable(Type.Number()),
  expires_at: Nullable(Type.String()),
});

export const EntitlementSchema = Type.Object({
  feature: Type.String(),
  name: Type.String(),
  kind: Type.String({ enum: ['boolean', 'metered', 'level', 'value'] }),
  granted: Type.Boolean(),
  value: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  ...Type.Partial(Type.Omit(BalanceSchema, ['feature'])).properties,
  on_unavailable: Type.String({ enum: ['allow', 'deny', 'last_known'] }),
  sources: Type.Array(SourceSchema),
});

export function profileRoutes({ access }: { readonly access: Access }): Route[] {
  return [
    route({
      method: 'GET',
      path: '/v1/users/{user}',
      summary: 'A user with their plan and subscription',
      tag: 'Users',
      scope: 'read',
      params: Input({ user: UserId }),
      response: Type.Object({ ...UserAnswer.properties, ...standing }),
      async handler({ params }) {
        const profile = await access.profile(params.user);
        return { ...userAnswer(profile.user), ...standingOf(profile) };
      },
    }),
    route({
      method: 'GET',
      path: '/v1/users/{user}/entitlements',
      summary: 'All that a user may do now, and where it comes from',
      tag: 'Users',
      scope: 'read',
      params: Input({ user: UserId }),
      response: Type.Object({
        user: Type.String(),
        account: Type.String(),
        ...standing,
        data: Type.Array(EntitlementSchema),
      }),
      async handler({ params }) {
        const profile = await access.profile(params.user);
        const { externalId, accountId } = profile.user;
        return {
          user: externalId,
          account: String(accountId),
          ...standingOf(profile),
          data: profile.features.map(entitlementOf),
        };
      },
    }),
  ];
}

export interface Standing {
  plan: string;
  plan_version: number;
  plan_source: string;
  status: string;
  restriction: string | null;
  subscription: Static<typeof SubscriptionSchema> | null;
}

export function standingOf(profile: AccessProfile): Standing {
  const { plan, subscription } = profile;
  return {
    plan: plan.slug,
    plan_version: plan.version,
    plan_source: profile.planSource,
    status: subscription?.status ?? 'none',
    restriction: profile.restriction,
    subscription: subscriptionAnswer(profile),
  };
}

export function subscriptionAnswer({
  subscription,
}: AccessProfile): Static<typeof SubscriptionSchema> | null {
  return (
    subscription && {
      plan: subscription.plan.slug,
      version: subscription.plan.version,
      name: subscription.plan.name,
      status: subscription.status,
      started_at: formatInstant(subscription.startedMs),
      cancel_at: instant(subscription.cancelAtMs),
      changes_at: instant(subscription.scheduled?.atMs ?? null),
    }
  );
}

export function entitlementOf(profile: FeatureProfile): Static<typeof EntitlementSchema> {
  const { feature, terms, balance } = profile;
  const value = terms?.kind === 'value' ? terms.value : undefined;
  return {
    ...(balance !== null && answerOf(balance)),
    feature: feature.key,
    name: feature.name,
    kind: feature.kind,
    granted: profile.isGranted,
    ...(value !== undefined && { value: typeof value === 'string' ? value : [...value] }),
    on_unavailable: feature.onUnavailable,
    sources: profile.sources.map(sourceAnswer),
  };
}

function sourceAnswer(source: GrantSource): Static<typeof SourceSchema> {
  return {
    source: source.source,
    plan: source.plan,
    amount: quantity(source.amount),
    expires_at: instant(source.expiresMs),
  };
}

function quantity(amount: Quantity | null): number | null {
  return amount === null ? null : quantityToNumber(amount);
}

function instant(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
