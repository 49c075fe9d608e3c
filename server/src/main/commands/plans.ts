import { readFileSync, writeFileSync } from 'node:fs';
import { InvalidArgumentError, type Command } from 'commander';
import { systemClock } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { createPlans, loadCatalog, type PlanVersion } from '../../domains/plans/index.ts';
import {
  createPricing,
  readCatalogFile,
  type CatalogFile,
  type PublicationDecision,
} from '../../domains/pricing/index.ts';
import type { Database } from '../../platform/database.ts';
import { AppError } from '../../platform/errors.ts';
import { CLI, operator, parseReason, table, withDatabase, type CommandContext } from './context.ts';
import { describeDecision } from './plan-changes.ts';
import { addRuleCommands } from './rules.ts';

/** `plans list`, `export`, `diff`, `publish`, `withdraw`, and what is done to packs and rules. */
export function addPlansCommands(program: Command, context: CommandContext): void {
  const plans = program.command('plans').description('what is sold: plans, features and prices');
  plans
    .command('list')
    .description('the plans on sale, cheapest first')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => listPlans(options, context));
  plans
    .command('export')
    .description('the catalogue as a file that can be edited and published')
    .option('--file <path>', 'write it there instead of printing it')
    .action((options: { file?: string }) => exportPlans(options, context));
  plans
    .command('diff')
    .description('what publishing a file would change')
    .argument('<file>', 'a catalogue file', readFile)
    .option('--exit-code', 'end with 1 if there is any difference')
    .action((file: ReadFile, options: { exitCode?: boolean }) => diffPlans(file, options, context));
  plans
    .command('publish')
    .description('bring the catalogue to what a file says; what it does not mention stays')
    .argument('<file>', 'a catalogue file', readFile)
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .option('--dry-run', 'only say what would change')
    .action((file: ReadFile, options: PublishOptions) => publishPlans(file, options, context));
  plans
    .command('withdraw')
    .description('take a plan off sale; those who have it keep it')
    .argument('<slug>', `the name that \`${CLI} plans list\` shows`)
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .action((slug: string, options: { reason: string }) => withdrawPlan(slug, options, context));
  addRuleCommands(plans, context);
}

interface ReadFile {
  readonly path: string;
  readonly file: CatalogFile;
}

interface PublishOptions {
  readonly reason: string;
  readonly dryRun?: boolean;
}

const FILE_UNWRITABLE = { code: 'file_unwritable', kind: 'invalid' } as const;
const CATALOG_DIFFERS = { code: 'catalog_differs', kind: 'conflict' } as const;

async function listPlans(options: { json?: boolean }, context: CommandContext): Promise<void> {
  await withDatabase(context, async (database) => {
    const { current } = await loadCatalog(database);
    if (options.json === true) return context.print(JSON.stringify(current.map(described)));
    const rows = current.map((plan) => [
      plan.slug,
      String(plan.version),
      plan.name,
      pricesOf(plan).join(', ') || 'agreed upon',
      plan.isDefault ? 'yes' : '',
    ]);
    return context.print(table([['PLAN', 'VERSION', 'NAME', 'PRICES', 'DEFAULT'], ...rows]));
  });
}

async function exportPlans(options: { file?: string }, context: CommandContext): Promise<void> {
  await withDatabase(context, async (database) => {
    const file = await createPricing({ database }).exportCatalog();
    const text = JSON.stringify(file, null, 2);
    if (options.file === undefined) return context.print(text);
    writeFile(options.file, `${text}\n`);
    return context.print(`Wrote ${options.file}.`);
  });
}

async function diffPlans(
  { path, file }: ReadFile,
  options: { exitCode?: boolean },
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    const decision = await previewPlans(database, file);
    context.print(describeDecision(decision).join('\n'));
    if (options.exitCode === true && decision.changes.length > 0) {
      throw new AppError(CATALOG_DIFFERS, { message: `${path} differs from the catalogue.` });
    }
  });
}

async function publishPlans(
  { file }: ReadFile,
  options: PublishOptions,
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    if (options.dryRun === true) {
      const decision = await previewPlans(database, file);
      return context.print([...describeDecision(decision), 'Nothing was changed.'].join('\n'));
    }
    const command = { actor: operator(), nowMs: systemClock.nowMs(), reason: options.reason };
    const decision = await createPricing({ database }).publishCatalog(file, command);
    const done = decision.changes.length > 0 ? ['Published.'] : [];
    return context.print([...describeDecision(decision), ...done].join('\n'));
  });
}

async function withdrawPlan(
  slug: string,
  options: { readonly reason: string },
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    const command = { actor: operator(), nowMs: systemClock.nowMs(), reason: options.reason };
    await createPlans({ database }).withdrawPlan(slug, command);
    context.print(`Plan ${slug} is no longer on sale; those who have it keep it.`);
  });
}

function previewPlans(database: Database, file: CatalogFile): Promise<PublicationDecision> {
  return createPricing({ database }).previewCatalog(file, systemClock.nowMs());
}

/** A file that cannot be read is misuse of the command; one that is wrong is refused whole. */
function readFile(path: string): ReadFile {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new InvalidArgumentError(`${path} cannot be read: ${reason}`);
  }
  try {
    return { path, file: readCatalogFile(text) };
  } catch (fault) {
    if (!(fault instanceof AppError)) throw fault;
    const faults = fault.details.fields?.map(({ field, message }) => `  ${field} ${message}`);
    const lines = faults === undefined ? [`  ${fault.message}`] : faults;
    const message = [`${path} is refused:`, ...lines].join('\n');
    throw new AppError({ code: fault.code, kind: fault.kind }, { message }, fault);
  }
}

function writeFile(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new AppError(FILE_UNWRITABLE, { message: `${path} cannot be written: ${reason}` }, fault);
  }
}

function pricesOf(plan: PlanVersion): string[] {
  return plan.prices.map(({ billingCycle, currency, amountMinor }) => {
    const amount = formatMoney(money(amountMinor, currency));
    return `${amount} ${currency} ${billingCycle}`;
  });
}

function described(plan: PlanVersion): Record<string, unknown> {
  return {
    slug: plan.slug,
    version: plan.version,
    name: plan.name,
    is_default: plan.isDefault,
    prices: plan.prices.map(({ billingCycle, currency, amountMinor }) => ({
      billing_cycle: billingCycle,
      currency,
      amount_minor: amountMinor,
    })),
  };
}
