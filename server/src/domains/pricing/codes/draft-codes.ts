// pure
import { AppError } from '../../../platform/errors.ts';
import { checkText, type Faults } from '../../plans/index.ts';
import { CODE_INVALID } from '../errors.ts';
import { refuseReduction, type OfferedPrice } from '../rules/check-reduction.ts';
import { complain, readConditions, readReduction, type Reading } from '../rules/read-reduction.ts';
import type { Stacking } from '../rules/rule.ts';
import type { WrittenConditions, WrittenEffect } from '../rules/rule-schema.ts';
import { CODE_FORM, normaliseCode, type CodeTerms } from './promotion-code.ts';

export const MOST_CODES = 10_000;
const PREFIX_FORM = /^[A-Z0-9](?:[A-Z0-9-]{0,28}[A-Z0-9])?$/;

/** Codes to be made, said as pricing rules say it. */
export interface NewCodes {
  /** One as it is given, or so many that nobody can guess. */
  readonly codes:
    | { readonly kind: 'named'; readonly code: string }
    | { readonly kind: 'generated'; readonly count: number; readonly prefix: string };
  readonly name: string;
  readonly batch?: string | null;
  readonly effect: Pick<
    WrittenEffect,
    'percent_off_basis_points' | 'amounts_off' | 'duration' | 'duration_in_months'
  >;
  readonly conditions?: Pick<
    WrittenConditions,
    'plans' | 'billing_cycles' | 'currencies' | 'countries' | 'first_purchase_only'
  >;
  readonly stacking?: Stacking;
  readonly priority?: number;
  /** `null` is without end; left out, once for a generated code, and once by an account. */
  readonly mostRedemptions?: number | null;
  readonly mostPerAccount?: number | null;
  readonly validFromMs?: number | null;
  readonly expiresMs?: number | null;
}

export interface SoldForCodes {
  readonly offered: readonly OfferedPrice[];
  readonly slugs: readonly string[];
}

/** What new codes promise, refused with every reason at once where it cannot be kept. */
export function draftCodes(input: NewCodes, sold: SoldForCodes, nowMs: number): CodeTerms {
  const faults: Faults = [];
  const reading: Reading = { subject: subjectOf(input), faults };
  refuseNames(input, reading);
  const reduction = readReduction(input.effect, '/effect', reading);
  const conditions = readConditions(input.conditions ?? {}, '/conditions', reading);
  const unknown = (conditions.plans ?? []).filter((slug) => !sold.slugs.includes(slug));
  if (unknown.length > 0) {
    const known = sold.slugs.join(', ');
    complain(reading, '/conditions/plans', `${unknown.join(', ')} is not on sale (${known} are)`);
  } else if (reduction !== undefined && faults.length === 0) {
    for (const reason of refuseReduction(reduction, conditions, sold.offered)) {
      complain(reading, '/effect', reason);
    }
  }
  const validFromMs = input.validFromMs ?? nowMs;
  const expiresMs = input.expiresMs ?? null;
  if (expiresMs !== null && expiresMs <= Math.max(validFromMs, nowMs)) {
    complain(reading, '/expires_at', 'ends before it begins: nobody could ever use it');
  }
  const isOneOfMany = input.codes.kind === 'generated';
  const { mostRedemptions = isOneOfMany ? 1 : null, mostPerAccount = 1, priority = 0 } = input;
  refuseCount(mostRedemptions, '/most_redemptions', reading);
  refuseCount(mostPerAccount, '/most_per_account', reading);
  if (!Number.isInteger(priority) || Math.abs(priority) > 1_000) {
    complain(reading, '/priority', 'must be a whole number from -1000 to 1000');
  }
  if (faults.length > 0 || reduction === undefined) throw invalid(faults);
  return {
    name: input.name,
    batch: input.batch ?? null,
    reduction,
    conditions,
    stacking: input.stacking ?? 'exclusive',
    priority,
    mostRedemptions,
    mostPerAccount,
    validFromMs,
    expiresMs,
  };
}

function subjectOf({ codes }: NewCodes): string {
  return codes.kind === 'named' ? `code ${normaliseCode(codes.code)}` : `codes ${codes.prefix}`;
}

function refuseNames(input: NewCodes, reading: Reading): void {
  const { codes, name, batch = null } = input;
  if (name.trim() === '') complain(reading, '/name', 'must not be empty');
  checkText(name, '/name', reading.faults);
  if (batch !== null && !/^[A-Za-z0-9._:-]{1,100}$/.test(batch)) {
    complain(reading, '/batch', 'must be 1 to 100 letters, digits or any of . _ : -');
  }
  if (codes.kind === 'named') {
    if (CODE_FORM.test(normaliseCode(codes.code))) return;
    complain(reading, '/code', 'must be 3 to 50 letters of A-Z, digits and dashes');
    return;
  }
  if (!Number.isInteger(codes.count) || codes.count < 1 || codes.count > MOST_CODES) {
    complain(reading, '/count', `must be from 1 to ${MOST_CODES}`);
  }
  const prefix = normaliseCode(codes.prefix);
  if (prefix !== '' && !PREFIX_FORM.test(prefix)) {
    complain(reading, '/prefix', 'must be at most 30 letters of A-Z, digits and inner dashes');
  }
}

function refuseCount(count: number | null, at: string, reading: Reading): void {
  if (count === null || (Number.isInteger(count) && count >= 1 && count <= 1_000_000_000)) return;
  complain(reading, at, 'must be a whole number of at least 1, or null for no end');
}

function invalid(faults: Faults): AppError {
  const [first] = faults;
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  const message = `Refused: ${first?.field} ${first?.message}${more}.`;
  return new AppError(CODE_INVALID, { message, fields: faults });
}
