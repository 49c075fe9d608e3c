// pure
import { parseInstant } from '@whisperforge/kernel/clock';
import { isUserId } from '../../../platform/input-checks.ts';
import { checkKey, checkName, pointer, type Faults } from '../../plans/index.ts';
import {
  complain,
  readAmount,
  readConditions,
  readReduction,
  type Reading,
} from './read-reduction.ts';
import type { CustomEffect, CustomRule, RuleBuyer, RuleDefinition } from './rule.ts';
import type { WrittenRule } from './rule-schema.ts';
import { MOST_BASIS_POINTS } from './yearly.ts';

/** What a rule's type lets it say. */
const DISCOUNT = { conditions: ['billing_cycle'], effect: ['percent_off_basis_points'] };
const REDUCTION = ['percent_off_basis_points', 'amounts_off', 'duration', 'duration_in_months'];
const PROMOTION = {
  conditions: ['plans', 'billing_cycles', 'currencies', 'countries', 'first_purchase_only'],
  effect: REDUCTION,
};
const CUSTOM = {
  conditions: ['account', 'user', 'plan', 'plan_version', 'billing_cycle', 'currency'],
  effect: [...REDUCTION, 'amount', 'extra_seat_amount'],
};

/** Reads a rule, `at` being its place; every fault names the rule. */
export function readRule(
  entry: WrittenRule,
  at: string,
  faults: Faults,
): RuleDefinition | undefined {
  checkKey(entry.key, `${at}/key`, faults);
  checkName(entry.name, `${at}/name`, faults);
  const reading = { subject: `rule ${entry.key}`, faults };
  const window = readWindow(entry, at, reading);
  const { key, name, priority = 0 } = entry;
  const head = { key, name, priority, ...window };
  switch (entry.rule_type) {
    case 'discount':
      return readYearly(entry, head, at, reading);
    case 'promotion': {
      refuseOthers(entry, PROMOTION, at, reading);
      const conditions = readConditions(entry.conditions, `${at}/conditions`, reading);
      const reduction = readReduction(entry.effect, `${at}/effect`, reading);
      if (reduction === undefined) return undefined;
      const stacking = entry.stacking ?? 'exclusive';
      return { ...head, ruleType: 'promotion', conditions, reduction, stacking };
    }
    case 'custom':
      return readCustom(entry, head, at, reading);
  }
}

type Head = Pick<RuleDefinition, 'key' | 'name' | 'priority' | 'startsMs' | 'validUntilMs'>;

function readYearly(
  entry: WrittenRule,
  head: Head,
  at: string,
  reading: Reading,
): RuleDefinition | undefined {
  refuseOthers(entry, DISCOUNT, at, reading);
  if (entry.stacking !== undefined) {
    complain(reading, `${at}/stacking`, 'is for promotions and custom prices');
  }
  if (entry.conditions.billing_cycle !== 'yearly') {
    complain(reading, `${at}/conditions/billing_cycle`, 'must be yearly: it makes yearly prices');
  }
  const off = entry.effect.percent_off_basis_points;
  if (off === undefined || !Number.isInteger(off) || off < 0 || off > MOST_BASIS_POINTS) {
    const message = `must be a whole number from 0 to ${MOST_BASIS_POINTS}`;
    return complain(reading, `${at}/effect/percent_off_basis_points`, message);
  }
  return { ...head, ruleType: 'discount', billingCycle: 'yearly', percentOffBasisPoints: off };
}

function readCustom(
  entry: WrittenRule,
  head: Head,
  at: string,
  reading: Reading,
): CustomRule | undefined {
  refuseOthers(entry, CUSTOM, at, reading);
  const { plan, plan_version: version, billing_cycle: cycle, currency } = entry.conditions;
  const buyer = readBuyer(entry, at, reading);
  if (plan === undefined) complain(reading, `${at}/conditions/plan`, 'must be given');
  if (version !== undefined && version < 1) {
    complain(reading, `${at}/conditions/plan_version`, 'must be the number of a version');
  }
  const effect = readCustomEffect(entry, at, reading);
  if (buyer === undefined || plan === undefined || effect === undefined) return undefined;
  return {
    ...head,
    ruleType: 'custom',
    buyer,
    plan,
    planVersion: version ?? null,
    billingCycle: cycle ?? null,
    currency: currency ?? null,
    effect,
    stacking: entry.stacking ?? 'exclusive',
  };
}

function readBuyer(entry: WrittenRule, at: string, reading: Reading): RuleBuyer | undefined {
  const { account, user } = entry.conditions;
  if ((account === undefined) === (user === undefined)) {
    return complain(reading, `${at}/conditions`, 'must name either an account or a user');
  }
  if (account !== undefined) {
    if (/^[1-9]\d{0,14}$/.test(account)) return { kind: 'account', accountId: Number(account) };
    return complain(reading, `${at}/conditions/account`, 'must be the number of an account');
  }
  if (isUserId(user!)) return { kind: 'user', user: user! };
  return complain(reading, `${at}/conditions/user`, "must be the app's own id of a user");
}

function readCustomEffect(
  entry: WrittenRule,
  at: string,
  reading: Reading,
): CustomEffect | undefined {
  const { amount, extra_seat_amount: seat, ...rest } = entry.effect;
  if (amount === undefined) {
    if (seat !== undefined) {
      complain(reading, `${at}/effect/extra_seat_amount`, 'comes with an amount of the plan');
    }
    const reduction = readReduction(rest, `${at}/effect`, reading);
    return reduction && { kind: 'reduction', reduction };
  }
  for (const name of Object.keys(rest)) {
    complain(reading, pointer(`${at}/effect`, name), 'cannot be given together with an amount');
  }
  const { billing_cycle: cycle, currency } = entry.conditions;
  if (cycle === undefined || currency === undefined) {
    const message = 'must name the billing_cycle and currency that the amount is for';
    return complain(reading, `${at}/conditions`, message);
  }
  const amountMinor = readAmount(amount, currency, `${at}/effect/amount`, reading);
  const place = `${at}/effect/extra_seat_amount`;
  const seatMinor = seat === undefined ? null : readAmount(seat, currency, place, reading);
  if (amountMinor === undefined || seatMinor === undefined) return undefined;
  return { kind: 'price', amountMinor, extraSeatMinor: seatMinor };
}

function readWindow(
  entry: WrittenRule,
  at: string,
  reading: Reading,
): Pick<Head, 'startsMs' | 'validUntilMs'> {
  const instant = (name: 'valid_from' | 'valid_until'): number | null => {
    const text = entry[name];
    if (text === undefined) return null;
    const parsed = parseInstant(text);
    if (parsed !== undefined) return parsed;
    const message = 'must be an instant, such as 2026-03-01T09:30:00Z';
    return complain(reading, `${at}/${name}`, message) ?? null;
  };
  const startsMs = instant('valid_from');
  const validUntilMs = instant('valid_until');
  if (startsMs !== null && validUntilMs !== null && validUntilMs <= startsMs) {
    complain(reading, `${at}/valid_until`, 'ends before it begins: nobody could ever have it');
  }
  return { startsMs, validUntilMs };
}

function refuseOthers(
  entry: WrittenRule,
  allowed: { readonly conditions: readonly string[]; readonly effect: readonly string[] },
  at: string,
  reading: Reading,
): void {
  for (const part of ['conditions', 'effect'] as const) {
    for (const name of Object.keys(entry[part])) {
      if (allowed[part].includes(name)) continue;
      const message = `is not known of rules of the type ${entry.rule_type}`;
      complain(reading, pointer(`${at}/${part}`, name), message);
    }
  }
}
