import type { Database, Executor, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { performOrTry } from '../../../platform/perform-or-try.ts';
import { refuseStale } from '../../accounts/index.ts';
import {
  currentPlan,
  loadCatalog,
  lockCatalog,
  recordChange,
  type Catalog,
  type CatalogCache,
  type PlanVersion,
  type StaffCommand,
} from '../../plans/index.ts';
import { writePlan } from '../catalog-file.ts';
import {
  DRAFT_EXISTS,
  DRAFT_OUTDATED,
  DRAFT_UNKNOWN,
  DRAFT_WITHOUT_CHANGE,
  PLAN_UNKNOWN,
} from '../errors.ts';
import type { WrittenPlan } from '../file-schema.ts';
import { exportCatalog, previewCatalog, publishCatalog } from '../service.ts';
import { changeOf, fileWith, type StaffDraft } from './draft.ts';
import {
  endDraft,
  findOpenDraft,
  findOpenDrafts,
  insertDraft,
  lockOpenDraft,
  updateDraft,
} from './store.ts';

/** A draft, and what would change of its plan if it were published now. */
export interface ComparedDraft {
  readonly draft: StaffDraft;
  /** The version on sale; `null` where none is. */
  readonly onSale: number | null;
  readonly change: ReturnType<typeof changeOf>;
}

/** Which draft, and at which revision of it. */
export interface DraftTarget {
  readonly id: number;
  readonly version: number;
}

export interface BeginDraft {
  readonly slug: string;
  /** The plan whose present version it begins as; the plan itself where nothing is said. */
  readonly from: string | null;
}

export interface DraftChange extends DraftTarget {
  /** As catalogue files write a plan. */
  readonly content: unknown;
  /** The version on sale that it was compared with; what it was where nothing is said. */
  readonly basedOn?: number | null | undefined;
}

export interface PublishDraft extends DraftTarget {
  /** Whether it is only to be seen what would be. */
  readonly isDry: boolean;
}

interface DraftsDependencies {
  readonly database: Database;
  readonly catalog: Pick<CatalogCache, 'recheck'>;
}

/** What staff do with drafts, each in a transaction of its own. */
export function createDrafts({ database, catalog }: DraftsDependencies) {
  return {
    list: () => findOpenDrafts(database),
    get: (id: number) => requireDraft(database, id),
    compare: async (id: number, nowMs: number) =>
      compare(database, await requireDraft(database, id), nowMs),
    begin: (wanted: BeginDraft, context: StaffCommand) =>
      database.transaction((tx) => beginDraft(tx, wanted, context)),
    change: (wanted: DraftChange, context: StaffCommand) =>
      database.transaction((tx) => changeDraft(tx, wanted, context)),
    discard: (wanted: DraftTarget, context: StaffCommand) =>
      database.transaction((tx) => discardDraft(tx, wanted, context)),
    async publish({ isDry, ...target }: PublishDraft, context: StaffCommand) {
      const published = await performOrTry(database, { isDry }, (tx) =>
        publishDraft(tx, target, context),
      );
      // What this process answers next is on sale already; the others hear of it.
      if (!isDry) await catalog.recheck();
      return published;
    },
  };
}

export type Drafts = ReturnType<typeof createDrafts>;

async function beginDraft(
  tx: Tx,
  { slug, from }: BeginDraft,
  context: StaffCommand,
): Promise<StaffDraft> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const basis = latestVersion(catalog, from ?? slug);
  const content: WrittenPlan = { ...writePlan(catalog, basis), slug };
  // One plan is that of those who bought none, and a new one is not it by being alike.
  const stated = from === null || from === slug ? content : { ...content, default: false };
  fileWith(await exportCatalog(tx), slug, stated);
  const draft = await insertDraft(tx, {
    slug,
    basedOn: currentPlan(catalog, slug)?.version ?? null,
    content: stated,
    createdBy: context.staffId,
    createdMs: context.nowMs,
  });
  if (draft === undefined) {
    const message = `Plan ${slug} has a draft already; change that one, or throw it away.`;
    throw new AppError(DRAFT_EXISTS, { message });
  }
  const after = { plan: slug, based_on: draft.basedOn };
  await recordChange(tx, context, 'plan_draft.begun', subjectOf(draft), { after });
  return draft;
}

async function changeDraft(
  tx: Tx,
  { id, version, content, basedOn }: DraftChange,
  context: StaffCommand,
): Promise<StaffDraft> {
  const draft = await requireLocked(tx, { id, version });
  // Refused with every fault at once.
  fileWith(await exportCatalog(tx), draft.slug, content);
  const stated = { ...(content as WrittenPlan), slug: draft.slug };
  const changed = await updateDraft(tx, {
    id,
    content: stated,
    basedOn: basedOn === undefined ? draft.basedOn : basedOn,
    revision: draft.revision + 1,
    updatedBy: context.staffId,
    updatedMs: context.nowMs,
  });
  const change = { before: draft.content, after: stated };
  await recordChange(tx, context, 'plan_draft.changed', subjectOf(draft), change);
  return changed;
}

async function discardDraft(tx: Tx, target: DraftTarget, context: StaffCommand): Promise<void> {
  const draft = await requireLocked(tx, target);
  await endDraft(tx, draft.id, { publishedVersion: null, nowMs: context.nowMs });
  const before = draft.content;
  await recordChange(tx, context, 'plan_draft.discarded', subjectOf(draft), { before });
}

async function publishDraft(
  tx: Tx,
  target: DraftTarget,
  context: StaffCommand,
): Promise<ComparedDraft> {
  // Before the draft, as all commands on the catalogue do.
  await lockCatalog(tx);
  const draft = await requireLocked(tx, target);
  const compared = await compare(tx, draft, context.nowMs);
  requireUpToDate(compared);
  const { change } = compared;
  if (change === undefined) {
    const message = `The draft says what is on sale of plan ${draft.slug} already.`;
    throw new AppError(DRAFT_WITHOUT_CHANGE, { message });
  }
  const file = fileWith(await exportCatalog(tx), draft.slug, draft.content);
  await publishCatalog(tx, file, context);
  await endDraft(tx, draft.id, { publishedVersion: change.version, nowMs: context.nowMs });
  const after = { plan: draft.slug, version: change.version };
  await recordChange(tx, context, 'plan_draft.published', subjectOf(draft), { after });
  return compared;
}

async function compare(
  executor: Executor,
  draft: StaffDraft,
  nowMs: number,
): Promise<ComparedDraft> {
  const file = fileWith(await exportCatalog(executor), draft.slug, draft.content);
  const change = changeOf(await previewCatalog(executor, file, nowMs), draft.slug);
  const onSale = currentPlan(await loadCatalog(executor), draft.slug)?.version ?? null;
  return { draft, onSale, change };
}

function requireUpToDate({ draft, onSale }: ComparedDraft): void {
  if (draft.basedOn === onSale) return;
  const now = onSale === null ? 'none is on sale' : `version ${onSale} is on sale`;
  const message =
    `The draft was begun from version ${draft.basedOn ?? 'none'} of plan ${draft.slug}, and ` +
    `${now}; compare the two, and save the draft with based_on ${onSale ?? 'null'}.`;
  throw new AppError(DRAFT_OUTDATED, { message, members: { on_sale: onSale } });
}

async function requireDraft(executor: Executor, id: number): Promise<StaffDraft> {
  const draft = await findOpenDraft(executor, id);
  if (draft === undefined) throw draftUnknown(id);
  return draft;
}

async function requireLocked(tx: Tx, { id, version }: DraftTarget): Promise<StaffDraft> {
  const draft = await lockOpenDraft(tx, id);
  if (draft === undefined) throw draftUnknown(id);
  refuseStale(version, draft.revision);
  return draft;
}

function draftUnknown(id: number): AppError {
  return new AppError(DRAFT_UNKNOWN, { message: `There is no open draft ${id}.` });
}

/** The one on sale, or of a plan that was withdrawn the last one. */
function latestVersion(catalog: Catalog, slug: string): PlanVersion {
  const versions = [...catalog.plans.values()].filter((plan) => plan.slug === slug);
  const latest = versions.toSorted((a, b) => b.version - a.version)[0];
  const found = currentPlan(catalog, slug) ?? latest;
  if (found !== undefined) return found;
  const known = catalog.current.map((plan) => plan.slug);
  const message = `There is no plan ${slug}; a new one begins from one of: ${known.join(', ')}.`;
  throw new AppError(PLAN_UNKNOWN, { message, members: { known } });
}

function subjectOf({ id }: StaffDraft): { readonly kind: string; readonly id: string } {
  return { kind: 'plan_draft', id: String(id) };
}
