import { assert } from '@whisperforge/kernel/assert';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { recordSubscription, type CommandDependencies } from '../../access/index.ts';
import { findContact, type Accounts } from '../../accounts/index.ts';
import type { Actor } from '../../audit/index.ts';
import { planVersion, recordChange } from '../../plans/index.ts';
import { findLiveSubscription, type RecordedSubscription } from '../../subscriptions/index.ts';
import type { Changes } from '../changes/service.ts';
import {
  countMoves,
  findFinished,
  findMigration,
  lockMigration,
  setMigrationState,
  settleMove,
  takeMoves,
  type Migration,
  type Move,
  type MoveOutcome,
} from './store.ts';

export interface MovingDependencies {
  readonly database: Database;
  readonly clock: Clock;
  readonly commands: CommandDependencies;
  readonly accounts: Accounts;
  readonly changes: Changes;
}

const MOVES_AT_ONCE = 5;
const MOST_ATTEMPTS = 10;

/**
 * Moves some of those who wait; answers how many were tried. Each is done by itself, and what was
 * done before a kill is found as done: who holds the version already is not moved again.
 */
export async function moveSome(deps: MovingDependencies, signal: AbortSignal): Promise<number> {
  const taken = await deps.database.transaction((tx) => takeMoves(tx, MOVES_AT_ONCE));
  for (const move of taken) {
    // What was taken and is not begun is left to whoever takes it next.
    if (signal.aborted) return taken.length;
    const migration = await findMigration(deps.database, move.migrationId);
    assert(migration !== undefined, 'a migration is never deleted');
    const outcome = await moveOne(deps, migration, move).catch((error: unknown) =>
      outcomeOf(error, move),
    );
    await settleMove(deps.database, move, outcome, deps.clock.nowMs());
  }
  const finished = await findFinished(deps.database);
  for (const id of finished) await finish(deps, id);
  return taken.length;
}

async function moveOne(
  deps: MovingDependencies,
  migration: Migration,
  { accountId, subscriptionId }: Move,
): Promise<MoveOutcome> {
  const { database } = deps;
  const contact = await findContact(database, accountId);
  assert(contact !== undefined, 'an account has an owner');
  const user = contact.externalId;
  // Before anything is read, so that what changes meanwhile is noticed.
  const version = await deps.accounts.version(user);
  const live = await database.transaction((tx) => findLiveSubscription(tx, accountId));
  if (live === null || live.id !== subscriptionId) return skipped('subscription_ended');
  if (live.planId === migration.toPlanId) return { state: 'moved', code: null, detail: null };
  if (live.planId !== migration.fromPlanId) return skipped('plan_changed');
  if (live.cancelAtMs !== null) return skipped('subscription_ending');
  if (live.scheduled?.planId === migration.toPlanId) return SCHEDULED;
  if (live.scheduled !== null) return skipped('change_scheduled');
  const moving = { migration, user, version, live };
  return live.stripeSubscriptionId === null
    ? moveContract(deps, moving)
    : moveAtStripe(deps, moving);
}

interface Moving {
  readonly migration: Migration;
  readonly user: string;
  readonly version: number;
  readonly live: RecordedSubscription;
}

/** Its price is its own and stays; what it gives is the other version's. */
async function moveContract(
  deps: MovingDependencies,
  { migration, version, live }: Moving,
): Promise<MoveOutcome> {
  const nowMs = deps.clock.nowMs();
  const { reason, toPlanId, timing } = migration;
  const isLater = timing === 'renewal' && live.period.endMs > nowMs;
  const { id: _, accountId, ...state } = live;
  const moved = isLater
    ? { ...state, scheduled: { planId: toPlanId, atMs: live.period.endMs } }
    : { ...state, planId: toPlanId };
  const context = { actor: actorOf(migration), nowMs, reason, version };
  await recordSubscription(deps.commands, { accountId, context }, moved);
  return isLater ? SCHEDULED : MOVED;
}

async function moveAtStripe(
  { changes, commands, clock }: MovingDependencies,
  { migration, user, version, live }: Moving,
): Promise<MoveOutcome> {
  const { slug, version: presentVersion } = planVersion(
    await commands.catalog.latest(),
    live.planId,
  );
  const wish = {
    user,
    plan: slug,
    billingCycle: live.billingCycle,
    seats: null,
    promotionCode: null,
    when: migration.timing === 'now' ? 'now' : 'period_end',
  } as const;
  const { token } = await changes.preview(wish, clock.nowMs());
  const before = { plan: slug, version: presentVersion };
  const look = { version, reason: migration.reason, before };
  const call = { user, actor: actorOf(migration), look, token };
  const changed = await changes.change(call, clock.nowMs());
  if (changed.kind === 'payment_pending') {
    return { state: 'refused', code: 'payment_pending', detail: 'It waits for its payment.' };
  }
  return changed.kind === 'scheduled' ? SCHEDULED : MOVED;
}

const MOVED: MoveOutcome = { state: 'moved', code: null, detail: null };
const SCHEDULED: MoveOutcome = { state: 'scheduled', code: null, detail: null };

const SKIPPED = {
  subscription_ended: 'The subscription has ended.',
  plan_changed: 'It is of another plan by now.',
  subscription_ending: 'It is canceled and ends; moving it would take that back.',
  change_scheduled: 'Another change is scheduled, which moving it would take back.',
} as const;

function skipped(code: keyof typeof SKIPPED): MoveOutcome {
  return { state: 'skipped', code, detail: SKIPPED[code] };
}

/** What may go better in a while is tried again; what was answered stays. */
function outcomeOf(error: unknown, { attempts }: Move): MoveOutcome {
  if (!(error instanceof AppError)) {
    if (attempts < MOST_ATTEMPTS) throw error;
    return { state: 'refused', code: 'failed', detail: 'It failed again and again; see the log.' };
  }
  const { code, kind, details } = error;
  if (code === 'nothing_to_change') return { state: 'skipped', code, detail: details.message };
  const mayPass = kind === 'unavailable' || code === 'stale_version' || code === 'preview_stale';
  const state = mayPass && attempts < MOST_ATTEMPTS ? 'waiting' : 'refused';
  return { state, code, detail: details.message };
}

async function finish({ database, clock }: MovingDependencies, id: number): Promise<void> {
  await database.transaction(async (tx) => {
    const migration = await lockMigration(tx, id);
    if (migration?.state !== 'running') return;
    const counts = await countMoves(tx, id);
    if (counts.waiting > 0) return;
    const nowMs = clock.nowMs();
    await setMigrationState(tx, id, { state: 'done', finishedMs: nowMs });
    const context = { actor: actorOf(migration), nowMs, reason: migration.reason };
    const subject = { kind: 'plan_migration', id: String(id) };
    await recordChange(tx, context, 'plan_migration.done', subject, { after: counts });
  });
}

/** Who began it: what it does is done in their name. */
function actorOf({ createdBy }: Migration): Actor {
  return { kind: 'staff', id: String(createdBy) };
}
