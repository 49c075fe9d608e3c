// pure
import { addDays, addMonths } from '@whisperforge/kernel/period';
import {
  nextAmountChangeMs,
  recurringAmounts,
  type Interval,
  type RecurringItem,
  type SubscriptionChange,
} from '../../subscriptions/index.ts';
import { partsOf } from './parts.ts';
import type { LedgerRules } from './rules.ts';

/** One subscription as it has stood, oldest change first. */
export interface SubscriptionHistory {
  readonly key: string;
  readonly changes: readonly SubscriptionChange[];
  /** When its customer asked to cancel it, where that is known. */
  readonly cancelRequestedMs: number | null;
}

/** What a part of MRR is of; the finest that figures are broken down to. */
export interface LineKey {
  readonly plan: string;
  /** `month`, `year`, or more than one of them as `3 month`. */
  readonly cycle: string;
  readonly currency: string;
}

/** MRR by what it is of, in parts; what is nothing has no entry. */
export type Level = ReadonlyMap<string, bigint>;

/** What a subscription brings from an instant on. */
export interface LevelChange {
  readonly atMs: number;
  readonly level: Level;
}

export interface LevelOptions {
  readonly rules: LedgerRules;
  /** The plan that an item is of, in the words of the catalogue or of an import. */
  readonly planOf: (item: RecurringItem) => string;
}

/** What a subscription brings by steps, up to and with `untilMs`, and the next that is known. */
export interface Steps {
  readonly changes: readonly LevelChange[];
  readonly nextMs: number | null;
}

const NOTHING: Level = new Map();

export function stepsOf(
  history: SubscriptionHistory,
  { rules, planOf, untilMs }: LevelOptions & { readonly untilMs: number },
): Steps {
  const changes = churnedBy(rules, history);
  const steps: LevelChange[] = [];
  for (const [index, change] of changes.entries()) {
    const endMs = changes[index + 1]?.effectiveMs ?? Infinity;
    const terms = countedTerms(change, rules);
    let atMs: number | null = change.effectiveMs;
    // Each turn passes one end of one discount, of which there are as many as the change has.
    while (atMs !== null && atMs < endMs) {
      if (atMs > untilMs) return { changes: steps, nextMs: atMs };
      steps.push({ atMs, level: levelOf(terms, { atMs, planOf }) });
      atMs = nextAmountChangeMs(terms, { afterMs: atMs, profile: ALL_LOWER });
    }
  }
  return { changes: steps, nextMs: null };
}

/** Discounts that do not count are taken away before, so that all of the rest do. */
const ALL_LOWER = 'chartmogul';

function countedTerms(change: SubscriptionChange, rules: LedgerRules): SubscriptionChange {
  const discounts = change.discounts.filter(({ duration }) => rules.lowering.includes(duration));
  const isCounted = rules.countsPastDue || change.status !== 'past_due';
  return { ...change, discounts, items: isCounted ? change.items : [] };
}

function levelOf(
  terms: SubscriptionChange,
  { atMs, planOf }: Pick<LevelOptions, 'planOf'> & { readonly atMs: number },
): Level {
  const level = new Map<string, bigint>();
  for (const { item, perMonth } of recurringAmounts(terms, { atMs, profile: ALL_LOWER })) {
    const key = lineKey({ plan: planOf(item), cycle: cycleOf(item), currency: item.currency });
    const parts = (level.get(key) ?? 0n) + partsOf(perMonth);
    if (parts !== 0n) level.set(key, parts);
  }
  return level.size === 0 ? NOTHING : level;
}

function cycleOf({ interval, intervalCount }: RecurringItem): string {
  return intervalCount === 1 ? interval : `${intervalCount} ${interval}`;
}

export function lineKey({ plan, cycle, currency }: LineKey): string {
  return JSON.stringify([currency, plan, cycle]);
}

export function parseLineKey(key: string): LineKey {
  const [currency, plan, cycle] = JSON.parse(key) as [string, string, string];
  return { plan, cycle, currency };
}

/** The history with its end where the rules have it. */
function churnedBy(
  rules: LedgerRules,
  { changes, cancelRequestedMs }: SubscriptionHistory,
): readonly SubscriptionChange[] {
  const last = changes.at(-1);
  if (rules.churnsAt === 'end' || last?.status !== 'canceled') return changes;
  if (rules.churnsAt === 'cycle') {
    const served = changes.at(-2);
    if (served === undefined) return changes;
    return [...changes.slice(0, -1), { ...last, effectiveMs: cycleEndMs(changes, served, last) }];
  }
  const requestedMs = cancelRequestedMs ?? last.effectiveMs;
  const before = changes.filter(({ effectiveMs }) => effectiveMs < requestedMs);
  return [...before, { ...last, effectiveMs: Math.min(requestedMs, last.effectiveMs) }];
}

/** The first end of a cycle at or after the end, counted from the start of what was paid last. */
function cycleEndMs(
  changes: readonly SubscriptionChange[],
  served: SubscriptionChange,
  last: SubscriptionChange,
): number {
  const item = served.items.find(({ isMetered }) => !isMetered);
  if (item === undefined) return last.effectiveMs;
  const paid = changes.find(({ status }) => status === 'active') ?? served;
  const stepMonths = item.intervalCount * (MONTHS[item.interval] ?? 0);
  const stepDays = item.intervalCount * (DAYS[item.interval] ?? 0);
  const after = (count: number): number =>
    stepMonths > 0
      ? addMonths(paid.effectiveMs, count * stepMonths)
      : addDays(paid.effectiveMs, count * stepDays);
  const spanMs = last.effectiveMs - paid.effectiveMs;
  const shortestMs = after(1) - paid.effectiveMs;
  // Months differ in length by a tenth at most, so the search begins a little early.
  let count = Math.max(1, Math.floor((spanMs / shortestMs) * 0.85));
  while (after(count) < last.effectiveMs) count += 1;
  return after(count);
}

const MONTHS: Readonly<Partial<Record<Interval, number>>> = { month: 1, year: 12 };
const DAYS: Readonly<Partial<Record<Interval, number>>> = { day: 1, week: 7 };
