import {
  takenOf,
  type ModelAccount,
  type ModelHold,
  type ModelKey,
  type ModelPeriod,
} from './account.ts';
import {
  balanceShown,
  instantShown,
  type BalanceShown,
  type CommitShown,
  type ExtendShown,
  type RefusedShown,
  type ReserveShown,
  type TrackShown,
} from './answers.ts';
import { DAY } from './calendar.ts';
import { countOf, type Micro } from './catalog.ts';
import { checkNow } from './check.ts';
import { leftOf, limitOf, packsAt } from './limits.ts';
import { giveUpHold, openPeriodOf, periodOf, settlePeriod } from './time.ts';

/** Keys are remembered, and holds that ran out may be booked, for so long. */
const MEMORY = 35 * DAY;

export interface Said {
  readonly amount: Micro;
  readonly tokensIn: number;
  readonly tokensOut: number;
}

export interface TrackSaid extends Said {
  readonly event: string;
  readonly key: string | undefined;
  readonly occurredMs: number | undefined;
  readonly enforce: boolean;
}

export interface ReserveSaid {
  readonly feature: string;
  readonly amount: Micro;
  readonly ttlMs: number;
  readonly key: string | undefined;
}

export function track(account: ModelAccount, said: TrackSaid): TrackShown | RefusedShown {
  const counts = account.catalog.events.get(said.event)!;
  const counted = countOf(counts, said);
  if (counts.length > 0) account.isTouched = true;
  const fingerprint = `track ${said.event} ${said.amount}`;
  const earlier = earlierUse(account, said.key, fingerprint);
  if (earlier !== undefined && 'error' in earlier) return earlier;
  // What is said to happen in the future happens now.
  const occurredMs = Math.min(said.occurredMs ?? account.nowMs, account.nowMs);
  const periods = [...counted.keys()].map((feature) => periodOf(account, feature, occurredMs));
  const balances = (): BalanceShown[] => periods.map((period) => balanceShown(account, period));
  if (earlier !== undefined) {
    return { recorded: true, duplicate: true, over_limit: earlier.isOver, balances: balances() };
  }
  const fits = periods.every((period) => hasRoom(account, period, counted.get(period.feature)!));
  if (said.enforce && !fits) {
    return { recorded: false, duplicate: false, over_limit: true, balances: balances() };
  }
  const isOver = book(account, periods, counted);
  const isLate = periods.some((period) => period.endMs <= account.nowMs);
  account.events.push({ occurredMs, amount: said.amount, counted, isOver, isLate });
  remember(account, said.key, { fingerprint, isOver, hold: null });
  return { recorded: true, duplicate: false, over_limit: isOver, balances: balances() };
}

/** Whether an amount stays within the limit and what is let beyond it. */
function hasRoom(account: ModelAccount, period: ModelPeriod, amount: Micro): boolean {
  const { ceiling } = limitOf(account, period);
  if (ceiling === null) return true;
  // A period that is over may still take of the packs that were in force at its end.
  const packs = period.closed === null ? [] : packsAt(account, period.feature, period.endMs - 1);
  const more = packs.reduce((sum, pack) => sum + leftOf(account, pack), 0n);
  return takenOf(period) + amount <= ceiling + more;
}

/** Adds to the periods; says whether any is beyond its limit then. */
function book(
  account: ModelAccount,
  periods: readonly ModelPeriod[],
  counted: ReadonlyMap<string, Micro>,
): boolean {
  for (const period of periods) {
    period.used += counted.get(period.feature)!;
    if (period.closed !== null) settlePeriod(account, period);
  }
  return periods.some((period) => {
    const { limit } = limitOf(account, period);
    return limit !== null && takenOf(period) > limit;
  });
}

export function setLevel(account: ModelAccount, feature: string, amount: Micro): BalanceShown {
  account.isTouched = true;
  const period = openPeriodOf(account, feature);
  period.used = amount;
  return balanceShown(account, period);
}

export function reserve(
  account: ModelAccount,
  said: ReserveSaid,
): { readonly shown: ReserveShown | RefusedShown; readonly hold: ModelHold | null } {
  account.isTouched = true;
  const { feature, amount } = said;
  const fingerprint = `reserve ${feature} ${amount}`;
  const earlier = earlierUse(account, said.key, fingerprint);
  if (earlier !== undefined && 'error' in earlier) return { shown: earlier, hold: null };
  const period = openPeriodOf(account, feature);
  if (earlier !== undefined) {
    return { shown: granted(account, earlier.hold!, true), hold: earlier.hold };
  }
  const { ceiling } = limitOf(account, period);
  if (ceiling !== null && takenOf(period) + amount > ceiling) {
    const { reason, upgrade } = checkNow(account, { feature, amount, value: undefined });
    const balance = balanceShown(account, period);
    const no = { granted: false, duplicate: false, expires_at: null, balance, reason, upgrade };
    return { shown: no, hold: null };
  }
  const hold: ModelHold = {
    number: account.holds.length,
    feature,
    period,
    amount,
    createdMs: account.nowMs,
    expiresMs: account.nowMs + said.ttlMs,
    status: 'held',
    committed: null,
    isOver: false,
    isLate: false,
  };
  period.held += amount;
  account.holds.push(hold);
  remember(account, said.key, { fingerprint, isOver: false, hold });
  return { shown: granted(account, hold, false), hold };
}

function granted(account: ModelAccount, hold: ModelHold, duplicate: boolean): ReserveShown {
  return {
    granted: true,
    duplicate,
    expires_at: instantShown(hold.expiresMs),
    balance: balanceShown(account, openPeriodOf(account, hold.feature)),
    reason: null,
    upgrade: null,
  };
}

export function commit(
  account: ModelAccount,
  hold: ModelHold,
  said: Said,
): CommitShown | RefusedShown {
  account.isTouched = true;
  if (hold.status === 'released') return { error: 'reservation_released' };
  if (hold.status === 'committed') {
    if (hold.committed !== said.amount) return { error: 'reservation_committed' };
    return committed(account, hold, true);
  }
  if (hold.status === 'expired' && account.nowMs >= hold.expiresMs + MEMORY) {
    return { error: 'reservation_expired' };
  }
  hold.isLate = hold.status === 'expired';
  if (!hold.isLate) hold.period.held -= hold.amount;
  const own = bookedTo(account, hold);
  const occurredMs = Math.min(account.nowMs, own.endMs - 1);
  const feature = account.catalog.features.get(hold.feature)!;
  const counts =
    feature.kind === 'metered'
      ? (account.catalog.events.get(feature.commitEvent ?? feature.key) ?? [])
      : [];
  const counted = countOf(counts, said).set(hold.feature, said.amount);
  const others = [...counted.keys()].filter((key) => key !== hold.feature);
  const periods = [own, ...others.map((key) => periodOf(account, key, occurredMs))];
  hold.isOver = book(account, periods, counted);
  hold.status = 'committed';
  hold.committed = said.amount;
  if (feature.kind === 'metered') {
    const { isOver, isLate } = hold;
    account.events.push({ occurredMs, amount: said.amount, counted, isOver, isLate });
  }
  return committed(account, hold, false);
}

/** The period that it was taken from; after its end, the present one. */
function bookedTo(account: ModelAccount, hold: ModelHold): ModelPeriod {
  return hold.isLate ? openPeriodOf(account, hold.feature) : hold.period;
}

function committed(account: ModelAccount, hold: ModelHold, duplicate: boolean): CommitShown {
  const balance = balanceShown(account, bookedTo(account, hold));
  return { ...balance, over_limit: hold.isOver, duplicate, late: hold.isLate };
}

export function release(account: ModelAccount, hold: ModelHold): BalanceShown | RefusedShown {
  account.isTouched = true;
  if (hold.status === 'committed') return { error: 'reservation_committed' };
  if (hold.status === 'held') giveUpHold(account, hold);
  hold.status = 'released';
  return balanceShown(account, hold.period);
}

export function extend(
  account: ModelAccount,
  hold: ModelHold,
  ttlMs: number,
): ExtendShown | RefusedShown {
  account.isTouched = true;
  if (hold.status !== 'held') return { error: `reservation_${hold.status}` };
  hold.expiresMs = Math.max(hold.expiresMs, account.nowMs + ttlMs);
  return { ...balanceShown(account, hold.period), expires_at: instantShown(hold.expiresMs) };
}

/** What a key stands for already, as long as it is remembered. */
function earlierUse(
  account: ModelAccount,
  key: string | undefined,
  fingerprint: string,
): ModelKey | RefusedShown | undefined {
  const known = key === undefined ? undefined : account.keys.get(key);
  if (known === undefined || account.nowMs >= known.receivedMs + MEMORY) return undefined;
  return known.fingerprint === fingerprint ? known : { error: 'idempotency_key_reused' };
}

function remember(
  account: ModelAccount,
  key: string | undefined,
  use: Omit<ModelKey, 'receivedMs'>,
): void {
  if (key !== undefined) account.keys.set(key, { ...use, receivedMs: account.nowMs });
}
