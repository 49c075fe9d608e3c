import {
  burnedOf,
  emptyPeriod,
  spansUntilNow,
  takenOf,
  type ModelAccount,
  type ModelGrant,
  type ModelHold,
  type ModelPeriod,
} from './account.ts';
import { periodAt } from './calendar.ts';
import type { Micro } from './catalog.ts';
import { boostsAt, boostsPeriod, includedAt, leftOf, packsAt, sumOf } from './limits.ts';

/** Lives through every instant until `toMs`, one after the other, as if somebody always looked. */
export function liveUntil(account: ModelAccount, toMs: number): void {
  for (;;) {
    const next = nextInstant(account);
    if (next > toMs) break;
    account.nowMs = next;
    endHolds(account);
    endGrantsInsidePeriods(account);
    turnPeriods(account);
  }
  account.nowMs = toMs;
}

export function openPeriodOf(account: ModelAccount, feature: string): ModelPeriod {
  return account.levels.get(feature) ?? account.periods.get(feature)!.at(-1)!;
}

/** The period in which something happened at an instant. */
export function periodOf(account: ModelAccount, feature: string, atMs: number): ModelPeriod {
  const level = account.levels.get(feature);
  if (level !== undefined) return level;
  const period = account.periods
    .get(feature)!
    .find((each) => each.startMs <= atMs && atMs < each.endMs);
  if (period === undefined) throw new Error(`no period of ${feature} at ${atMs}`);
  return period;
}

/** Counts from nothing: all periods up to now go by the facts as they are. */
export function beginPeriods(account: ModelAccount): void {
  for (const [feature, periods] of account.periods) {
    periods.length = 0;
    for (const span of spansUntilNow(account)) periods.push(emptyPeriod(feature, span));
    for (const period of periods.slice(0, -1)) closePeriod(account, period);
  }
}

/** Counts quota periods from now on anew: the one that is open ends. */
export function startAnew(account: ModelAccount, anchorMs: number): void {
  account.anchors = [...new Set([...account.anchors, anchorMs])].toSorted((a, b) => a - b);
  fitOpenPeriods(account);
  turnPeriods(account);
}

/** The open periods end where the anchors say now. */
export function fitOpenPeriods(account: ModelAccount): void {
  for (const periods of account.periods.values()) {
    const open = periods.at(-1)!;
    open.endMs = periodAt(account.anchors, open.startMs).endMs;
  }
}

function nextInstant(account: ModelAccount): number {
  const ends = [...account.boosts, ...account.packs].map((grant) => grant.endsMs);
  const holds = account.holds
    .filter((hold) => hold.status === 'held')
    .map((hold) => hold.expiresMs);
  const periods = [...account.periods.values()].map((each) => each.at(-1)!.endMs);
  let next = Number.POSITIVE_INFINITY;
  for (const instant of [...ends, ...holds, ...periods]) {
    if (instant !== null && instant > account.nowMs && instant < next) next = instant;
  }
  return next;
}

function endHolds(account: ModelAccount): void {
  const ended = account.holds
    .filter((hold) => hold.status === 'held' && hold.expiresMs === account.nowMs)
    .toSorted((a, b) => a.createdMs - b.createdMs || a.number - b.number);
  for (const hold of ended) {
    hold.status = 'expired';
    giveUpHold(account, hold);
  }
}

export function giveUpHold(account: ModelAccount, hold: ModelHold): void {
  hold.period.held -= hold.amount;
  if (hold.period.closed !== null) settlePeriod(account, hold.period);
}

/** What ends together with a period was in force to its end, and is counted at its closing. */
function endGrantsInsidePeriods(account: ModelAccount): void {
  const { nowMs } = account;
  for (const periods of account.periods.values()) {
    const period = periods.at(-1)!;
    if (period.endMs === nowMs) continue;
    const isEnding = (grant: ModelGrant): boolean => grant.endsMs === nowMs;
    for (const boost of account.boosts.filter(isEnding)) {
      if (boostsPeriod(boost, period)) keepWhatBoostGave(account, period, boost);
    }
    for (const pack of account.packs.filter(isEnding)) {
      if (pack.feature === period.feature) keepWhatPackGave(account, period, pack);
    }
  }
}

/** Use is counted against what is included first, then boosts, then packs; each by its end. */
function keepWhatBoostGave(account: ModelAccount, period: ModelPeriod, boost: ModelGrant): void {
  const included = includedAt(account, period, account.nowMs - 1).limit;
  if (included === null) return;
  const before = included + period.covered + burnedOf(period);
  period.covered += within(takenOf(period) - before, boost.amount);
}

function keepWhatPackGave(account: ModelAccount, period: ModelPeriod, pack: ModelGrant): void {
  const included = includedAt(account, period, account.nowMs - 1).limit;
  if (included === null) return;
  const others = boostsAt(account, period, account.nowMs - 1);
  const standing = others.filter((boost) => boost.endsMs !== account.nowMs);
  const before = included + period.covered + sumOf(standing) + burnedOf(period);
  burn(period, pack, within(takenOf(period) - before, leftOf(account, pack)));
}

/** Closes the periods that end now and opens the next. */
function turnPeriods(account: ModelAccount): void {
  for (const [feature, periods] of account.periods) {
    const period = periods.at(-1)!;
    if (period.endMs !== account.nowMs) continue;
    closePeriod(account, period);
    periods.push(emptyPeriod(feature, periodAt(account.anchors, account.nowMs)));
  }
}

function closePeriod(account: ModelAccount, period: ModelPeriod): void {
  const last = period.endMs - 1;
  const { limit, beyond } = includedAt(account, period, last);
  const boosts = sumOf(boostsAt(account, period, last));
  period.closed = { base: limit === null ? null : limit + period.covered + boosts, beyond };
  settlePeriod(account, period);
}

/** Packs give a closed period max(0, used + held - all else), as far as they last. */
export function settlePeriod(account: ModelAccount, period: ModelPeriod): void {
  const base = period.closed!.base;
  const over = base === null ? 0n : takenOf(period) - base;
  let missing = (over > 0n ? over : 0n) - burnedOf(period);
  for (const pack of packsAt(account, period.feature, period.endMs - 1)) {
    if (missing <= 0n) break;
    const given = within(missing, leftOf(account, pack));
    burn(period, pack, given);
    missing -= given;
  }
  const latestFirst = account.packs.toSorted(
    (a, b) => lastEnd(b) - lastEnd(a) || b.number - a.number,
  );
  for (const pack of latestFirst) {
    if (missing >= 0n) break;
    const back = within(-missing, period.burned.get(pack.number) ?? 0n);
    burn(period, pack, -back);
    missing += back;
  }
}

function lastEnd(pack: ModelGrant): number {
  return pack.endsMs ?? Number.MAX_SAFE_INTEGER;
}

function burn(period: ModelPeriod, pack: ModelGrant, amount: Micro): void {
  if (amount === 0n) return;
  period.burned.set(pack.number, (period.burned.get(pack.number) ?? 0n) + amount);
}

function within(amount: Micro, most: Micro): Micro {
  if (amount <= 0n) return 0n;
  return amount < most ? amount : most;
}
