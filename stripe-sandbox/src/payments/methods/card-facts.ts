import {
  brandOf,
  fingerprintOf,
  type Authentication,
  type CardConduct,
  type TestCard,
} from './cards.ts';
import type { Expiry } from './expiry.ts';

/** What is kept of a card: all but its number. */
export interface CardFacts extends CardConduct {
  readonly brand: string;
  readonly country: string;
  readonly cvcCheck: 'pass' | 'fail' | 'unchecked' | null;
  readonly expMonth: number;
  readonly expYear: number;
  readonly fingerprint: string;
  readonly funding: string;
  readonly last4: string;
  readonly authentication: Authentication;
}

export function cardOf(
  { number, country, funding, charge, setup, authentication }: TestCard,
  expiry: Expiry,
  { cvcCheck }: Pick<CardFacts, 'cvcCheck'>,
): CardFacts {
  return {
    brand: brandOf(number),
    country,
    cvcCheck,
    expMonth: expiry.month,
    expYear: expiry.year,
    fingerprint: fingerprintOf(number),
    funding,
    last4: number.slice(-4),
    charge,
    setup,
    authentication,
  };
}

/** The card of what is known to be one. */
export function assertCard({ id, card }: { id: string; card: CardFacts | null }): CardFacts {
  if (card === null) throw new Error(`${id} is not a card`);
  return card;
}
