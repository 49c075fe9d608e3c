// pure
import { parseMoney } from '@whisperforge/kernel/money';
import { showMoney } from '../../../../../ui/money.ts';
import type { Beyond } from '../../../api/plans/drafts.ts';
import type { PlaceChange } from '../../../api/plans/versions.ts';
import type { Difference } from '../../../words/differences.ts';
import { showCount, spoken } from '../../../words/quantities.ts';
import { saidOfBeyond } from './terms-words.ts';

/** A place of a plan as people call it: `prices/monthly/usd` is `Price, monthly, USD`. */
export function wayTo(place: string): string {
  const [first = '', ...rest] = place.split('/');
  if (first === 'features') return spoken(rest.join(' '));
  if (first === 'default') return 'For those who bought none';
  const [cycle, currency] = rest;
  const named = first === 'prices' ? 'Price' : spoken(first);
  if (currency === undefined) return [named, ...rest].join(', ');
  return `${named}, ${cycle}, ${currency.toUpperCase()}`;
}

/** What stands at a place: money in its currency, lists without brackets, nothing as a dash. */
export function saidAt(place: string, value: string | null): string {
  if (value === null) return '–';
  const [first, , currency] = place.split('/');
  if ((first === 'prices' || first === 'extra_seat') && currency !== undefined) {
    const amount = parseMoney(value, currency);
    return amount === undefined ? value : showMoney(amount);
  }
  return first === 'features' ? saidOfFeature(value) : value;
}

export function differencesAt(changes: readonly PlaceChange[]): Difference[] {
  return changes.map(({ place, before, after }) => ({
    what: wayTo(place),
    before: saidAt(place, before),
    after: saidAt(place, after),
  }));
}

const BEYOND = ', beyond it ';

function saidOfFeature(value: string): string {
  if (value.startsWith('[') || value.startsWith('"')) return saidOfValues(parsed(value));
  const [limit = value, beyond] = value.split(BEYOND);
  const count = /^\d+(?:\.\d+)?$/.test(limit) ? showCount(Number(limit)) : limit;
  return beyond === undefined ? count : `${count}, ${saidOfBeyond(parsed(beyond) as Beyond)}`;
}

function saidOfValues(values: unknown): string {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  return list.map((value) => (value === '*' ? 'all' : String(value))).join(', ');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
