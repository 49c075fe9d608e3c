// pure
import { parseMoney } from '@whisperforge/kernel/money';
import { showMoney } from '../../../../../ui/money.ts';
import type { Beyond } from '../../../api/plans/drafts.ts';
import type { PlaceChange } from '../../../api/plans/versions.ts';
import type { Difference } from '../../../words/differences.ts';
import { showCount, spoken } from '../../../words/quantities.ts';
import { saidOfBeyond } from './terms-words.ts';

/** What features are called, by their keys; in the order of the catalogue. */
export type FeatureNames = ReadonlyMap<string, string>;

/** A place of a plan as people call it: `prices/monthly/usd` is `Price, monthly, USD`. */
export function wayTo(place: string, names: FeatureNames): string {
  const [first = '', ...rest] = place.split('/');
  if (first === 'features') return names.get(rest.join('/')) ?? spoken(rest.join(' '));
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

export function differencesAt(changes: readonly PlaceChange[], names: FeatureNames): Difference[] {
  return inOrder(changes, names).map(({ place, before, after }) => ({
    what: wayTo(place, names),
    before: saidAt(place, before),
    after: saidAt(place, after),
  }));
}

/** What customers read first, then features as the catalogue has them, then what it costs. */
export function inOrder<T extends { readonly place: string }>(
  places: readonly T[],
  names: FeatureNames,
): readonly T[] {
  const order = [
    'name',
    'description',
    'default',
    ...[...names.keys()].map((key) => `features/${key}`),
  ];
  const rankOf = ({ place }: T): number => {
    const rank = order.indexOf(place);
    if (rank >= 0) return rank;
    return place.startsWith('features/') ? order.length : order.length + 1;
  };
  return places.toSorted((a, b) => rankOf(a) - rankOf(b));
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
