// pure
import { fraction, type Fraction } from '@whisperforge/kernel/fraction';
import { shiftDay, type DaySpan } from '@whisperforge/kernel/period';
import { bridgeKinds, type BridgeKind, type Span } from '../bridge.ts';
import type { BridgeColumn } from './columns.ts';

/** What of a bridge is added up: a column of it, or what the end is more than the start. */
export type Summand = BridgeColumn | 'net';

/** Levels at the end of a day, or movements; each counts in money or in customers. */
export type Term = {
  readonly sign: 1 | -1;
  readonly of: 'parts' | 'customers';
  /** Of what is in the reporting currency alone, or in others alone. */
  readonly only?: 'reporting' | 'foreign';
} & ({ readonly on: string } | { readonly kinds: readonly BridgeKind[] | 'all' });

/** What a customer adds to a summand over a span is the sum of these terms. */
export function termsOf(summand: Summand, { from, to }: DaySpan): readonly Term[] {
  const start = { sign: 1, on: shiftDay(from, -1) } as const;
  const end = { sign: 1, on: to } as const;
  switch (summand) {
    case 'mrr_start':
      return [{ ...start, of: 'parts' }];
    case 'mrr_end':
      return [{ ...end, of: 'parts' }];
    case 'customers_start':
      return [{ ...start, of: 'customers' }];
    case 'customers_end':
      return [{ ...end, of: 'customers' }];
    case 'net':
      // What is in the reporting currency is worth more or less only where it moved.
      return [{ sign: 1, of: 'parts', kinds: 'all', only: 'reporting' }, ...revalued(start, end)];
    case 'currency':
      return [...revalued(start, end), { sign: -1, of: 'parts', kinds: 'all', only: 'foreign' }];
    case 'customers_new':
      return [{ sign: 1, of: 'customers', kinds: ['new'] }];
    case 'customers_reactivated':
      return [{ sign: 1, of: 'customers', kinds: ['reactivation'] }];
    case 'customers_churned':
      return [{ sign: -1, of: 'customers', kinds: ['churn'] }];
    case 'customers_transferred':
      return [{ sign: 1, of: 'customers', kinds: ['transfer'] }];
    default:
      return [{ sign: 1, of: 'parts', kinds: [summand] }];
  }
}

type Standing = Pick<Extract<Term, { readonly on: string }>, 'sign' | 'on'>;

/** What is in other currencies at the end, less what was at the start. */
function revalued(start: Standing, end: Standing): Term[] {
  return [
    { ...end, of: 'parts', only: 'foreign' },
    { ...start, of: 'parts', only: 'foreign', sign: -1 },
  ];
}

const NOTHING = fraction(0n);

/** A bridge of which nothing but a summand is said. */
export function spanWith(summand: Summand, amount: Fraction, { from, to }: DaySpan): Span {
  const of = (name: Summand): Fraction => (name === summand ? amount : NOTHING);
  const counted = (name: Summand): number => Number(of(name).numerator);
  const movements = bridgeKinds.map((kind) => [kind, of(kind)] as const);
  return {
    from,
    to,
    start: of('mrr_start'),
    movements: Object.fromEntries(movements) as Record<BridgeKind, Fraction>,
    end: summand === 'net' ? amount : of('mrr_end'),
    customers: {
      start: counted('customers_start'),
      new: counted('customers_new'),
      reactivated: counted('customers_reactivated'),
      churned: counted('customers_churned'),
      transferred: counted('customers_transferred'),
      end: counted('customers_end'),
    },
    carried: [],
    missing: [],
  };
}

/** Whether it counts customers; all others are money. */
export function isCount(summand: Summand): boolean {
  return summand.startsWith('customers_');
}
