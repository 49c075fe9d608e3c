import { isUniqueViolation, type Database, type Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { refuseStale } from '../../accounts/index.ts';
import { appendAudit, type Actor } from '../../audit/index.ts';
import { VIEW_NAME_TAKEN, VIEW_OF_ANOTHER, VIEW_UNKNOWN } from '../errors.ts';
import {
  deleteView,
  insertView,
  lockView,
  updateView,
  type View,
  type ViewTerms,
} from './store-views.ts';

export interface ViewContext {
  readonly actor: Actor;
  readonly staffId: number;
  readonly nowMs: number;
}

export async function saveView(
  database: Database,
  terms: ViewTerms,
  context: ViewContext,
): Promise<{ readonly id: number; readonly version: number }> {
  const { staffId, nowMs } = context;
  const id = await database
    .transaction(async (tx) => {
      const made = await insertView(tx, { ...terms, staffId, nowMs });
      await record(tx, 'directory.view_saved', made, context);
      return made;
    })
    .catch(refuseTaken);
  return { id, version: 1 };
}

/** Whoever has looked at another version than the present one changes nothing. */
export async function changeView(
  database: Database,
  { id, version }: { readonly id: number; readonly version: number },
  terms: Omit<ViewTerms, 'list'>,
  context: ViewContext,
): Promise<{ readonly id: number; readonly version: number }> {
  const revision = version + 1;
  await database
    .transaction(async (tx) => {
      refuseStale(version, (await lockOwn(tx, id, context)).revision);
      await updateView(tx, id, { ...terms, revision, nowMs: context.nowMs });
      await record(tx, 'directory.view_changed', id, context);
    })
    .catch(refuseTaken);
  return { id, version: revision };
}

export async function forgetView(
  database: Database,
  id: number,
  context: ViewContext,
): Promise<void> {
  await database.transaction(async (tx) => {
    await lockOwn(tx, id, context);
    await deleteView(tx, id);
    await record(tx, 'directory.view_deleted', id, context);
  });
}

async function lockOwn(tx: Tx, id: number, { staffId }: ViewContext): Promise<View> {
  const view = await lockView(tx, { id, staffId });
  if (view === undefined) throw new AppError(VIEW_UNKNOWN, { message: `There is no view ${id}.` });
  if (view.staffId === staffId) return view;
  throw new AppError(VIEW_OF_ANOTHER, {
    message: 'A shared view is changed by who has saved it; save one of your own.',
  });
}

async function record(tx: Tx, action: string, id: number, context: ViewContext): Promise<void> {
  const { actor, nowMs } = context;
  await appendAudit(tx, [{ recordedMs: nowMs, actor, action, subject: { kind: 'view', id } }]);
}

function refuseTaken(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw new AppError(VIEW_NAME_TAKEN, { message: 'You have a view of that name already.' });
}
