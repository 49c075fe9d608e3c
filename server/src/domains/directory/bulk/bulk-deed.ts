// pure
import type { Quantity } from '@whisperforge/kernel/quantity';
import type { DiscountWish } from '../../billing/index.ts';

export const BULK_KINDS = ['boost', 'gift', 'restrict', 'lift', 'note', 'discount'] as const;
export type BulkKind = (typeof BULK_KINDS)[number];
export type BulkState = 'running' | 'stopped' | 'done';
export const BULK_USER_STATES = ['waiting', 'done', 'refused'] as const;
export type BulkUserState = (typeof BULK_USER_STATES)[number];

/** What is done to each of many users. */
export type BulkTerms =
  | {
      readonly kind: 'boost';
      readonly feature: string;
      readonly amount: Quantity;
      readonly expiresMs: number | null;
    }
  | { readonly kind: 'gift'; readonly plan: string; readonly expiresMs: number | null }
  | { readonly kind: 'restrict'; readonly expiresMs: number | null }
  | { readonly kind: 'lift' }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'discount'; readonly discount: DiscountWish };

/** What a bulk deed has done is taken back. */
export interface UndoTerms {
  readonly kind: 'undo';
  /** The bulk deed that is undone. */
  readonly of: number;
  /** What it has done. */
  readonly given: BulkTerms;
}

/** Something that is done to many users, each by itself. */
export interface BulkDeed {
  readonly id: number;
  /** Of an undo, the kind of what it undoes: whoever may do the one may do the other. */
  readonly kind: BulkKind;
  /** The bulk deed that it takes back; none where it does something itself. */
  readonly undoes: number | null;
  /** As it was said; `readTerms` reads it. */
  readonly terms: Readonly<Record<string, unknown>>;
  readonly reason: string;
  readonly state: BulkState;
  readonly revision: number;
  /** How many users it is for. */
  readonly users: number;
  readonly createdBy: number;
  readonly createdByName: string | null;
  /** In whose name it is done: who has begun it, or who had it go on after that. */
  readonly carriedOnBy: number;
  readonly carriedOnByName: string | null;
  /** Of the request by which that was said. */
  readonly requestId: string | null;
  readonly address: string | null;
  readonly createdMs: number;
  readonly finishedMs: number | null;
}

/** A user who is to be chosen, with what the choice can be refused by. */
export interface BulkUser {
  readonly userId: number;
  readonly accountId: number;
  readonly externalId: string;
  readonly name: string | null;
  readonly email: string;
  /** Who keeps the subscription: stripe, manual, gift, or none. */
  readonly source: string;
}

/** One user of a bulk deed, who is next. */
export interface BulkTarget {
  readonly bulkDeedId: number;
  readonly accountId: number;
  readonly userId: number;
  readonly attempts: number;
}

/** What came of one user. */
export interface BulkOutcome {
  readonly state: BulkUserState;
  readonly code: string | null;
  readonly detail: string | null;
  readonly resultId: number | null;
}
