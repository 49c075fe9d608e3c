import type { Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { refuseStale } from '../../accounts/index.ts';
import { lockCatalog, type CommandContext } from '../../plans/index.ts';
import { parseCatalogFile } from '../catalog-file.ts';
import { RULE_EXISTS, RULE_UNKNOWN } from '../errors.ts';
import { placeFaults } from '../place-faults.ts';
import { isInForce, type PricingRule } from '../rules/rule.ts';
import { endPricingRule, exportCatalog, publishCatalog } from '../service.ts';
import { findRules } from '../store.ts';

export interface StatedRule {
  readonly key: string;
  /** As catalogue files write a rule, but for its key. */
  readonly rule: Readonly<Record<string, unknown>>;
  /** Of the rule that gives way; `null` where none of the key is to be in force. */
  readonly version: number | null;
}

export interface PutRule {
  readonly before: PricingRule | null;
  readonly after: PricingRule;
  /** The plans of which a version is made, where the rule makes their yearly prices. */
  readonly plans: readonly string[];
}

/** Puts a rule in force by the same checks as a catalogue file that says it. */
export async function putRule(
  tx: Tx,
  { key, rule, version }: StatedRule,
  context: CommandContext,
): Promise<PutRule> {
  await lockCatalog(tx);
  const before = (await findRules(tx)).find((each) => each.key === key) ?? null;
  if (version === null) refuseTaken(before);
  else refuseStale(version, requireRule(before, key).id);
  const file = await exportCatalog(tx);
  const known = file.pricing_rules.findIndex((each) => each.key === key);
  const index = known < 0 ? file.pricing_rules.length : known;
  const rules: unknown[] = [...file.pricing_rules];
  rules[index] = { ...rule, key };
  try {
    const parsed = parseCatalogFile({ ...file, pricing_rules: rules });
    const { changes } = await publishCatalog(tx, parsed, context);
    const plans = changes.flatMap((change) => (change.kind === 'plan' ? [change.after.slug] : []));
    const after = (await findRules(tx)).find((each) => each.key === key);
    return { before, after: requireRule(after ?? null, key), plans };
  } catch (error) {
    throw placeFaults(error, { from: `/pricing_rules/${index}`, to: '/rule', what: 'rule' });
  }
}

/** Ends a rule that is still the one that was looked at. */
export async function endRule(
  tx: Tx,
  { key, version }: { readonly key: string; readonly version: number },
  context: CommandContext,
): Promise<PricingRule> {
  await lockCatalog(tx);
  const rules = await findRules(tx);
  const rule = requireRule(rules.find((each) => each.key === key) ?? null, key);
  refuseStale(version, rule.id);
  await endPricingRule(tx, key, context);
  return rule;
}

export type RuleState = 'scheduled' | 'active' | 'over';

export function ruleStateAt(rule: PricingRule, atMs: number): RuleState {
  if (isInForce(rule, atMs)) return 'active';
  return atMs < rule.validFromMs ? 'scheduled' : 'over';
}

function requireRule(rule: PricingRule | null, key: string): PricingRule {
  if (rule !== null) return rule;
  throw new AppError(RULE_UNKNOWN, { message: `No pricing rule ${key} is in force.` });
}

function refuseTaken(rule: PricingRule | null): void {
  if (rule === null) return;
  const message = `Pricing rule ${rule.key} is in force already; change that one, or end it.`;
  throw new AppError(RULE_EXISTS, { message, members: { version: rule.id } });
}
