import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { Nullable } from '../../../platform/schemas.ts';
import { EntitlementSchema, entitlementOf, standing, standingOf } from '../../access/index.ts';
import { UserAnswer, userAnswer } from '../../accounts/index.ts';
import type { Note } from '../notes/store-notes.ts';
import type { UserProfile } from './profile.ts';
import type { ProfileBilling, ProfileOverride } from './store-profile.ts';

const StaffSchema = Nullable(Type.Object({ id: Type.String(), name: Nullable(Type.String()) }));

const OverrideSchema = Type.Object({
  id: Type.String({ description: 'Of an override; a grant has its own numbers.' }),
  kind: Type.String({ enum: ['plan_change', 'quota_boost', 'discount', 'boost', 'pack'] }),
  in_force: Type.Boolean(),
  restricts: Type.Boolean({ description: 'A plan change to the plan of those who bought none.' }),
  plan: Nullable(Type.String()),
  feature: Nullable(Type.String()),
  amount: Nullable(Type.Number()),
  reason: Nullable(Type.String()),
  source: Nullable(Type.String()),
  staff: StaffSchema,
  starts_at: Type.String(),
  expires_at: Nullable(Type.String()),
  ended_at: Nullable(Type.String()),
});

export const NoteSchema = Type.Object({
  id: Type.String(),
  text: Type.String(),
  staff: StaffSchema,
  created_at: Type.String(),
});

const BillingSchema = Type.Object({
  stripe_customer_id: Nullable(Type.String()),
  currency: Type.String(),
  read_at: Nullable(Type.String({ description: 'When Stripe was last asked.' })),
  last_error: Nullable(Type.String()),
  open_invoices: Type.Integer(),
  open_amount_minor: Type.Integer(),
  last_paid_at: Nullable(Type.String()),
  quota_anchor: Type.String(),
  subscription: Nullable(
    Type.Object({
      source: Type.String(),
      billing_cycle: Type.String(),
      seats: Type.Integer(),
      stripe_subscription_id: Nullable(Type.String()),
      period_start: Type.String(),
      period_end: Type.String(),
      trial_end: Nullable(Type.String()),
      past_due_since: Nullable(Type.String()),
    }),
  ),
});

export const ProfileSchema = Type.Object({
  ...UserAnswer.properties,
  version: Type.Integer({ description: 'To be sent back with every change.' }),
  ...standing,
  restricted_by_staff: Nullable(Type.String({ description: 'The override that restricts.' })),
  entitlements: Type.Array(EntitlementSchema),
  overrides: Type.Array(OverrideSchema),
  billing: BillingSchema,
  notes: Type.Array(NoteSchema),
});

export function profileAnswer(profile: UserProfile, nowMs: number): Static<typeof ProfileSchema> {
  const { access, billing, overrides, notes, version } = profile;
  const shown = overrides.map((override) => overrideAnswer(override, nowMs));
  const restriction = shown.find((each) => each.restricts && each.in_force);
  return {
    ...userAnswer(access.user),
    version,
    ...standingOf(access),
    restricted_by_staff: restriction?.id ?? null,
    entitlements: access.features.map(entitlementOf),
    overrides: shown,
    billing: billingAnswer(billing),
    notes: notes.map(noteAnswer),
  };
}

export function noteAnswer(note: Note): Static<typeof NoteSchema> {
  return {
    id: String(note.id),
    text: note.text,
    staff: { id: String(note.staffId), name: note.staffName },
    created_at: formatInstant(note.createdMs),
  };
}

function overrideAnswer(override: ProfileOverride, nowMs: number): Static<typeof OverrideSchema> {
  const { staffId, startsMs } = override;
  const endMs = Math.min(override.expiresMs ?? Infinity, override.endedMs ?? Infinity);
  return {
    id: String(override.id),
    kind: override.kind,
    // One that begins where a clock ahead has counted to is as good as begun.
    in_force: nowMs < endMs,
    restricts: override.kind === 'plan_change' && override.isDefaultPlan,
    plan: override.plan,
    feature: override.feature,
    amount: override.amount === null ? null : Number(override.amount),
    reason: override.reason,
    source: override.source,
    staff: staffId === null ? null : { id: String(staffId), name: override.staffName },
    starts_at: formatInstant(startsMs),
    expires_at: instant(override.expiresMs),
    ended_at: instant(override.endedMs),
  };
}

function billingAnswer(billing: ProfileBilling): Static<typeof BillingSchema> {
  const { subscription } = billing;
  return {
    stripe_customer_id: billing.stripeCustomerId,
    currency: billing.currency,
    read_at: instant(billing.retrievedMs),
    last_error: billing.lastError,
    open_invoices: billing.openInvoices,
    open_amount_minor: billing.openMinor,
    last_paid_at: instant(billing.lastPaidMs),
    quota_anchor: formatInstant(billing.anchorMs),
    subscription: subscription && {
      source: subscription.source,
      billing_cycle: subscription.billingCycle,
      seats: subscription.seats,
      stripe_subscription_id: subscription.stripeSubscriptionId,
      period_start: formatInstant(subscription.periodStartMs),
      period_end: formatInstant(subscription.periodEndMs),
      trial_end: instant(subscription.trialEndMs),
      past_due_since: instant(subscription.pastDueSinceMs),
    },
  };
}

function instant(ms: number | null): string | null {
  return ms === null ? null : formatInstant(ms);
}
