import { unreachable } from '@whisperforge/kernel/assert';
import type { Database, Executor, Tx } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import {
  applyEventType,
  applyFeature,
  applyPack,
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
import type { NewCodes } from './codes/draft-codes.ts';
import {
  createPromotionCodes,
  endPromotionCode,
  listPromotionCodes,
  type ListCodes,
} from './codes/service.ts';
import { findPromotionCode } from './codes/store.ts';
import { RULE_UNKNOWN } from './errors.ts';
import { writeRule } from './rules/write-rule.ts';
import { endRule, findRules, supersedeRule } from './store.ts';

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

/**
 * Ends a rule without another in its place. What was bought by it stays as it was bought, and
 * yearly prices that it made belong to their versions.
 */
export async function endPricingRule(tx: Tx, key: string, context: CommandContext): Promise<void> {
  await lockCatalog(tx);
  const rules = await findRules(tx);
  const rule = rules.find((each) => each.key === key);
  if (rule === undefined) {
    const known = rules.map((each) => each.key);
    const message = `No pricing rule ${key} is in force; these are: ${known.join(', ') || 'none'}.`;
    throw new AppError(RULE_UNKNOWN, { message, members: { known } });
  }
  await endRule(tx, key, context.nowMs);
  const subject = { kind: 'pricing_rule', id: key };
  await recordChange(tx, context, 'pricing_rule.ended', subject, { before: writeRule(rule) });
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
    listRules: () => findRules(database),
    createPromotionCodes: (input: NewCodes, context: CommandContext) =>
      database.transaction((tx) => createPromotionCodes(tx, input, context)),
    endPromotionCode: (code: string, context: CommandContext) =>
      database.transaction((tx) => endPromotionCode(tx, code, context)),
    findPromotionCode: (code: string) => findPromotionCode(database, code),
    listPromotionCodes: (list: ListCodes) => listPromotionCodes(database, list),
    endPricingRule: (key: string, context: CommandContext) =>
      database.transaction((tx) => endPricingRule(tx, key, context)),
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
    case 'pack':
      await applyPack(tx, change.after, facts.catalog, context);
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
