// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import { lifeOf, type Step } from './lives.ts';
import { peopleOf, peopleOn, type Person } from './people.ts';
import { isWithin, storyOf, type CompanyTerms, type Days, type Story } from './story.ts';
import { usesOf, type Living, type Use } from './uses.ts';

/** A whole company, from its first day on; nothing of it is kept anywhere. */
export interface Company {
  readonly terms: CompanyTerms;
  readonly story: Story;
  readonly lives: readonly Living[];
  /** Nothing has happened yet from here on: the day of its founding, or one after it. */
  readonly untilMs: number;
  /** From the first day to its founding; the last may be shorter. */
  readonly weeks: readonly Days[];
}

/** What happened in one week. */
export interface Week {
  readonly days: Days;
  readonly signUps: readonly Person[];
  /** Of one person in the order of time. */
  readonly steps: readonly { readonly user: string; readonly steps: readonly Step[] }[];
  readonly uses: readonly Use[];
}

/** As it was when it was founded, or as it has gone on until the end of a later day. */
export function createCompany(terms: CompanyTerms, laterMs?: number): Company {
  const story = storyOf(terms);
  const untilMs = laterMs ?? story.endMs;
  const later = daysBetween(story.endMs, untilMs).flatMap(({ startMs }) =>
    peopleOn(startMs, terms, story),
  );
  const lives = [...peopleOf(terms, story), ...later].map((person) => ({
    person,
    steps: lifeOf(person, { terms, story, untilMs }),
  }));
  return { terms, story, lives, untilMs, weeks: weeksOf(story) };
}

export function daysBetween(fromMs: number, untilMs: number): Days[] {
  const count = Math.max(Math.ceil((untilMs - fromMs) / DAY_MS), 0);
  return Array.from({ length: count }, (_, index) => {
    const startMs = fromMs + index * DAY_MS;
    return { startMs, endMs: startMs + DAY_MS };
  });
}

const WEEK_MS = 7 * DAY_MS;

function weeksOf({ beginMs, endMs }: Story): Days[] {
  const count = Math.ceil((endMs - beginMs) / WEEK_MS);
  return Array.from({ length: count }, (_, index) => {
    const startMs = beginMs + index * WEEK_MS;
    return { startMs, endMs: Math.min(startMs + WEEK_MS, endMs) };
  });
}

/** Those who ever paid come first, so that revenue is there before all that is free. */
const PARTS = ['customers', 'others'] as const;

/** One week of a part of its people: they live through all weeks, one part after the other. */
export interface Chapter {
  readonly part: (typeof PARTS)[number];
  readonly days: Days;
}

export function chaptersOf({ weeks }: Company): Chapter[] {
  return PARTS.flatMap((part) => weeks.map((days) => ({ part, days })));
}

export function eventsOf(company: Company, { part, days }: Chapter): Week {
  const isCustomer = part === 'customers';
  const own = company.lives.filter(({ steps }) => steps.length > 0 === isCustomer);
  return eventsWithin({ ...company, lives: own }, days);
}

/** What all of its people did in some days. */
export function eventsWithin({ terms, story, lives: own }: Company, days: Days): Week {
  const isNow = (atMs: number): boolean => isWithin(days, atMs);
  return {
    days,
    signUps: own.flatMap(({ person }) => (isNow(person.signedUpMs) ? [person] : [])),
    steps: own.flatMap(({ person, steps }) => {
      const now = steps.filter(({ atMs }) => isNow(atMs));
      return now.length === 0 ? [] : [{ user: person.id, steps: now }];
    }),
    uses: own.flatMap((living) => usesOf(living, days, { terms, story })),
  };
}
