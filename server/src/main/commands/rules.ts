import type { Command } from 'commander';
import { formatInstant, systemClock } from '@whisperforge/kernel/clock';
import { createPlans } from '../../domains/plans/index.ts';
import { createPricing, writeRule } from '../../domains/pricing/index.ts';
import { CLI, operator, parseReason, table, withDatabase, type CommandContext } from './context.ts';

/** `plans rules`, `plans end-rule` and `plans withdraw-pack`. */
export function addRuleCommands(plans: Command, context: CommandContext): void {
  plans
    .command('rules')
    .description('the pricing rules that stand: yearly prices, promotions, custom prices')
    .option('--json', 'print JSON')
    .action((options: { json?: boolean }) => listRules(options, context));
  plans
    .command('end-rule')
    .description('end a pricing rule; what was bought by it stays as it was bought')
    .argument('<key>', `the name that \`${CLI} plans rules\` shows`)
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .action((key: string, options: { reason: string }) => endRule(key, options, context));
  plans
    .command('withdraw-pack')
    .description('take a pack off sale; those who have bought it keep it')
    .argument('<key>', 'the name that the catalogue gives it')
    .requiredOption('--reason <text>', 'why, for the record', parseReason)
    .action((key: string, options: { reason: string }) => withdrawPack(key, options, context));
}

async function listRules(options: { json?: boolean }, context: CommandContext): Promise<void> {
  await withDatabase(context, async (database) => {
    const rules = await createPricing({ database }).listRules();
    if (options.json === true) return context.print(JSON.stringify(rules.map(writeRule)));
    const rows = rules.map((rule) => [
      rule.key,
      rule.ruleType,
      rule.name,
      String(rule.priority),
      rule.ruleType === 'discount' ? '' : rule.stacking,
      formatInstant(rule.validFromMs),
      rule.validUntilMs === null ? '' : formatInstant(rule.validUntilMs),
    ]);
    const head = ['RULE', 'TYPE', 'NAME', 'PRIORITY', 'STACKING', 'FROM', 'UNTIL'];
    return context.print(table([head, ...rows]));
  });
}

async function endRule(
  key: string,
  { reason }: { readonly reason: string },
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    const command = { actor: operator(), nowMs: systemClock.nowMs(), reason };
    await createPricing({ database }).endPricingRule(key, command);
    context.print(`Rule ${key} has ended; what was bought by it stays as it was bought.`);
  });
}

async function withdrawPack(
  key: string,
  { reason }: { readonly reason: string },
  context: CommandContext,
): Promise<void> {
  await withDatabase(context, async (database) => {
    const command = { actor: operator(), nowMs: systemClock.nowMs(), reason };
    await createPlans({ database }).withdrawPack(key, command);
    context.print(`Pack ${key} is no longer on sale; those who have bought it keep it.`);
  });
}
