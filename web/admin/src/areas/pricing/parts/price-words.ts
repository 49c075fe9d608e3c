// pure
import { parseMoney } from '@whisperforge/kernel/money';
import { showMoney } from '../../../../../ui/money.ts';
import type { Conditions, Effect } from '../../../api/pricing/rules.ts';
import { counted, spoken } from '../../../words/quantities.ts';

/** `20 % off for 3 months`, `$5.00 or €5.00 off once`, `$1,200.00 a month`. */
export function saidOfEffect(effect: Effect, conditions: Conditions = {}): string {
  const { percent_off_basis_points: percent, amounts_off: amounts, amount } = effect;
  if (amount !== undefined) return saidOfPrice(effect, conditions);
  const off = percent === undefined ? saidOfAmounts(amounts ?? {}) : `${percentOf(percent)} %`;
  return [off, 'off', saidOfDuration(effect)].filter((part) => part !== '').join(' ');
}

function saidOfPrice({ amount, extra_seat_amount: seat }: Effect, of: Conditions): string {
  const { currency = '', billing_cycle: cycle } = of;
  const per = cycle === 'yearly' ? 'a year' : 'a month';
  const price = `${saidOfAmount(amount ?? '', currency)} ${per}`;
  return seat === undefined ? price : `${price}, ${saidOfAmount(seat, currency)} a further seat`;
}

function saidOfAmounts(amounts: Readonly<Record<string, string>>): string {
  return Object.entries(amounts)
    .map(([currency, amount]) => saidOfAmount(amount, currency))
    .join(' or ');
}

function saidOfAmount(text: string, currency: string): string {
  const amount = /^[a-z]{3}$/.test(currency) ? parseMoney(text, currency) : undefined;
  return amount === undefined ? `${text} ${currency.toUpperCase()}`.trim() : showMoney(amount);
}

function saidOfDuration({ duration, duration_in_months: months }: Effect): string {
  if (duration === undefined) return '';
  return duration === 'repeating' ? `for ${counted(months ?? 0, 'month')}` : duration;
}

/** Two thousand and fifty basis points are `20.5` percent, without a float on the way. */
export function percentOf(basisPoints: number): string {
  const digits = String(basisPoints).padStart(3, '0');
  const decimals = digits.slice(-2).replace(/0+$/, '');
  return digits.slice(0, -2) + (decimals === '' ? '' : `.${decimals}`);
}

/** `20.5` percent as basis points, exactly; a third decimal stays, and is refused by the server. */
export function basisPointsOf(percent: string): number | undefined {
  return /^\d+(?:\.\d+)?$/.test(percent.trim()) ? Number(`${percent.trim()}e2`) : undefined;
}

/** For what and for whom, a part for each condition; none is for anybody. */
export function saidOfConditions(conditions: Conditions): readonly string[] {
  const lists = [
    conditions.plans?.map(spoken),
    conditions.billing_cycles,
    conditions.currencies?.map((currency) => currency.toUpperCase()),
    conditions.countries,
  ];
  const { account, user, plan, plan_version: version, billing_cycle: cycle } = conditions;
  const { currency, first_purchase_only: isFirst } = conditions;
  return [
    ...lists.flatMap((list) => (list === undefined ? [] : [list.join(' or ')])),
    ...(user === undefined ? [] : [`user ${user}`]),
    ...(account === undefined ? [] : [`account ${account}`]),
    ...(plan === undefined ? [] : [spoken(plan) + (version === undefined ? '' : ` ${version}`)]),
    ...(cycle === undefined ? [] : [cycle]),
    ...(currency === undefined ? [] : [currency.toUpperCase()]),
    ...(isFirst === true ? ['first purchase'] : []),
  ];
}
