import { DAY, periodAt } from './calendar.ts';
import type { Micro, ModelCatalog, ModelPlan } from './catalog.ts';

export interface ModelSubscription {
  readonly plan: ModelPlan;
  readonly status: string;
  readonly startedMs: number;
  readonly cancelAtMs: number | null;
  readonly pastDueSinceMs: number | null;
  readonly scheduled: { readonly plan: ModelPlan; readonly atMs: number } | null;
}

/** A boost or a pack: it adds to a feature from one instant until before another. */
export interface ModelGrant {
  readonly number: number;
  readonly feature: string;
  readonly amount: Micro;
  readonly startsMs: number;
  endsMs: number | null;
  /** The only period that a boost is for. */
  readonly periodStartMs: number | null;
}

/** What one feature has gone through in one quota period; a level has one without end. */
export interface ModelPeriod {
  readonly feature: string;
  readonly startMs: number;
  endMs: number;
  used: Micro;
  held: Micro;
  /** What boosts that ended inside the period had given. */
  covered: Micro;
  /** What each pack has given, by its number. */
  readonly burned: Map<number, Micro>;
  /** Once it is over: what it had besides packs, and how far beyond it was let. */
  closed: { readonly base: Micro | null; readonly beyond: Micro | null } | null;
}

export interface ModelHold {
  readonly number: number;
  readonly feature: string;
  readonly period: ModelPeriod;
  readonly amount: Micro;
  readonly createdMs: number;
  expiresMs: number;
  status: 'held' | 'committed' | 'released' | 'expired';
  committed: Micro | null;
  isOver: boolean;
  isLate: boolean;
}

export interface ModelKey {
  readonly fingerprint: string;
  readonly receivedMs: number;
  readonly isOver: boolean;
  readonly hold: ModelHold | null;
}

export interface ModelEvent {
  readonly occurredMs: number;
  readonly amount: Micro;
  readonly counted: ReadonlyMap<string, Micro>;
  readonly isOver: boolean;
  readonly isLate: boolean;
}

/** Everything about one account, with its whole history. */
export interface ModelAccount {
  readonly catalog: ModelCatalog;
  readonly createdMs: number;
  nowMs: number;
  anchors: number[];
  subscription: ModelSubscription | null;
  planChange: (ModelGrantSpan & { readonly plan: ModelPlan }) | null;
  readonly boosts: ModelGrant[];
  readonly packs: ModelGrant[];
  readonly consents: Map<string, { readonly capMinor: number; readonly currency: string }>;
  /** Of each metered feature, ascending and without gaps; the last one is open. */
  readonly periods: Map<string, ModelPeriod[]>;
  readonly levels: Map<string, ModelPeriod>;
  readonly holds: ModelHold[];
  readonly keys: Map<string, ModelKey>;
  readonly events: ModelEvent[];
  /** Whether anything of it has been looked at or counted. */
  isTouched: boolean;
}

export interface ModelGrantSpan {
  readonly number: number;
  readonly startsMs: number;
  readonly endsMs: number | null;
}

/** How long before an account is made something may have happened that is told afterwards. */
const REACH = 36 * DAY;

export function createModelAccount(
  catalog: ModelCatalog,
  made: {
    readonly nowMs: number;
    readonly anchorMs: number;
    readonly metered: readonly string[];
    readonly levels: readonly string[];
  },
): ModelAccount {
  const { nowMs, anchorMs, metered, levels } = made;
  const endless = { startMs: 0, endMs: Number.POSITIVE_INFINITY };
  return {
    catalog,
    createdMs: nowMs,
    nowMs,
    anchors: [anchorMs],
    subscription: null,
    planChange: null,
    boosts: [],
    packs: [],
    consents: new Map(),
    periods: new Map(metered.map((feature) => [feature, []])),
    levels: new Map(levels.map((feature) => [feature, emptyPeriod(feature, endless)])),
    holds: [],
    keys: new Map(),
    events: [],
    isTouched: false,
  };
}

export function emptyPeriod(
  feature: string,
  span: { readonly startMs: number; readonly endMs: number },
): ModelPeriod {
  const { startMs, endMs } = span;
  const burned = new Map<number, Micro>();
  return { feature, startMs, endMs, used: 0n, held: 0n, covered: 0n, burned, closed: null };
}

/** The spans of the periods from well before the account was made until now. */
export function spansUntilNow(account: ModelAccount): { startMs: number; endMs: number }[] {
  const spans = [periodAt(account.anchors, account.createdMs - REACH)];
  while (spans.at(-1)!.endMs <= account.nowMs) {
    spans.push(periodAt(account.anchors, spans.at(-1)!.endMs));
  }
  return spans;
}

export function burnedOf(period: ModelPeriod): Micro {
  return [...period.burned.values()].reduce((sum, amount) => sum + amount, 0n);
}

export function takenOf(period: ModelPeriod): Micro {
  return period.used + period.held;
}
