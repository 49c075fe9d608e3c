import { takenOf, type ModelAccount, type ModelPeriod } from './account.ts';
import type { Micro } from './catalog.ts';
import { limitOf } from './limits.ts';

/** What a check says of a balance. */
export interface CountsShown {
  readonly period_end: string | null;
  readonly limit: number | null;
  readonly used: number;
  readonly reserved: number;
  readonly remaining: number | null;
}

/** A balance as the interface answers it. */
export interface BalanceShown extends CountsShown {
  readonly feature: string;
  readonly period_start: string | null;
}

export interface TrackShown {
  readonly recorded: boolean;
  readonly duplicate: boolean;
  readonly over_limit: boolean;
  readonly balances: readonly BalanceShown[];
}

export interface ReserveShown {
  readonly granted: boolean;
  readonly duplicate: boolean;
  readonly expires_at: string | null;
  readonly balance: BalanceShown;
  /** Why not, and what plan would allow it. */
  readonly reason: string | null;
  readonly upgrade: string | null;
}

export interface CommitShown extends BalanceShown {
  readonly over_limit: boolean;
  readonly duplicate: boolean;
  readonly late: boolean;
}

export interface ExtendShown extends BalanceShown {
  readonly expires_at: string;
}

export interface CheckShown {
  readonly allowed: boolean;
  readonly reason: string;
  readonly plan: string;
  readonly value: string | readonly string[] | null;
  readonly upgrade: string | null;
  readonly balance: CountsShown | null;
}

/** A refusal is known by its code. */
export interface RefusedShown {
  readonly error: string;
}

export function balanceShown(account: ModelAccount, period: ModelPeriod): BalanceShown {
  const isLevel = period.endMs === Number.POSITIVE_INFINITY;
  return {
    feature: period.feature,
    period_start: isLevel ? null : instantShown(period.startMs),
    ...countsShown(account, period),
  };
}

export function countsShown(account: ModelAccount, period: ModelPeriod): CountsShown {
  const isLevel = period.endMs === Number.POSITIVE_INFINITY;
  const { limit } = limitOf(account, period);
  const rest = limit === null ? null : limit - takenOf(period);
  return {
    period_end: isLevel ? null : instantShown(period.endMs),
    limit: limit === null ? null : numberShown(limit),
    used: numberShown(period.used),
    reserved: numberShown(period.held),
    remaining: rest === null ? null : numberShown(rest > 0n ? rest : 0n),
  };
}

export function instantShown(atMs: number): string {
  return new Date(atMs).toISOString();
}

export function numberShown(amount: Micro): number {
  return Number(amount) / 1_000_000;
}
