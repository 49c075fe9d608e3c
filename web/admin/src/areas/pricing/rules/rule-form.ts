// pure
import type { Conditions, Rule, StatedRule } from '../../../api/pricing/rules.ts';
import {
  effectOf,
  reductionForm,
  TEN_PERCENT_ONCE,
  type ReductionForm,
} from '../parts/reduction.ts';

/** A rule as it is filled in. */
export interface RuleForm {
  readonly key: string;
  readonly type: 'promotion' | 'discount';
  readonly name: string;
  readonly reduction: ReductionForm;
  readonly conditions: Conditions;
  readonly stacking: string;
  readonly priority: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

export const NEW_RULE: RuleForm = {
  key: '',
  type: 'promotion',
  name: '',
  reduction: TEN_PERCENT_ONCE,
  conditions: {},
  stacking: 'exclusive',
  priority: '0',
};

export function formOf(rule: Rule): RuleForm {
  return {
    key: rule.key,
    type: rule.rule_type === 'discount' ? 'discount' : 'promotion',
    name: rule.name,
    reduction: reductionForm(rule.effect),
    conditions: rule.rule_type === 'discount' ? {} : rule.conditions,
    stacking: rule.stacking ?? 'exclusive',
    priority: String(rule.priority),
    // What has begun goes on; only what is to come keeps the day that it was given.
    from: rule.state === 'scheduled' ? rule.valid_from : undefined,
    until: rule.valid_until ?? undefined,
  };
}

export function statedOf(form: RuleForm): StatedRule {
  const { duration: _, ...effect } = effectOf({ ...form.reduction, kind: 'percent', duration: '' });
  const window = {
    priority: Number(form.priority),
    ...(form.from !== undefined && { valid_from: form.from }),
    ...(form.until !== undefined && { valid_until: form.until }),
  };
  const head = { name: form.name.trim(), rule_type: form.type };
  if (form.type === 'discount') {
    return { ...head, conditions: { billing_cycle: 'yearly' }, effect, ...window };
  }
  const promised = { effect: effectOf(form.reduction), stacking: form.stacking };
  return { ...head, conditions: form.conditions, ...promised, ...window };
}

/** `Spring in Germany` as a key: `spring_in_germany`. */
export function keyOf(name: string): string {
  const letters = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  return letters.replaceAll(/^[_\d]+|_+$/g, '').slice(0, 63);
}
