// pure
import { parseMoney } from '@whisperforge/kernel/money';
import { pointer, type BillingCycle, type Faults } from '../../plans/index.ts';
import { isSellable, smallestStep } from '../chargeable.ts';
import type { Conditions } from './conditions.ts';
import { ALL_BASIS_POINTS, formatPercent, type Duration, type Reduction } from './reduction.ts';
import type { WrittenConditions, WrittenEffect } from './rule-schema.ts';

const MOST_MONTHS = 120;
const CURRENCY = /^[a-z]{3}$/;
const COUNTRY = /^[A-Z]{2}$/;

/** Where faults go, and who has them: messages name the rule or code that is refused. */
export interface Reading {
  /** Such as `rule spring`. */
  readonly subject: string;
  readonly faults: Faults;
}

/** What is taken off: percents that Stripe can say, or amounts that can be charged. */
export function readReduction(
  effect: WrittenEffect,
  at: string,
  reading: Reading,
): Reduction | undefined {
  const { percent_off_basis_points: percent, amounts_off: amounts } = effect;
  const duration = readDuration(effect, at, reading);
  if ((percent === undefined) === (amounts === undefined)) {
    const message = 'must have either percent_off_basis_points or amounts_off';
    return complain(reading, at, message);
  }
  if (percent !== undefined) {
    const place = `${at}/percent_off_basis_points`;
    const isSound = refusePercent(percent, place, reading);
    if (!isSound || duration === undefined) return undefined;
    return { off: { kind: 'percent', basisPoints: percent }, duration };
  }
  const read = readAmounts(amounts!, `${at}/amounts_off`, reading);
  if (read === undefined || duration === undefined) return undefined;
  return { off: { kind: 'amounts', amounts: read }, duration };
}

/** In the order of their names, so that those who say the same read the same. */
export function readConditions(
  written: WrittenConditions,
  at: string,
  reading: Reading,
): Conditions {
  return {
    plans: readList(written.plans, `${at}/plans`, reading),
    billingCycles: readList<BillingCycle>(written.billing_cycles, `${at}/billing_cycles`, reading),
    currencies: readList(written.currencies, `${at}/currencies`, reading, CURRENCY),
    countries: readList(written.countries, `${at}/countries`, reading, COUNTRY),
    firstPurchaseOnly: written.first_purchase_only ?? false,
  };
}

/** An amount in major units, in the steps in which it can be charged. */
export function readAmount(
  text: string,
  currency: string,
  at: string,
  reading: Reading,
): number | undefined {
  if (!CURRENCY.test(currency) || !isSellable(currency)) {
    return complain(reading, at, `cannot be in ${currency}, which is not sold in`);
  }
  const parsed = parseMoney(text, currency);
  if (parsed === undefined) {
    return complain(reading, at, `must be an amount in major units of ${currency}, such as 5.00`);
  }
  const { amountMinor } = parsed;
  if (amountMinor <= 0) return complain(reading, at, `is ${text}: it must be more than nothing`);
  const step = smallestStep(currency);
  if (amountMinor % step === 0) return amountMinor;
  return complain(reading, at, `is ${text}: the last decimal of ${currency} cannot be charged`);
}

export function complain(reading: Reading, field: string, message: string): undefined {
  reading.faults.push({ field, message: `(${reading.subject}) ${message}` });
}

function refusePercent(basisPoints: number, at: string, reading: Reading): boolean {
  if (!Number.isInteger(basisPoints)) {
    complain(reading, at, 'has more than two decimals of a percent, which no coupon can say');
    return false;
  }
  if (basisPoints >= 1 && basisPoints <= ALL_BASIS_POINTS) return true;
  const percent = basisPoints < 0 ? 'less than 0' : formatPercent(basisPoints);
  complain(reading, at, `takes ${percent} % off: it must be more than 0 % and at most 100 %`);
  return false;
}

function readDuration(
  { duration, duration_in_months: months }: WrittenEffect,
  at: string,
  reading: Reading,
): Duration | undefined {
  const place = `${at}/duration_in_months`;
  if (duration === undefined) {
    return complain(reading, `${at}/duration`, 'must be one of once, repeating, forever');
  }
  if (duration !== 'repeating') {
    if (months === undefined) return { kind: duration };
    return complain(reading, place, `cannot be given: the discount is ${duration}`);
  }
  if (months !== undefined && Number.isInteger(months) && months >= 1 && months <= MOST_MONTHS) {
    return { kind: duration, months };
  }
  return complain(reading, place, `must be a whole number of months from 1 to ${MOST_MONTHS}`);
}

function readAmounts(
  amounts: Readonly<Record<string, string>>,
  at: string,
  reading: Reading,
): ReadonlyMap<string, number> | undefined {
  const entries = Object.entries(amounts).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return complain(reading, at, 'must name an amount in a currency');
  const read = new Map<string, number>();
  for (const [currency, text] of entries) {
    const amount = readAmount(text, currency, pointer(at, currency), reading);
    if (amount !== undefined) read.set(currency, amount);
  }
  return read.size === entries.length ? read : undefined;
}

function readList<T extends string>(
  list: readonly T[] | undefined,
  at: string,
  reading: Reading,
  form?: RegExp,
): readonly T[] | null {
  if (list === undefined) return null;
  if (list.length === 0) {
    return complain(reading, at, 'is empty: it would be for nothing; leave it out for any') ?? null;
  }
  for (const [index, entry] of list.entries()) {
    const isKnownForm = form === undefined || form.test(entry);
    if (!isKnownForm) complain(reading, `${at}/${index}`, `${entry} is not such a code`);
    if (list.indexOf(entry) < index) complain(reading, `${at}/${index}`, `${entry} is named twice`);
  }
  return list.toSorted();
}
