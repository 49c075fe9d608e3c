import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { refuseStale } from '../../accounts/index.ts';
import {
  currentPlan,
  recordChange,
  type Catalog,
  type CatalogCache,
  type PlanVersion,
  type StaffCommand,
} from '../../plans/index.ts';
import { findSubscribers } from '../../subscriptions/index.ts';
import {
  MIGRATION_DONE,
  MIGRATION_IMPOSSIBLE,
  MIGRATION_OPEN,
  MIGRATION_UNKNOWN,
} from '../errors.ts';
import {
  findMigration,
  insertMigration,
  insertMoves,
  lockMigration,
  setMigrationState,
  type Migration,
  type Timing,
} from './store.ts';

export interface MigrationWish {
  readonly plan: string;
  readonly fromVersion: number;
  readonly toVersion: number;
  readonly timing: Timing;
}

export interface Begun {
  readonly migration: Migration;
  readonly subscribers: number;
}

const SUBSCRIBERS_AT_ONCE = 1_000;

/** What staff command of migrations; the worker carries them out. */
export function createMigrations(deps: {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
}) {
  const { database } = deps;
  const turn = (state: 'running' | 'stopped') => (target: Target, context: StaffCommand) =>
    database.transaction((tx) => turnMigration(tx, { ...target, state }, context));
  return {
    begin: async (wish: MigrationWish, isDry: boolean, context: StaffCommand) => {
      const move = requirePossible(await deps.catalog.recheck(), wish);
      const begun = await performOrTry(database, { isDry }, (tx) =>
        beginMigration(tx, { ...move, timing: wish.timing }, context),
      );
      return { ...begun, ...move };
    },
    get: async (id: number) => required(await findMigration(database, id), id),
    stop: turn('stopped'),
    resume: turn('running'),
  };
}

export type Migrations = ReturnType<typeof createMigrations>;

interface Target {
  readonly id: number;
  readonly version: number;
}

/** Subscribers can be moved to what is sold: quotes and Stripe sell nothing else. */
function requirePossible(
  catalog: Catalog,
  { plan, fromVersion, toVersion }: MigrationWish,
): { readonly from: PlanVersion; readonly to: PlanVersion } {
  const versions = [...catalog.plans.values()].filter(({ slug }) => slug === plan);
  const from = versions.find(({ version }) => version === fromVersion);
  const to = currentPlan(catalog, plan);
  const refuse = (field: string, message: string): AppError =>
    new AppError(MIGRATION_IMPOSSIBLE, {
      message: `Subscribers of ${plan} cannot be moved so: ${field.slice(1)} ${message}.`,
      fields: [{ field, message }],
    });
  if (to === undefined) throw refuse('/plan', 'is not on sale');
  if (from === undefined) throw refuse('/from_version', 'was never published');
  if (to.version !== toVersion) {
    throw refuse('/to_version', `must be the version on sale, which is ${to.version}`);
  }
  if (from.id === to.id) throw refuse('/from_version', 'is the same version');
  return { from, to };
}

/** Writes down everybody who is to be moved; who subscribes later buys what is on sale. */
async function beginMigration(
  tx: Tx,
  wish: { readonly from: PlanVersion; readonly to: PlanVersion; readonly timing: Timing },
  context: StaffCommand,
): Promise<Begun> {
  const { from, to, timing } = wish;
  const migration = await insertMigration(tx, {
    fromPlanId: from.id,
    toPlanId: to.id,
    timing,
    reason: context.reason,
    createdBy: context.staffId,
    createdMs: context.nowMs,
  });
  if (migration === undefined) {
    const message = `Subscribers of version ${from.version} of ${from.slug} are being moved.`;
    throw new AppError(MIGRATION_OPEN, { message });
  }
  const subscribers = await writeMoves(tx, migration);
  const after = { plan: to.slug, from: from.version, to: to.version, timing, subscribers };
  await recordChange(tx, context, 'plan_migration.begun', subjectOf(migration), { after });
  return { migration, subscribers };
}

async function writeMoves(tx: Tx, { id, fromPlanId }: Migration): Promise<number> {
  let count = 0;
  let afterId = 0;
  for (;;) {
    const page = { planId: fromPlanId, afterId, limit: SUBSCRIBERS_AT_ONCE };
    const subscribers = await findSubscribers(tx, page);
    await insertMoves(tx, id, subscribers);
    count += subscribers.length;
    const last = subscribers.at(-1);
    if (last === undefined || subscribers.length < SUBSCRIBERS_AT_ONCE) return count;
    afterId = last.subscriptionId;
  }
}

/** Those who are being moved at this moment still are. */
async function turnMigration(
  tx: Tx,
  { id, version, state }: Target & { readonly state: 'running' | 'stopped' },
  context: StaffCommand,
): Promise<Migration> {
  const migration = required(await lockMigration(tx, id), id);
  refuseStale(version, migration.revision);
  if (migration.state === 'done') {
    throw new AppError(MIGRATION_DONE, { message: `Migration ${id} is done.` });
  }
  if (migration.state === state) return migration;
  const turned = await setMigrationState(tx, id, { state, finishedMs: null });
  const action = state === 'stopped' ? 'plan_migration.stopped' : 'plan_migration.resumed';
  const change = { before: { state: migration.state }, after: { state } };
  await recordChange(tx, context, action, subjectOf(migration), change);
  return turned;
}

function required(migration: Migration | undefined, id: number): Migration {
  if (migration !== undefined) return migration;
  throw new AppError(MIGRATION_UNKNOWN, { message: `There is no migration ${id}.` });
}

function subjectOf({ id }: Migration): { readonly kind: string; readonly id: string } {
  return { kind: 'plan_migration', id: String(id) };
}
