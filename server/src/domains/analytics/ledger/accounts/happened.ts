// pure
/** What kinds of things happen to accounts that figures are made of; see `happening_days`. */
export type HappenedKind = 'invoice' | 'failure' | 'code' | 'sign_up';

/** How often something happened, what it came to, and how much of that is of two sorts. */
export interface HappenedSums {
  readonly total: number;
  readonly first: number;
  readonly second: number;
  readonly totalMinor: number;
  readonly firstMinor: number;
  readonly secondMinor: number;
}

/** What happened to accounts of one segment on a day, added up. */
export interface Happened extends HappenedSums {
  readonly kind: HappenedKind;
  readonly day: string;
  readonly country: string;
  readonly source: string;
  /** The promotion code, or the campaign; empty of others. */
  readonly label: string;
  /** Empty where nothing is money. */
  readonly currency: string;
}

export const NOTHING_HAPPENED: HappenedSums = {
  total: 0,
  first: 0,
  second: 0,
  totalMinor: 0,
  firstMinor: 0,
  secondMinor: 0,
};

/** Each day and segment once. */
export function addedUp(all: readonly Happened[]): Happened[] {
  return differences([], all);
}

/** What brings the sums from one to the other, each day and segment once. */
export function differences(before: readonly Happened[], after: readonly Happened[]): Happened[] {
  const sums = new Map<string, Happened>();
  const add = (each: Happened, sign: 1 | -1): void => {
    const key = keyOf(each);
    sums.set(key, { ...each, ...sumOf(sums.get(key) ?? NOTHING_HAPPENED, each, sign) });
  };
  for (const each of before) add(each, -1);
  for (const each of after) add(each, 1);
  return [...sums.values()].filter(isSomething);
}

function sumOf(one: HappenedSums, other: HappenedSums, sign: 1 | -1): HappenedSums {
  return {
    total: one.total + sign * other.total,
    first: one.first + sign * other.first,
    second: one.second + sign * other.second,
    totalMinor: one.totalMinor + sign * other.totalMinor,
    firstMinor: one.firstMinor + sign * other.firstMinor,
    secondMinor: one.secondMinor + sign * other.secondMinor,
  };
}

function isSomething(sums: HappenedSums): boolean {
  const { total, first, second, totalMinor, firstMinor, secondMinor } = sums;
  return [total, first, second, totalMinor, firstMinor, secondMinor].some((sum) => sum !== 0);
}

function keyOf({ kind, day, country, source, label, currency }: Happened): string {
  return JSON.stringify([kind, day, country, source, label, currency]);
}

/** As it is kept of an account, without names, since there is one for each that ever was. */
export type Packed = readonly [
  ...[kind: HappenedKind, day: string, country: string, source: string, label: string],
  ...[currency: string, total: number, first: number, second: number],
  ...[totalMinor: number, firstMinor: number, secondMinor: number],
];

export function packed(each: Happened): Packed {
  const { kind, day, country, source, label, currency, total, first, second } = each;
  const { totalMinor, firstMinor, secondMinor } = each;
  const key = [kind, day, country, source, label, currency] as const;
  return [...key, total, first, second, totalMinor, firstMinor, secondMinor];
}

export function unpacked(kept: Packed): Happened {
  const [kind, day, country, source, label, currency, total, first, second, ...minor] = kept;
  const [totalMinor, firstMinor, secondMinor] = minor;
  const key = { kind, day, country, source, label, currency };
  return { ...key, total, first, second, totalMinor, firstMinor, secondMinor };
}
