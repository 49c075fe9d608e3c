import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';
import type { PricingRule, RuleDefinition } from './rule.ts';

/** The rules that no other row has replaced. */
export async function findRules(executor: Executor): Promise<PricingRule[]> {
  const rows = await executor.sql
    .selectFrom('pricing_rules')
    .select([
      'key',
      'name',
      'rule_type',
      'conditions',
      'effect',
      'priority',
      'valid_from',
      'valid_until',
    ])
    .where('ended_at', 'is', null)
    .orderBy('key')
    .execute();
  return rows.map((row) => {
    const conditions = row.conditions as { billing_cycle: string };
    const effect = row.effect as { percent_off_basis_points: number };
    const isYearly = row.rule_type === 'discount' && conditions.billing_cycle === 'yearly';
    assert(isYearly, `pricing rule ${row.key} makes yearly prices`);
    return {
      key: row.key,
      name: row.name,
      ruleType: 'discount',
      billingCycle: 'yearly',
      percentOffBasisPoints: effect.percent_off_basis_points,
      priority: row.priority,
      validFromMs: row.valid_from,
      validUntilMs: row.valid_until,
    };
  });
}

/** Puts a rule in force in the place of the one of its key, which stays on record. */
export async function supersedeRule(tx: Tx, rule: RuleDefinition, nowMs: number): Promise<void> {
  const now = formatInstant(nowMs);
  await tx.sql
    .updateTable('pricing_rules')
    .set({ ended_at: now })
    .where('key', '=', rule.key)
    .where('ended_at', 'is', null)
    .execute();
  await tx.sql
    .insertInto('pricing_rules')
    .values({
      key: rule.key,
      name: rule.name,
      rule_type: rule.ruleType,
      conditions: JSON.stringify({ billing_cycle: rule.billingCycle }),
      effect: JSON.stringify({ percent_off_basis_points: rule.percentOffBasisPoints }),
      priority: rule.priority,
      valid_from: now,
      created_at: now,
    })
    .execute();
}
