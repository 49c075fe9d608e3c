import { assert } from '@whisperforge/kernel/assert';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { appendAudit } from '../../audit/index.ts';
import { publish } from '../../outbox/index.ts';
import { freeRedemption, redeem } from '../../pricing/index.ts';
import { replaceScheduledCodes } from './codes/scheduled-codes.ts';
import type { Refresh } from '../checkout/refresh.ts';
import {
  ADJUSTMENT_REFUSALS,
  NOTHING_TO_RESUME,
  PAYMENT_DECLINED,
  PREVIEW_STALE,
  PROVIDER_REFUSED,
  SUBSCRIPTION_MISSING,
} from '../errors.ts';
import type { PaymentGateway } from '../gateway/gateway.ts';
import {
  codeOf,
  redemptionOfCommand,
  type Command,
  type CommandOutcome,
  type PreviewedChange,
  type Step,
} from './command.ts';
import { decideSteps } from './decide-steps.ts';
import { retrieveLive } from './find-subscription.ts';
import { undoSteps } from './refused/undo.ts';
import { takeStep } from './steps.ts';
import { findCommand, markSending, settleCommand } from './store.ts';

export interface RunDependencies {
  readonly database: Database;
  readonly gateway: PaymentGateway;
  readonly refresh: Refresh;
}

const ACTOR = { kind: 'system', id: 'stripe' } as const;
/** Begun to sending, sending to settled; more where others are at the same command. */
const MOST_ROUNDS = 5;

/**
 * Carries a command out, from wherever it was left: whoever repeats the request and whoever finds
 * it stalled do the same. Answers what came of it, or throws why Stripe would not have it.
 */
export async function runCommand(
  deps: RunDependencies,
  begun: Command,
  nowMs: number,
): Promise<CommandOutcome> {
  let command = begun;
  for (let round = 1; round <= MOST_ROUNDS && command.outcome === null; round += 1) {
    await advance(deps, command, nowMs);
    const now = await findCommand(deps.database, command.id);
    assert(now !== undefined, 'a command is never deleted');
    command = now;
  }
  assert(command.outcome !== null, 'a command that was carried out has an outcome');
  // Also where it was carried out before: whoever did it may not have come to look.
  await deps.refresh(command.customerId);
  return command.outcome;
}

/** What was refused is thrown as it was at first. */
export function outcomeOrThrow(
  outcome: CommandOutcome,
): Exclude<CommandOutcome, { kind: 'refused' }> {
  if (outcome.kind !== 'refused') return outcome;
  const { code, errorKind: kind, message, members } = outcome;
  throw new AppError({ code, kind }, { message, members });
}

async function advance(deps: RunDependencies, command: Command, nowMs: number): Promise<void> {
  const { id } = command;
  if (command.state === 'begun') {
    const decided = await findSteps(deps.gateway, command).catch(refusalOf);
    if (Array.isArray(decided)) await markSending(deps.database, id, decided);
    else await settle(deps, command, { from: 'begun', outcome: decided, nowMs });
    return;
  }
  const outcome = await send(deps, command);
  await settle(deps, command, { from: 'sending', outcome, nowMs });
}

async function send(deps: RunDependencies, command: Command): Promise<CommandOutcome> {
  const { id, subscriptionId, steps } = command;
  let outcome: CommandOutcome = { kind: 'done' };
  for (const [index, step] of (steps ?? []).entries()) {
    const idempotencyKey = `command:${id}:${index}`;
    const taking = takeStep(deps.gateway, { step, subscriptionId, idempotencyKey });
    outcome = await taking.catch(refusalOf);
    if (outcome.kind !== 'refused') continue;
    await undoSteps(deps, command, (steps ?? []).slice(0, index)).catch(refusalOf);
    return outcome;
  }
  return outcome;
}

/** What a command comes to, by the subscription as it stands before Stripe is asked to act. */
async function findSteps(gateway: PaymentGateway, command: Command): Promise<Step[]> {
  const { request } = command;
  const { remote, digest } = await retrieveLive(gateway, command);
  if (request.kind !== 'change') return decideSteps(remote, request);
  if (digest !== request.change.digest) throw previewStale();
  const { coupon = null } = request.change;
  if (coupon !== null) await gateway.ensureCoupon(coupon);
  await requireSameAmount(gateway, request.change);
  return [...request.change.steps];
}

/** Items that wait for the next invoice would be charged along, and were not shown. */
async function requireSameAmount(gateway: PaymentGateway, change: PreviewedChange): Promise<void> {
  for (const step of change.steps) {
    if (step.kind !== 'change_now') continue;
    const { customerId, subscriptionId } = change;
    const { items, couponId, prorationMs, endsTrial = false } = step;
    const terms = { items, couponId, prorationMs, endsTrial };
    const preview = { customerId, subscriptionId, ...terms };
    const { amountDueMinor } = await gateway.previewChange(preview);
    if (amountDueMinor !== change.amountDueMinor) throw previewStale();
  }
}

export function previewStale(): AppError {
  const message = 'Something has changed since the preview; make another one.';
  return new AppError(PREVIEW_STALE, { message });
}

const REFUSALS = new Set([
  PREVIEW_STALE.code,
  NOTHING_TO_RESUME.code,
  SUBSCRIPTION_MISSING.code,
  PROVIDER_REFUSED.code,
  PAYMENT_DECLINED.code,
  ...ADJUSTMENT_REFUSALS.map(({ code }) => code),
]);

/** Everything else may be otherwise at the next attempt, which is why the command stays open. */
function refusalOf(error: unknown): CommandOutcome {
  if (!(error instanceof AppError) || !REFUSALS.has(error.code)) throw error;
  const { code, message, details } = error;
  const errorKind = error.kind === 'invalid' ? 'invalid' : 'conflict';
  return { kind: 'refused', code, errorKind, message, members: details.members ?? {} };
}

interface Settling {
  readonly from: 'begun' | 'sending';
  readonly outcome: CommandOutcome;
  readonly nowMs: number;
}

async function settle(
  { database }: RunDependencies,
  command: Command,
  { from, outcome, nowMs }: Settling,
): Promise<void> {
  const { id, accountId, request, subscriptionId } = command;
  await database.transaction(async (tx) => {
    const isRefused = outcome.kind === 'refused';
    const holdsCode = outcome.kind === 'scheduled' && codeOf(request) !== null;
    if (!(await settleCommand(tx, { id, from, outcome, holdsCode, nowMs }))) return;
    const reason = `a change of the subscription that was ${isRefused ? 'refused' : 'made'}`;
    const context = { actor: ACTOR, nowMs, reason };
    if (isRefused) await freeRedemption(tx, redemptionOfCommand(id), context);
    else {
      if (!holdsCode) await redeem(tx, redemptionOfCommand(id), context);
      await replaceScheduledCodes(tx, { accountId, by: id }, context);
    }
    const subject = { kind: 'subscription', id: subscriptionId };
    const action = `billing.${request.kind}_${outcome.kind}`;
    const after = isRefused ? { command: id, code: outcome.code } : { command: id };
    await appendAudit(tx, [
      {
        recordedMs: nowMs,
        actor: ACTOR,
        action,
        subject,
        accountId,
        reason: command.reason,
        after,
      },
    ]);
    const payload = { command: id, kind: request.kind, outcome: outcome.kind };
    await publish(tx, [
      { topic: 'billing.command_settled', accountId, payload, recordedMs: nowMs },
    ]);
  });
}
