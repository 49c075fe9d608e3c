import Type, { type Static } from 'typebox';
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { Nullable } from '../../../platform/schemas.ts';
import { planVersion, type Catalog } from '../../plans/index.ts';
import type { RecurringEffect } from './decide-effect.ts';
import type { Migration, Move, MoveState } from './store.ts';

export const MOVE_STATES = ['waiting', 'moved', 'scheduled', 'skipped', 'refused'] as const;

export const EffectSchema = Type.Object({
  currency: Type.String(),
  subscribers: Type.Integer(),
  before_minor: Type.Integer({ description: 'What they bring in a month.' }),
  after_minor: Type.Integer({ description: 'What they would bring.' }),
  difference_minor: Type.Integer(),
  difference: Type.String(),
});

export const MigrationSchema = Type.Object({
  id: Type.String(),
  plan: Type.String(),
  from_version: Type.Integer(),
  to_version: Type.Integer(),
  when: Type.String({ enum: ['now', 'renewal'] }),
  state: Type.String({ enum: ['running', 'stopped', 'done'] }),
  reason: Type.String(),
  version: Type.Integer({ description: 'To be sent back with a stop or a resume.' }),
  created_by: Type.String(),
  created_at: Type.String(),
  finished_at: Nullable(Type.String()),
});

export const ProgressSchema = Type.Object({
  total: Type.Integer(),
  waiting: Type.Integer(),
  moved: Type.Integer(),
  scheduled: Type.Integer({ description: 'It holds from the next renewal on.' }),
  skipped: Type.Integer({ description: 'Left as they are, for a reason.' }),
  refused: Type.Integer(),
});

export const MoveSchema = Type.Object({
  account: Type.String(),
  user: Nullable(Type.String({ description: "The app's own id of who pays for the account." })),
  state: Type.String({ enum: [...MOVE_STATES] }),
  code: Nullable(Type.String()),
  detail: Nullable(Type.String()),
  attempts: Type.Integer(),
  settled_at: Nullable(Type.String()),
});

export function effectAnswer(effect: RecurringEffect): Static<typeof EffectSchema> {
  const { currency, beforeMinor, afterMinor } = effect;
  const differenceMinor = afterMinor - beforeMinor;
  return {
    currency,
    subscribers: effect.subscribers,
    before_minor: beforeMinor,
    after_minor: afterMinor,
    difference_minor: differenceMinor,
    difference: formatMoney(money(differenceMinor, currency)),
  };
}

export function migrationAnswer(
  migration: Migration,
  catalog: Catalog,
): Static<typeof MigrationSchema> {
  const from = planVersion(catalog, migration.fromPlanId);
  const to = planVersion(catalog, migration.toPlanId);
  return {
    id: String(migration.id),
    plan: to.slug,
    from_version: from.version,
    to_version: to.version,
    when: migration.timing,
    state: migration.state,
    reason: migration.reason,
    version: migration.revision,
    created_by: String(migration.createdBy),
    created_at: formatInstant(migration.createdMs),
    finished_at: migration.finishedMs === null ? null : formatInstant(migration.finishedMs),
  };
}

export function progressAnswer(
  counts: Readonly<Record<MoveState, number>>,
): Static<typeof ProgressSchema> {
  const total = MOVE_STATES.reduce((sum, state) => sum + counts[state], 0);
  return { total, ...counts };
}

export function moveAnswer(move: Move, user: string | null): Static<typeof MoveSchema> {
  const { state, code, detail, attempts, settledMs } = move;
  const settledAt = settledMs === null ? null : formatInstant(settledMs);
  const account = String(move.accountId);
  return { account, user, state, code, detail, attempts, settled_at: settledAt };
}
