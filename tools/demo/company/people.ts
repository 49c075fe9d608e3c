// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import { randomOf, type Random } from './random.ts';
import { echoOf, isWithin, type CompanyTerms, type Story } from './story.ts';

/** A user of the company's app. */
export interface Person {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly signedUpMs: number;
  readonly country: string;
  readonly locale: string;
  readonly source: Source;
  readonly campaign: string | undefined;
}

export type Source = (typeof SOURCES)[number][0];

const SOURCES = [
  ['organic', 34],
  ['search', 24],
  ['social', 16],
  ['referral', 11],
  ['newsletter', 9],
  ['partner', 6],
] as const;

const HOMES = [
  ['US', 'en-US', 38],
  ['GB', 'en-GB', 13],
  ['DE', 'de-DE', 12],
  ['FR', 'fr-FR', 8],
  ['CA', 'en-CA', 7],
  ['NL', 'nl-NL', 5],
  ['ES', 'es-ES', 5],
  ['BR', 'pt-BR', 4],
  ['IN', 'en-IN', 4],
  ['AU', 'en-AU', 4],
] as const;

/** In the order in which they signed up. */
export function peopleOf(terms: CompanyTerms, story: Story): Person[] {
  const days = signUpDays(story);
  const total = days.reduce((sum, { weight }) => sum + weight, 0);
  const people: Person[] = [];
  let [at, before] = [0, 0];
  for (let index = 0; index < terms.people; index += 1) {
    const random = randomOf(`${terms.seed} person ${index}`);
    const share = ((index + random.next()) / terms.people) * total;
    while (at < days.length - 1 && before + days[at]!.weight <= share) {
      before += days[at]!.weight;
      at += 1;
    }
    people.push(personOf(index, days[at]!.startMs, random, story));
  }
  return people.toSorted((a, b) => a.signedUpMs - b.signedUpMs);
}

function personOf(index: number, dayMs: number, random: Random, story: Story): Person {
  const id = `demo-${String(index + 1).padStart(4, '0')}`;
  // Most of them in the daytime of one continent or another.
  const signedUpMs = dayMs + random.integer(6 * 60, 23 * 60) * 60_000 + random.integer(0, 59_999);
  const [country, locale] = random.weighted(HOMES.map((home) => [home, home[2]] as const));
  const words = [random.pick(COLOURS), random.pick(THINGS)] as const;
  const inCampaign = story.campaigns.some((days) => isWithin(days, signedUpMs));
  const source = random.weighted<Source>(SOURCES);
  return {
    id,
    email: `${words.join('.')}.${index + 1}@example.com`.toLowerCase(),
    name: words.join(' '),
    signedUpMs,
    country,
    locale,
    source,
    campaign: inCampaign && random.chance(0.6) ? 'autumn-offer' : undefined,
  };
}

/** How much each month brings beside the others, from January on. */
const SEASON = [1.1, 1.0, 1.05, 1.0, 0.95, 0.9, 0.75, 0.7, 1.1, 1.15, 1.2, 0.85];
const WEEKEND = 0.55;
const CAMPAIGN = 1.7;
const AFTER_OUTAGE = 0.55;

function signUpDays(story: Story): { startMs: number; weight: number }[] {
  const { beginMs, endMs } = story;
  const count = Math.round((endMs - beginMs) / DAY_MS);
  const echo = echoOf(story);
  return Array.from({ length: count }, (_, index) => {
    const startMs = beginMs + index * DAY_MS;
    const day = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO('UTC');
    const weight =
      (0.5 + index / count) *
      SEASON[day.month - 1]! *
      (day.dayOfWeek > 5 ? WEEKEND : 1) *
      (story.campaigns.some((days) => isWithin(days, startMs)) ? CAMPAIGN : 1) *
      (isWithin(echo, startMs) ? AFTER_OUTAGE : 1);
    return { startMs, weight };
  });
}

/** Nobody is called so: what a demo shows must not be taken for somebody. */
const COLOURS = ['Amber', 'Azure', 'Birch', 'Cedar', 'Coral', 'Copper', 'Crimson', 'Indigo'].concat(
  ['Ivory', 'Jade', 'Linen', 'Maple', 'Ochre', 'Olive', 'Pearl', 'Russet', 'Sienna', 'Slate'],
  ['Teal', 'Umber', 'Velvet', 'Walnut'],
);
const THINGS = ['Anvil', 'Arcade', 'Beacon', 'Bellows', 'Canvas', 'Chapter', 'Compass'].concat(
  ['Echo', 'Ferry', 'Harbour', 'Kettle', 'Lantern', 'Ledger', 'Meadow', 'Mosaic', 'Orbit'],
  ['Podcast', 'Quarry', 'Ribbon', 'Saddle', 'Signal', 'Studio', 'Thicket', 'Voyage', 'Window'],
);
