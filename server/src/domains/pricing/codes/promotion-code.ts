// pure
import type { Conditions } from '../rules/conditions.ts';
import type { Reduction } from '../rules/reduction.ts';
import type { Stacking } from '../rules/rule.ts';

/** What a code promises; those made together promise the same. */
export interface CodeTerms {
  readonly name: string;
  /** What those have in common that were made together; `null` for a code of its own. */
  readonly batch: string | null;
  readonly reduction: Reduction;
  readonly conditions: Conditions;
  readonly stacking: Stacking;
  readonly priority: number;
  /** How often it can be used in all, and by one account; `null` is without end. */
  readonly mostRedemptions: number | null;
  readonly mostPerAccount: number | null;
  readonly validFromMs: number;
  readonly expiresMs: number | null;
}

export interface PromotionCode extends CodeTerms {
  readonly id: number;
  /** In upper case. */
  readonly code: string;
  /** How many redemptions are held or redeemed. */
  readonly taken: number;
  readonly endedMs: number | null;
  readonly createdMs: number;
}

export const CODE_STATES = ['scheduled', 'active', 'used_up', 'expired', 'ended'] as const;
export type CodeState = (typeof CODE_STATES)[number];

/** Those that are in a state at an instant. */
export interface InState {
  readonly state: CodeState;
  readonly atMs: number;
}

export function codeStateAt(code: PromotionCode, atMs: number): CodeState {
  if (code.endedMs !== null) return 'ended';
  if (code.expiresMs !== null && code.expiresMs <= atMs) return 'expired';
  if (code.mostRedemptions !== null && code.taken >= code.mostRedemptions) return 'used_up';
  return atMs < code.validFromMs ? 'scheduled' : 'active';
}

export const CODE_FORM = /^[A-Z0-9][A-Z0-9-]{2,49}$/;

/** How a code is stored; customers may write it in any case. */
export function normaliseCode(text: string): string {
  return text.trim().toUpperCase();
}

/** One use of a code: held while its customer checks out, then redeemed or freed. */
export interface Redemption {
  readonly id: number;
  readonly codeId: number;
  readonly accountId: number;
  /** What it is used for, such as `checkout:12`. */
  readonly reference: string;
  readonly state: 'held' | 'redeemed' | 'freed';
  readonly heldMs: number;
  readonly redeemedMs: number | null;
  readonly freedMs: number | null;
}
