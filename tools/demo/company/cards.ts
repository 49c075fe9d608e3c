// pure
import { addMonths, DAY_MS } from '@whisperforge/kernel/period';
import { currencyOf, type Currency, type Cycle, type Step } from './lives.ts';
import { personOn, type Person } from './people.ts';
import { randomOf, type Random } from './random.ts';
import type { CompanyTerms, Story } from './story.ts';
import type { Living } from './uses.ts';

/** Somebody who pays by card, through Stripe. */
export interface CardPayer {
  readonly person: Person;
  readonly plan: 'pro' | 'business';
  readonly cycle: Cycle;
  readonly currency: Currency;
  readonly code: string | null;
}

/** What becomes of a card payer at an instant, in the words of Stripe's pages. */
export interface CardDeed {
  readonly atMs: number;
  readonly payer: CardPayer;
  readonly kind: 'buys' | 'card_breaks' | 'is_looked_at' | 'card_mended' | 'upgrades' | 'cancels';
}

/** How they are at most a part of the company: each bill is asked of the sandbox. */
const MOST_PAYERS = 30;
const ONE_OF = 100;
const CODES = [
  [null, 62],
  ['WELCOME20', 24],
  ['PODCAST10', 14],
] as const;

/** A card that no longer pays: how many of them are mended, and after how many days. */
const BREAKS_A_MONTH = 0.05;
const IS_MENDED = 0.7;
const CANCELS_A_MONTH = 0.035;
const UPGRADES_A_MONTH = 0.02;
/** A bill is made an hour after its period has begun, and paid at once. */
const BILLED_MS = 2 * 3_600_000;
/** By then Stripe has tried for the last time. */
const GIVEN_UP_MS = 21 * DAY_MS;
/** Nobody is followed further. */
const MOST_MONTHS = 60;

/** All that card payers do until an instant, in the order of time; later ones only add to it. */
export function cardDeedsOf(terms: CompanyTerms, story: Story, untilMs: number): CardDeed[] {
  const count = Math.min(Math.ceil(terms.people / ONE_OF), MOST_PAYERS);
  const sinceMs = Math.max(story.priceMs, story.beginMs) + DAY_MS;
  const deeds = Array.from({ length: count }, (_, index) => {
    const random = randomOf(`${terms.seed} card ${index}`);
    const share = (index + random.next()) / (count + 2);
    const dayMs = Math.floor((sinceMs + share * (story.endMs - sinceMs)) / DAY_MS) * DAY_MS;
    const person = personOn(`card-${index + 1}`, dayMs, { random, story });
    return deedsOf(person, { random, untilMs });
  });
  return deeds
    .flat()
    .filter(({ atMs }) => atMs < untilMs)
    .toSorted((a, b) => a.atMs - b.atMs);
}

/** What those have bought who pay by card, and since when, as of those who have contracts. */
export function livesByCard(deeds: readonly CardDeed[]): Living[] {
  const lives = new Map<string, { readonly person: Person; readonly steps: Step[] }>();
  for (const deed of deeds) {
    const { person } = deed.payer;
    const life = lives.get(person.id) ?? { person, steps: [] };
    lives.set(person.id, { person, steps: [...life.steps, ...stepOf(deed)] });
  }
  return [...lives.values()];
}

function stepOf({ payer, kind, atMs }: CardDeed): Step[] {
  const { plan, cycle, currency } = payer;
  const of = { plan, version: 1, cycle, seats: 1, currency };
  if (kind === 'buys') return [{ kind: 'paid', atMs, of, reason: 'bought' }];
  if (kind === 'cancels') return [{ kind: 'ended', atMs, reason: 'canceled' }];
  if (kind !== 'upgrades') return [];
  return [{ kind: 'paid', atMs, of: { ...of, plan: 'business' }, reason: 'upgraded' }];
}

interface Draw {
  readonly random: Random;
  readonly untilMs: number;
}

function deedsOf(person: Person, { random, untilMs }: Draw): CardDeed[] {
  const code = random.weighted(CODES);
  const payer: CardPayer = {
    person,
    plan: random.chance(0.75) ? 'pro' : 'business',
    // A code is for those who pay by the month.
    cycle: random.chance(0.12) && code === null ? 'yearly' : 'monthly',
    currency: currencyOf(person),
    code,
  };
  const boughtMs = person.signedUpMs + Math.ceil(random.wait(3) * DAY_MS);
  const deed = (kind: CardDeed['kind'], atMs: number): CardDeed => ({ kind, atMs, payer });
  const deeds = [deed('buys', boughtMs)];
  if (payer.cycle === 'yearly') return deeds;
  let { plan } = payer;
  for (let months = 1; months < MOST_MONTHS; months += 1) {
    const renewedMs = addMonths(boughtMs, months);
    if (renewedMs >= untilMs) return deeds;
    const [breaks, cancels] = [random.chance(BREAKS_A_MONTH), random.chance(CANCELS_A_MONTH)];
    const [upgrades, isMended] = [random.chance(UPGRADES_A_MONTH), random.chance(IS_MENDED)];
    const days = random.integer(2, 9);
    if (breaks) {
      const billedMs = renewedMs + BILLED_MS;
      deeds.push(deed('card_breaks', renewedMs - DAY_MS), deed('is_looked_at', billedMs));
      if (!isMended) return [...deeds, deed('is_looked_at', billedMs + GIVEN_UP_MS)];
      deeds.push(deed('card_mended', billedMs + days * DAY_MS));
    } else if (cancels) {
      return [...deeds, deed('cancels', renewedMs + days * DAY_MS)];
    } else if (upgrades && plan === 'pro') {
      plan = 'business';
      deeds.push(deed('upgrades', renewedMs + days * DAY_MS));
    }
  }
  return deeds;
}
