import { assert } from '@whisperforge/kernel/assert';
import { formatInstant } from '@whisperforge/kernel/clock';
import type { Executor, Tx } from '../../platform/database.ts';
import type { Faults } from '../plans/index.ts';
import { readRule } from './rules/read-rule.ts';
import type { PricingRule, RuleDefinition } from './rules/rule.ts';
import type { WrittenRule } from './rules/rule-schema.ts';
import { writeRule } from './rules/write-rule.ts';

/** The rules that no other row has replaced. */
export async function findRules(executor: Executor): Promise<PricingRule[]> {
  const rows = await executor.sql
    .selectFrom('pricing_rules')
    .select([
      'id',
      'key',
      'name',
      'rule_type',
      'conditions',
      'effect',
      'stacking',
      'priority',
      'valid_from',
      'valid_until',
      'created_at',
    ])
    .where('ended_at', 'is', null)
    .orderBy('key')
    .execute();
  return rows.map((row): PricingRule => {
    const faults: Faults = [];
    const isPlain = row.rule_type === 'discount';
    const written: WrittenRule = {
      key: row.key,
      name: row.name,
      rule_type: row.rule_type as WrittenRule['rule_type'],
      conditions: row.conditions as WrittenRule['conditions'],
      effect: row.effect as WrittenRule['effect'],
      ...(!isPlain && { stacking: row.stacking as 'exclusive' | 'stackable' }),
      priority: row.priority,
      // A rule that begins when it is published does not say when.
      ...(row.valid_from !== row.created_at && { valid_from: formatInstant(row.valid_from) }),
      ...(row.valid_until !== null && { valid_until: formatInstant(row.valid_until) }),
    };
    const rule = readRule(written, '', faults);
    assert(rule !== undefined && faults.length === 0, `stored rule ${row.key} is readable`);
    return { ...rule, id: row.id, validFromMs: row.valid_from };
  });
}

/** Puts a rule in force in the place of the one of its key, which stays on record. */
export async function supersedeRule(tx: Tx, rule: RuleDefinition, nowMs: number): Promise<void> {
  await endRule(tx, rule.key, nowMs);
  const now = formatInstant(nowMs);
  const written = writeRule(rule);
  await tx.sql
    .insertInto('pricing_rules')
    .values({
      key: rule.key,
      name: rule.name,
      rule_type: rule.ruleType,
      conditions: JSON.stringify(written.conditions),
      effect: JSON.stringify(written.effect),
      stacking: written.stacking ?? 'exclusive',
      priority: rule.priority,
      valid_from: formatInstant(rule.startsMs ?? nowMs),
      valid_until: rule.validUntilMs === null ? null : formatInstant(rule.validUntilMs),
      created_at: now,
    })
    .execute();
}

/** Answers whether a rule of the key was in force. */
export async function endRule(tx: Tx, key: string, nowMs: number): Promise<boolean> {
  const ended = await tx.sql
    .updateTable('pricing_rules')
    .set({ ended_at: formatInstant(nowMs) })
    .where('key', '=', key)
    .where('ended_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return ended !== undefined;
}
