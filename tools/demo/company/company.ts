// pure
import { DAY_MS } from '@whisperforge/kernel/period';
import { lifeOf, type Step } from './lives.ts';
import { peopleOf, type Person } from './people.ts';
import { storyOf, type CompanyTerms, type Days, type Story } from './story.ts';
import { usesOf, type Living, type Use } from './uses.ts';

/** A whole company, from its first day until today; nothing of it is kept anywhere. */
export interface Company {
  readonly terms: CompanyTerms;
  readonly story: Story;
  readonly lives: readonly Living[];
  /** From the first day on; the last may be shorter. */
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

export function createCompany(terms: CompanyTerms): Company {
  const story = storyOf(terms);
  const lives = peopleOf(terms, story).map((person) => ({
    person,
    steps: lifeOf(person, terms, story),
  }));
  return { terms, story, lives, weeks: weeksOf(story) };
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

export function eventsOf({ terms, story, lives }: Company, { part, days }: Chapter): Week {
  const isNow = (atMs: number): boolean => atMs >= days.startMs && atMs < days.endMs;
  const own = lives.filter(({ steps }) => steps.length > 0 === (part === 'customers'));
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
