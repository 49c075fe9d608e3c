// pure
import { parseInstant } from '@whisperforge/kernel/clock';
import { AppError } from '../../../platform/errors.ts';
import { quantityOf } from '../../usage/index.ts';
import { BULK_DEED_INCOMPLETE } from '../errors.ts';
import type { BulkKind, BulkTerms } from './bulk-deed.ts';

/** What is to be done, as a request says it; which fields belong to it depends on the kind. */
export interface SaidTerms {
  readonly feature?: string | undefined;
  readonly amount?: number | string | undefined;
  readonly plan?: string | undefined;
  readonly expires_at?: string | null | undefined;
  readonly text?: string | undefined;
  readonly percent_off?: number | undefined;
  readonly amount_off_minor?: number | undefined;
  readonly currency?: string | undefined;
  readonly months?: number | undefined;
  readonly duration?: 'once' | 'forever' | undefined;
}
type Field = keyof SaidTerms;

const FIELDS: Readonly<Record<BulkKind, readonly Field[]>> = {
  boost: ['feature', 'amount', 'expires_at'],
  gift: ['plan', 'expires_at'],
  restrict: ['expires_at'],
  lift: [],
  note: ['text'],
  discount: ['percent_off', 'amount_off_minor', 'currency', 'months', 'duration'],
};

/** What of a request belongs to a kind, to be kept; throws where anything else is said. */
export function termsOfKind(kind: BulkKind, said: SaidTerms): Readonly<Record<string, unknown>> {
  const given = (Object.keys(said) as Field[]).filter((field) => said[field] !== undefined);
  const foreign = given.find((field) => !FIELDS[kind].includes(field));
  if (foreign !== undefined) throw incomplete(kind, foreign, 'does not belong to it');
  return Object.fromEntries(given.map((field) => [field, said[field]]));
}

/** Reads what was said or kept; throws where something is missing. */
export function readTerms(kind: BulkKind, said: SaidTerms): BulkTerms {
  switch (kind) {
    case 'boost': {
      const amount = quantityOf(required(kind, said, 'amount'));
      const feature = required(kind, said, 'feature');
      return { kind, feature, amount, expiresMs: expiryOf(said) };
    }
    case 'gift':
      return { kind, plan: required(kind, said, 'plan'), expiresMs: expiryOf(said) };
    case 'restrict':
      return { kind, expiresMs: expiryOf(said) };
    case 'lift':
      return { kind };
    case 'note':
      return { kind, text: required(kind, said, 'text') };
    case 'discount':
      return { kind, discount: discountOf(said) };
  }
}

function discountOf(said: SaidTerms): Extract<BulkTerms, { kind: 'discount' }>['discount'] {
  return {
    percentOff: said.percent_off ?? null,
    amountOffMinor: said.amount_off_minor ?? null,
    currency: said.currency ?? null,
    months: said.months ?? null,
    duration: said.duration ?? null,
  };
}

function expiryOf({ expires_at: text }: SaidTerms): number | null {
  return text === null || text === undefined ? null : (parseInstant(text) ?? null);
}

function required<F extends Field>(
  kind: BulkKind,
  said: SaidTerms,
  field: F,
): NonNullable<SaidTerms[F]> {
  const value = said[field];
  if (value === undefined || value === null) throw incomplete(kind, field, 'is missing');
  return value;
}

function incomplete(kind: BulkKind, field: Field, message: string): AppError {
  return new AppError(BULK_DEED_INCOMPLETE, {
    message: `This is no ${kind} of many users: ${field} ${message}.`,
    fields: [{ field: `/${field}`, message }],
  });
}
