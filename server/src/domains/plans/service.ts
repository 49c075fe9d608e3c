import type { Database, Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { currentPlan, type Catalog, type EventType, type Feature } from './catalog.ts';
import {
  compareContent,
  contentOf,
  mentionAll,
  type PlanContent,
  type PlanDraft,
} from './content.ts';
import {
  checkDraft,
  checkEventType,
  checkFeature,
  isSameWriting,
  refuseKindChange,
  requireOneDefault,
  writeEventType,
  writeFeature,
} from './definitions.ts';
import { withdrawPack } from './extras/service.ts';
import { DEFAULT_PLAN_REQUIRED, DRAFT_MISSING, PLAN_UNKNOWN, refuseFaults } from './errors.ts';
import { recordChange, type CommandContext } from './record.ts';
import { loadCatalog } from './store-catalog.ts';
import {
  deleteDraft,
  endSale,
  findDraft,
  lockCatalog,
  moveCurrentVersion,
  publishDraft,
  replaceDraft,
  saveEventType,
  saveFeature,
  type StoredDraft,
} from './store.ts';
import type { Faults } from './terms.ts';

/** What became of a plan when its draft was to be published. */
export interface Publication {
  readonly slug: string;
  /** The version on sale now. */
  readonly version: number;
  /** `false` where the version on sale said the same already. */
  readonly published: boolean;
}

/** Adds a feature, or changes what may change of it. Answers whether anything did. */
export async function defineFeature(
  tx: Tx,
  feature: Feature,
  context: CommandContext,
): Promise<boolean> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const faults: Faults = [];
  checkFeature(feature, catalog.eventTypes, '', faults);
  refuseFaults(faults);
  return applyFeature(tx, feature, catalog, context);
}

/** `defineFeature` for a caller that holds the catalogue and has checked the feature against it. */
export async function applyFeature(
  tx: Tx,
  feature: Feature,
  catalog: Pick<Catalog, 'features'>,
  context: CommandContext,
): Promise<boolean> {
  const before = catalog.features.get(feature.key);
  refuseKindChange(before, feature);
  const written = writeFeature(feature);
  const writtenBefore = before === undefined ? null : writeFeature(before);
  const isMoved = before?.position !== feature.position;
  const isChanged = !isSameWriting(writtenBefore, written);
  if (!isMoved && !isChanged) return false;
  await saveFeature(tx, feature, context.nowMs);
  const subject = { kind: 'feature', id: feature.key };
  await recordChange(tx, context, 'feature.defined', subject, {
    before: writtenBefore,
    after: written,
  });
  return true;
}

/** Says what an event counts to, from now on. Answers whether anything changed. */
export async function defineEventType(
  tx: Tx,
  eventType: EventType,
  context: CommandContext,
): Promise<boolean> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const faults: Faults = [];
  checkEventType(eventType, catalog.features, '', faults);
  const eventTypes = new Map(catalog.eventTypes).set(eventType.key, eventType);
  for (const feature of catalog.features.values()) {
    if (feature.commitEvent === eventType.key) checkFeature(feature, eventTypes, '', faults);
  }
  refuseFaults(faults);
  return applyEventType(tx, eventType, catalog, context);
}

/** `defineEventType` for a caller that holds the catalogue and has checked it. */
export async function applyEventType(
  tx: Tx,
  eventType: EventType,
  catalog: Pick<Catalog, 'eventTypes'>,
  context: CommandContext,
): Promise<boolean> {
  const before = catalog.eventTypes.get(eventType.key);
  const written = writeEventType(eventType);
  const writtenBefore = before === undefined ? null : writeEventType(before);
  if (isSameWriting(writtenBefore, written)) return false;
  await saveEventType(tx, eventType, context.nowMs);
  const subject = { kind: 'event_type', id: eventType.key };
  const change = { before: writtenBefore, after: written };
  await recordChange(tx, context, 'event_type.defined', subject, change);
  return true;
}

/** Prepares what a plan is to become, in place of an earlier draft. Nobody else sees it. */
export async function draftVersion(
  tx: Tx,
  draft: PlanDraft,
  context: CommandContext,
): Promise<void> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const faults: Faults = [];
  checkDraft(draft, catalog.features, faults);
  refuseFaults(faults);
  const by = context.actor.kind === 'staff' ? Number(context.actor.id) : null;
  await replaceDraft(tx, draft, { by, atMs: context.nowMs });
  const subject = { kind: 'plan', id: draft.slug };
  const differences = compareContent(contentOnSale(catalog, draft.slug), draft);
  await recordChange(tx, context, 'plan.drafted', subject, { after: { differences } });
}

/**
 * Puts the drafts of plans on sale, each as its plan's next version. A draft that says what is on
 * sale already is dropped instead. Several are published together where the plan of those who
 * bought none moves from one to another.
 */
export async function publishVersions(
  tx: Tx,
  slugs: readonly string[],
  context: CommandContext,
): Promise<Publication[]> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const drafts: StoredDraft[] = [];
  for (const slug of slugs) drafts.push(await getDraft(tx, slug));
  requireOneDefault(catalog, drafts);
  // The plan that stops being the default makes room for the one that becomes it.
  const ordered = drafts.toSorted((a, b) => Number(a.isDefault) - Number(b.isDefault));
  const publications = new Map<string, Publication>();
  for (const draft of ordered) {
    publications.set(draft.slug, await publishOne(tx, draft, catalog, context));
  }
  return slugs.map((slug) => publications.get(slug)!);
}

/** Takes a plan off sale. Those who hold a version of it keep it. */
export async function withdrawPlan(tx: Tx, slug: string, context: CommandContext): Promise<void> {
  await lockCatalog(tx);
  const catalog = await loadCatalog(tx);
  const plan = currentPlan(catalog, slug);
  if (plan === undefined) {
    const known = catalog.current.map((current) => current.slug);
    const message = `Plan ${slug} is not on sale; these are: ${known.join(', ')}.`;
    throw new AppError(PLAN_UNKNOWN, { message, members: { known } });
  }
  if (plan.isDefault) {
    const message = `Plan ${slug} is the plan of those who bought none, so it stays on sale.`;
    throw new AppError(DEFAULT_PLAN_REQUIRED, { message });
  }
  await endSale(tx, slug);
  const subject = { kind: 'plan', id: slug };
  await recordChange(tx, context, 'plan.withdrawn', subject, { before: { version: plan.version } });
}

/** Puts a plan on sale elsewhere among the others; the version stays what it is. */
export async function movePlan(
  tx: Tx,
  slug: string,
  move: { readonly from: number; readonly to: number },
  context: CommandContext,
): Promise<void> {
  await moveCurrentVersion(tx, slug, move.to);
  const change = { before: { position: move.from }, after: { position: move.to } };
  await recordChange(tx, context, 'plan.moved', { kind: 'plan', id: slug }, change);
}

/** The commands, each in a transaction of its own. */
export function createPlans({ database }: { readonly database: Database }) {
  return {
    defineFeature: (feature: Feature, context: CommandContext) =>
      database.transaction((tx) => defineFeature(tx, feature, context)),
    defineEventType: (eventType: EventType, context: CommandContext) =>
      database.transaction((tx) => defineEventType(tx, eventType, context)),
    draftVersion: (draft: PlanDraft, context: CommandContext) =>
      database.transaction((tx) => draftVersion(tx, draft, context)),
    publishVersion: async (slug: string, context: CommandContext) => {
      const publish = (tx: Tx) => publishVersions(tx, [slug], context);
      const [publication] = await database.transaction(publish);
      return publication!;
    },
    withdrawPlan: (slug: string, context: CommandContext) =>
      database.transaction((tx) => withdrawPlan(tx, slug, context)),
    withdrawPack: (key: string, context: CommandContext) =>
      database.transaction((tx) => withdrawPack(tx, key, context)),
  };
}

async function getDraft(tx: Tx, slug: string): Promise<StoredDraft> {
  const draft = await findDraft(tx, slug);
  if (draft !== undefined) return draft;
  throw new AppError(DRAFT_MISSING, { message: `Plan ${slug} has no draft to publish.` });
}

function contentOnSale(catalog: Catalog, slug: string): PlanContent | undefined {
  const plan = currentPlan(catalog, slug);
  return plan && contentOf(plan);
}

async function publishOne(
  tx: Tx,
  draft: StoredDraft,
  catalog: Catalog,
  context: CommandContext,
): Promise<Publication> {
  const { slug } = draft;
  const current = currentPlan(catalog, slug);
  const differences = compareContent(contentOnSale(catalog, slug), draft);
  if (current !== undefined && differences.length === 0) {
    await deleteDraft(tx, slug);
    return { slug, version: current.version, published: false };
  }
  // From here on the version says of every feature whether it is granted, so that `when_missing`
  // decides only about features that are younger than it.
  const terms = mentionAll(draft.terms, catalog.features.keys());
  await endSale(tx, slug);
  const version = await publishDraft(tx, draft, terms, context.nowMs);
  const before = current === undefined ? null : { version: current.version };
  const change = { before, after: { version, differences } };
  await recordChange(tx, context, 'plan.published', { kind: 'plan', id: slug }, change);
  return { slug, version, published: true };
}
