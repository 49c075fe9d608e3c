// pure
import { DAY_MS, dayIn, UTC } from '@whisperforge/kernel/period';
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
    const mark = String(index + 1).padStart(4, '0');
    people.push(personOn(mark, days[at]!.startMs, { random, story }));
  }
  return people.toSorted((a, b) => a.signedUpMs - b.signedUpMs);
}

/** Those who sign up on a day after its founding, as many as in its last days. */
export function peopleOn(dayMs: number, terms: CompanyTerms, story: Story): Person[] {
  const random = randomOf(`${terms.seed} sign-ups ${dayMs}`);
  const total = signUpDays(story).reduce((sum, { weight }) => sum + weight, 0);
  const expected = (terms.people / total) * weightOf(dayMs, GROWN, story);
  const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
  const day = dayIn(UTC, dayMs).replaceAll('-', '');
  return Array.from({ length: count }, (_, index) =>
    personOn(`${day}-${index + 1}`, dayMs, { random, story }),
  ).toSorted((a, b) => a.signedUpMs - b.signedUpMs);
}

interface Draw {
  readonly random: Random;
  readonly story: Story;
}

/** Somebody who signs up on a day, drawn from what is given. */
export function personOn(mark: string, dayMs: number, { random, story }: Draw): Person {
  const id = `demo-${mark}`;
  // Most of them in the daytime of one continent or another.
  const signedUpMs = dayMs + random.integer(6 * 60, 23 * 60) * 60_000 + random.integer(0, 59_999);
  const [country, locale] = random.weighted(HOMES.map((home) => [home, home[2]] as const));
  const words = [random.pick(COLOURS), random.pick(THINGS)] as const;
  const inCampaign = story.campaigns.some((days) => isWithin(days, signedUpMs));
  const source = random.weighted<Source>(SOURCES);
  return {
    id,
    email: `${words.join('.')}.${mark}@example.com`.toLowerCase(),
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
  return Array.from({ length: count }, (_, index) => {
    const startMs = beginMs + index * DAY_MS;
    return { startMs, weight: weightOf(startMs, index / count, story) };
  });
}

/** Once it has grown up. */
const GROWN = 1;

function weightOf(startMs: number, grown: number, story: Story): number {
  const day = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO('UTC');
  return (
    (0.5 + grown) *
    SEASON[day.month - 1]! *
    (day.dayOfWeek > 5 ? WEEKEND : 1) *
    (story.campaigns.some((days) => isWithin(days, startMs)) ? CAMPAIGN : 1) *
    (isWithin(echoOf(story), startMs) ? AFTER_OUTAGE : 1)
  );
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
