import { unreachable } from '@whisperforge/kernel/assert';
import type { Database, Executor, Tx } from '../../platform/database.ts';
import {
  applyEventType,
  applyFeature,
  draftVersion,
  loadCatalog,
  lockCatalog,
  movePlan,
  publishVersions,
  recordChange,
  type CommandContext,
} from '../plans/index.ts';
import { writeCatalogFile, type CatalogFile } from './catalog-file.ts';
import {
  decidePublication,
  type CatalogChange,
  type PublicationDecision,
  type PublishedFacts,
} from './decide-publication.ts';
import type { WrittenCatalog } from './file-schema.ts';
import { writeRule } from './rule.ts';
import { findRules, supersedeRule } from './store.ts';

/**
 * Brings the database to what a file says, all of it or nothing: features, event types, rules,
 * and a new version of each plan that differs. What the file does not mention stays.
 */
export async function publishCatalog(
  tx: Tx,
  file: CatalogFile,
  context: CommandContext,
): Promise<PublicationDecision> {
  await lockCatalog(tx);
  const facts = await loadFacts(tx);
  const decision = decidePublication(facts, file, context.nowMs);
  for (const change of decision.changes) await applyChange(tx, change, facts, context);
  const slugs = decision.changes.flatMap((change) =>
    change.kind === 'plan' ? [change.after.slug] : [],
  );
  if (slugs.length > 0) await publishVersions(tx, slugs, context);
  return decision;
}

/** What `publishCatalog` would do now; it asks the same function. */
export async function previewCatalog(
  executor: Executor,
  file: CatalogFile,
  nowMs: number,
): Promise<PublicationDecision> {
  return decidePublication(await loadFacts(executor), file, nowMs);
}

/**
 * The first catalogue of a new database. Answers whether there was need of it: where plans exist,
 * staff may have changed them, and nothing is touched.
 */
export async function seedCatalogIfEmpty(
  tx: Tx,
  file: CatalogFile,
  context: CommandContext,
): Promise<boolean> {
  await lockCatalog(tx);
  const { plans } = await loadCatalog(tx);
  if (plans.size > 0) return false;
  await publishCatalog(tx, file, context);
  return true;
}

/** The catalogue on sale, as a file that can be edited and published. */
export async function exportCatalog(executor: Executor): Promise<WrittenCatalog> {
  const { catalog, rules } = await loadFacts(executor);
  return writeCatalogFile(catalog, rules);
}

/** The commands, each in a transaction of its own. */
export function createPricing({ database }: { readonly database: Database }) {
  return {
    publishCatalog: (file: CatalogFile, context: CommandContext) =>
      database.transaction((tx) => publishCatalog(tx, file, context)),
    previewCatalog: (file: CatalogFile, nowMs: number) => previewCatalog(database, file, nowMs),
    seedCatalogIfEmpty: (file: CatalogFile, context: CommandContext) =>
      database.transaction((tx) => seedCatalogIfEmpty(tx, file, context)),
    exportCatalog: () => exportCatalog(database),
  };
}

async function loadFacts(executor: Executor): Promise<PublishedFacts> {
  return { catalog: await loadCatalog(executor), rules: await findRules(executor) };
}

async function applyChange(
  tx: Tx,
  change: CatalogChange,
  facts: PublishedFacts,
  context: CommandContext,
): Promise<void> {
  switch (change.kind) {
    case 'feature':
      await applyFeature(tx, change.after, facts.catalog, context);
      return;
    case 'event_type':
      await applyEventType(tx, change.after, facts.catalog, context);
      return;
    case 'pricing_rule': {
      await supersedeRule(tx, change.after, context.nowMs);
      const subject = { kind: 'pricing_rule', id: change.after.key };
      const before = change.before && writeRule(change.before);
      const after = writeRule(change.after);
      await recordChange(tx, context, 'pricing_rule.changed', subject, { before, after });
      return;
    }
    case 'plan':
      await draftVersion(tx, change.after, context);
      return;
    case 'plan_position': {
      const { slug, before: from, after: to } = change;
      await movePlan(tx, slug, { from, to }, context);
      return;
    }
    default:
      unreachable(change);
  }
}
