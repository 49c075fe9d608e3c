import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { List } from '../contract/session.ts';
import { ask, exportUrl, queryOf, segment } from '../request.ts';
import { PRICING, type Conditions, type Effect, type Said } from './rules.ts';

export const CODE_STATES = ['active', 'scheduled', 'used_up', 'expired', 'ended'] as const;

export interface PromotionCode {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly batch: string | null;
  readonly state: string;
  readonly effect: Effect;
  readonly conditions: Conditions;
  readonly stacking: string;
  readonly priority: number;
  readonly most_redemptions: number | null;
  readonly most_per_account: number | null;
  /** By customers who are paying just now. */
  readonly held: number;
  readonly redeemed: number;
  /** What accounts that redeemed it have paid since. */
  readonly revenue: readonly { readonly currency: string; readonly amount_minor: number }[];
  readonly valid_from: string;
  readonly expires_at: string | null;
  readonly ended_at: string | null;
  readonly created_at: string;
}

/** In a list, where whoever may not read codes is shown how they begin. */
export interface ListedCode extends PromotionCode {
  readonly is_masked: boolean;
}

export interface Redemption {
  readonly id: string;
  readonly account: string;
  readonly user: string | null;
  readonly email: string | null;
  readonly state: string;
  readonly held_at: string;
  readonly redeemed_at: string | null;
}

/** What new codes promise. */
export interface CodeTerms {
  readonly name: string;
  readonly effect: Effect;
  readonly conditions?: Conditions;
  readonly stacking?: string;
  readonly priority?: number;
  readonly most_redemptions?: number | null;
  readonly most_per_account?: number | null;
  readonly valid_from?: string;
  readonly expires_at?: string;
}

export interface CodeFilters {
  readonly prefix?: string;
  readonly batch?: string;
  readonly state?: string;
}

export function codesQuery({ prefix, batch, state }: CodeFilters) {
  return infiniteQueryOptions({
    queryKey: [PRICING, 'codes', prefix, batch, state],
    queryFn: ({ pageParam: cursor }) => {
      const query = queryOf({ prefix, batch, state, cursor });
      return ask<List<ListedCode>>('GET', `/promotion-codes${query}`);
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function codeQuery(code: string) {
  return queryOptions({
    queryKey: [PRICING, 'code', code],
    queryFn: () => ask<PromotionCode>('GET', `/promotion-codes/${segment(code)}`),
  });
}

export function redemptionsQuery(code: string) {
  return infiniteQueryOptions({
    queryKey: [PRICING, 'redemptions', code],
    queryFn: ({ pageParam: cursor }) => {
      const path = `/promotion-codes/${segment(code)}/redemptions`;
      return ask<List<Redemption>>('GET', `${path}${queryOf({ cursor })}`);
    },
    initialPageParam: '',
    getNextPageParam: ({ next_cursor: cursor }) => cursor ?? undefined,
  });
}

export function codesExportUrl({ prefix, batch, state }: CodeFilters): string {
  return exportUrl('/promotion-codes/export.csv', { prefix, batch, state });
}

export interface MadeCode {
  readonly code: PromotionCode;
}

export function makeCode(code: string, terms: CodeTerms, said: Said): Promise<MadeCode> {
  return ask('POST', '/promotion-codes', { code, ...terms, ...said });
}

export interface GeneratedCodes {
  readonly count: number;
  readonly batch: string;
  readonly example: PromotionCode;
}

export function generateCodes(
  wanted: { readonly count: number; readonly prefix: string; readonly batch: string },
  terms: CodeTerms,
  said: Said,
): Promise<GeneratedCodes> {
  return ask('POST', '/promotion-codes/generate', { ...wanted, ...terms, ...said });
}

export function endCode(code: string, reason: string): Promise<unknown> {
  return ask('POST', `/promotion-codes/${segment(code)}/end`, { reason });
}
