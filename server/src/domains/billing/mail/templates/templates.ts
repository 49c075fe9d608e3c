// pure
import type { MailData, MailKind } from '../mail-data.ts';
import type { MailDocument } from '../document.ts';
import type { Situation } from '../situation.ts';
import { graceEnding } from './payments/grace-ending.ts';
import { overageCharged } from './payments/overage-charged.ts';
import { packBought } from './payments/pack-bought.ts';
import { paymentActionRequired } from './payments/payment-action-required.ts';
import { paymentFailed } from './payments/payment-failed.ts';
import { receipt } from './payments/receipt.ts';
import { recovered } from './payments/recovered.ts';
import { restricted } from './payments/restricted.ts';
import { staffAttention } from './staff/staff-attention.ts';
import { staffDunning } from './staff/staff-dunning.ts';
import { canceled } from './subscription/canceled.ts';
import { cancellationScheduled } from './subscription/cancellation-scheduled.ts';
import { downgradeScheduled } from './subscription/downgrade-scheduled.ts';
import { planChanged } from './subscription/plan-changed.ts';
import { resumed } from './subscription/resumed.ts';
import { subscriptionStarted } from './subscription/subscription-started.ts';
import { trialEnding } from './subscription/trial-ending.ts';
import type { Template } from './template.ts';

const TEMPLATES: { readonly [K in MailKind]: Template<K> } = {
  payment_failed: paymentFailed,
  payment_action_required: paymentActionRequired,
  grace_ending: graceEnding,
  restricted,
  recovered,
  receipt,
  pack_bought: packBought,
  overage_charged: overageCharged,
  trial_ending: trialEnding,
  subscription_started: subscriptionStarted,
  plan_changed: planChanged,
  downgrade_scheduled: downgradeScheduled,
  cancellation_scheduled: cancellationScheduled,
  canceled,
  resumed,
  staff_dunning: staffDunning,
  staff_attention: staffAttention,
};

export type Written =
  | { readonly kind: 'written'; readonly document: MailDocument }
  | { readonly kind: 'stale'; readonly reason: string };

/** Writes a mail as things stand now, or says why there is nothing to tell any more. */
export function writeMail<K extends MailKind>(
  kind: K,
  data: MailData[K],
  situation: Situation,
): Written {
  const template: Template<K> = TEMPLATES[kind];
  const reason = template.staleBecause(data, situation);
  if (reason !== null) return { kind: 'stale', reason };
  return { kind: 'written', document: template.write(data, situation) };
}

export function isMailKind(kind: string): kind is MailKind {
  return Object.hasOwn(TEMPLATES, kind);
}
