// pure
import { formatInstant } from '@whisperforge/kernel/clock';
import { formatMoney, money } from '@whisperforge/kernel/money';
import { writeConditions } from './conditions.ts';
import type { Reduction } from './reduction.ts';
import type { CustomRule, RuleDefinition } from './rule.ts';
import type { WrittenConditions, WrittenEffect, WrittenRule } from './rule-schema.ts';

/** A rule as files and audit entries write it. */
export function writeRule(rule: RuleDefinition): WrittenRule {
  return {
    key: rule.key,
    name: rule.name,
    rule_type: rule.ruleType,
    ...partsOf(rule),
    ...(rule.ruleType !== 'discount' && { stacking: rule.stacking }),
    priority: rule.priority,
    ...(rule.startsMs !== null && { valid_from: formatInstant(rule.startsMs) }),
    ...(rule.validUntilMs !== null && { valid_until: formatInstant(rule.validUntilMs) }),
  };
}

export function writeReduction({ off, duration }: Reduction): WrittenEffect {
  return {
    ...(off.kind === 'percent'
      ? { percent_off_basis_points: off.basisPoints }
      : { amounts_off: writeAmounts(off.amounts) }),
    duration: duration.kind,
    ...(duration.kind === 'repeating' && { duration_in_months: duration.months }),
  };
}

function partsOf(rule: RuleDefinition): {
  conditions: WrittenConditions;
  effect: WrittenEffect;
} {
  switch (rule.ruleType) {
    case 'discount':
      return {
        conditions: { billing_cycle: rule.billingCycle },
        effect: { percent_off_basis_points: rule.percentOffBasisPoints },
      };
    case 'promotion':
      return {
        conditions: writeConditions(rule.conditions),
        effect: writeReduction(rule.reduction),
      };
    case 'custom':
      return { conditions: customConditions(rule), effect: customEffect(rule) };
  }
}

function customConditions(rule: CustomRule): WrittenConditions {
  const { buyer, plan, planVersion, billingCycle, currency } = rule;
  return {
    ...(buyer.kind === 'user' ? { user: buyer.user } : { account: String(buyer.accountId) }),
    plan,
    ...(planVersion !== null && { plan_version: planVersion }),
    ...(billingCycle !== null && { billing_cycle: billingCycle }),
    ...(currency !== null && { currency }),
  };
}

function customEffect({ effect, currency }: CustomRule): WrittenEffect {
  if (effect.kind === 'reduction') return writeReduction(effect.reduction);
  const written = (amountMinor: number): string => formatMoney(money(amountMinor, currency!));
  return {
    amount: written(effect.amountMinor),
    ...(effect.extraSeatMinor !== null && { extra_seat_amount: written(effect.extraSeatMinor) }),
  };
}

function writeAmounts(amounts: ReadonlyMap<string, number>): Record<string, string> {
  return Object.fromEntries(
    [...amounts].map(([currency, amount]) => [currency, formatMoney(money(amount, currency))]),
  );
}
