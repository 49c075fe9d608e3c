import { createHash } from 'node:crypto';
import { formatInstant } from '@whisperforge/kernel/clock';
import { randomText } from '@whisperforge/kernel/ids';
import type { Tx } from '../../../platform/database.ts';
import {
  bumpAccessVersion,
  findRevision,
  lockAccount,
  refuseStale,
  type Account,
} from '../../accounts/index.ts';
import { appendAudit, type Actor } from '../../audit/index.ts';
import type { LoadPurchases } from '../../pricing/index.ts';
import type { Refresh } from '../checkout/refresh.ts';
import type {
  Adjustment,
  Command,
  CommandOutcome,
  CommandRequest,
  UsedCode,
  When,
} from './command.ts';
import { holdCode } from './codes/hold-code.ts';
import { requireLive } from './find-subscription.ts';
import {
  previewChange,
  type ChangePreview,
  type PreviewDependencies,
  type PreviewRequest,
} from './preview.ts';
import { outcomeOrThrow, previewStale, runCommand } from './run.ts';
import { findCommandByToken, findUnderWay, insertCommand, takeStalled } from './store.ts';
import { carryOn } from '../stalled/carry-on.ts';
import { readToken } from './token.ts';

export type Changed = Exclude<CommandOutcome, { kind: 'refused' }>;

export interface CommandCall {
  readonly user: string;
  readonly actor: Actor;
  /** Where staff do it. */
  readonly look?: Look;
}

/** What staff have looked at and say why; nothing is begun where it is another by then. */
export interface Look {
  readonly version: number;
  readonly reason: string;
  /** How things stood, for the record. */
  readonly before: unknown;
}

export interface Changes {
  /** What a change would cost; it changes nothing. */
  preview(request: PreviewRequest, nowMs: number): Promise<ChangePreview>;
  /** Carries out what was previewed, once for a token, or throws `preview_stale`. */
  change(call: CommandCall & { readonly token: string }, nowMs: number): Promise<Changed>;
  cancel(
    call: CommandCall & { readonly when: When; readonly reason: string | null },
    nowMs: number,
  ): Promise<Changed>;
  /** Undoes a cancellation or a change that is scheduled. */
  resume(call: CommandCall, nowMs: number): Promise<Changed>;
  /** Does what only staff do; once for a key, where it has one. */
  adjust(
    call: CommandCall & {
      readonly request: Adjustment;
      readonly onceKey?: string;
      /** Where nobody of the staff says it. */
      readonly reason?: string;
    },
    nowMs: number,
  ): Promise<Changed>;
  /** What came of what was begun under a key, carried on from where it was left. */
  repeat(onceKey: string, nowMs: number): Promise<Changed | undefined>;
  /** Carries on what was begun and left; answers how many. */
  finishStalled(nowMs: number): Promise<number>;
}

export interface ChangesDependencies extends PreviewDependencies {
  readonly loadPurchases: LoadPurchases;
  readonly refresh: Refresh;
}

const ID_CHARACTERS = 26;
const MOST_ATTEMPTS = 5;
const MOST_STALLED = 20;

export function createChanges(deps: ChangesDependencies): Changes {
  const { database, accounts, secrets } = deps;
  const run = async (wanted: Wanted): Promise<Changed> => {
    const command = await begin(deps, wanted);
    return outcomeOrThrow(await runCommand(deps, command, wanted.nowMs));
  };
  const live = async ({ user }: CommandCall) => {
    const { accountId, country } = await accounts.getUser(user);
    return { accountId, country, ...(await requireLive(database, accountId)) };
  };
  const decided = async (
    call: CommandCall,
    of: Pick<Wanted, 'request' | 'reason' | 'nowMs'> & Partial<Pick<Wanted, 'tokenDigest'>>,
  ): Promise<Changed> => {
    const { actor, look = null } = call;
    const reason = of.reason ?? look?.reason ?? null;
    return run({ ...(await live(call)), ...UNSIGNED, ...of, actor, look, reason });
  };
  return {
    preview: (request, nowMs) => previewChange(deps, request, nowMs),
    async change({ user, actor, token, look = null }, nowMs) {
      const { accountId, country } = await accounts.getUser(user);
      const change = await readToken(secrets, token, accountId);
      const tokenDigest = digestOf(token);
      const { customerId, subscriptionId, code } = change;
      const of = { accountId, country, customerId, subscriptionId, code };
      const isExpired = change.expiresMs <= nowMs;
      const request = { kind: 'change', change } as const;
      const reason = look?.reason ?? null;
      return run({ ...of, actor, look, request, tokenDigest, isExpired, reason, nowMs });
    },
    cancel: ({ when, reason, ...call }, nowMs) =>
      decided(call, { request: { kind: 'cancel', when }, reason, nowMs }),
    resume: (call, nowMs) => decided(call, { request: { kind: 'resume' }, reason: null, nowMs }),
    adjust: ({ request, onceKey, reason = null, ...call }, nowMs) => {
      const tokenDigest = onceKey === undefined ? null : digestOf(onceKey);
      return decided(call, { request, reason, nowMs, tokenDigest });
    },
    async repeat(onceKey, nowMs) {
      const known = await findCommandByToken(database, digestOf(onceKey));
      return known && outcomeOrThrow(await runCommand(deps, known, nowMs));
    },
    async finishStalled(nowMs) {
      const stalled = await database.transaction((tx) => takeStalled(tx, MOST_STALLED));
      return carryOn(stalled, (command) => runCommand(deps, command, nowMs));
    },
  };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

interface Wanted {
  readonly accountId: number;
  readonly country: string | null;
  readonly customerId: string;
  readonly subscriptionId: string;
  readonly request: CommandRequest;
  readonly tokenDigest: Buffer | null;
  /** Then it is only answered again. */
  readonly isExpired: boolean;
  readonly code: UsedCode | null;
  readonly reason: string | null;
  readonly actor: Actor;
  readonly look: Look | null;
  readonly nowMs: number;
}

const UNSIGNED = { tokenDigest: null, isExpired: false, code: null } as const;

/** Writes a command down, after those before it have been carried out. */
async function begin(deps: ChangesDependencies, wanted: Wanted): Promise<Command> {
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const found = await deps.database.transaction((tx) => beginOnce(tx, deps, wanted));
    if (found.kind === 'own') return found.command;
    await runCommand(deps, found.command, wanted.nowMs);
  }
  throw previewStale();
}

async function beginOnce(
  tx: Tx,
  deps: ChangesDependencies,
  wanted: Wanted,
): Promise<{ readonly kind: 'own' | 'other'; readonly command: Command }> {
  const { accountId, tokenDigest, request, nowMs, reason } = wanted;
  const account = await lockAccount(tx, accountId);
  const known = tokenDigest === null ? undefined : await findCommandByToken(tx, tokenDigest);
  if (known !== undefined) return { kind: 'own', command: known };
  if (wanted.isExpired) throw previewStale();
  const other = await findUnderWay(tx, accountId);
  if (other !== undefined) return { kind: 'other', command: other };
  if (wanted.look !== null && account !== undefined) await claimLook(tx, account, wanted.look);
  const id = randomText(ID_CHARACTERS);
  const { customerId, subscriptionId } = wanted;
  const subscription = { accountId, customerId, subscriptionId };
  const command = await insertCommand(tx, {
    id,
    ...subscription,
    request,
    tokenDigest,
    reason,
    nowMs,
  });
  if (wanted.code !== null) await holdCode(tx, deps, { ...wanted, command, code: wanted.code });
  const action = `billing.${request.kind}_requested`;
  const after = { command: id, ...wishOf(request) };
  const subject = { kind: 'subscription', id: subscriptionId };
  const entry = { recordedMs: nowMs, actor: wanted.actor, action, subject, accountId, after };
  await appendAudit(tx, [{ ...entry, reason, before: wanted.look?.before }]);
  return { kind: 'own', command };
}

/** Of two who have looked at the same, the second sees that the first was faster. */
async function claimLook(tx: Tx, account: Account, { version }: Look): Promise<void> {
  refuseStale(version, account.accessVersion + (await findRevision(tx, account.ownerUserId)));
  await bumpAccessVersion(tx, account.id);
}

/** What was asked for, for the record. */
function wishOf(request: CommandRequest): Readonly<Record<string, unknown>> {
  switch (request.kind) {
    case 'change': {
      const { when, currency, amountDueMinor, effectiveMs } = request.change;
      return { when, currency, amount_due_minor: amountDueMinor, at: formatInstant(effectiveMs) };
    }
    case 'cancel':
      return { when: request.when };
    case 'discount':
      return { coupon: request.coupon.id, discount: request.coupon.name };
    case 'discount_end':
      return { coupon: request.couponId };
    case 'trial':
      return { until: formatInstant(request.untilMs) };
    case 'pause': {
      const { resumesMs = null } = request;
      return resumesMs === null ? {} : { resumes_at: formatInstant(resumesMs) };
    }
    default:
      return {};
  }
}
