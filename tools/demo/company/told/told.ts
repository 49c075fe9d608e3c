// pure
import { calendarMonthAt } from '@whisperforge/kernel/period';
import type { Company } from '../company.ts';
import { csatOf, npsOf } from './answers.ts';
import { ratesOf } from './rates.ts';
import { aiPrices, spendOf } from './spend.ts';
import type { Days, Story } from '../story.ts';
import { ticketsOf } from './tickets.ts';
import type { ToldLine } from './told-line.ts';
import type { Living } from '../uses.ts';

/** A kind of what is told elsewhere, by its name there. */
export interface Told {
  readonly kind: string;
  /** Some is known ahead, some when days are over, and some is about users, who come before. */
  readonly when: 'ahead' | 'after' | 'of_users';
  /** What is told of some spans: the months of its past, or single days after them. */
  readonly lines: (company: Company, spans: readonly Days[]) => ToldLine[];
}

/** Each reckoned when it is asked for, so that nobody waits for all at once. */
export const tellings: readonly Told[] = [
  {
    kind: 'exchange-rates',
    when: 'ahead',
    lines: ({ story }, spans) => spans.flatMap((span) => ratesOf(span, story)),
  },
  {
    kind: 'marketing-spend',
    when: 'after',
    lines: (company, spans) => spans.flatMap((span) => spendOf(span, company)),
  },
  { kind: 'ai-prices', when: 'ahead', lines: ({ story }) => aiPrices(story) },
  { kind: 'support-tickets', when: 'of_users', lines: ofEach(ticketsOf) },
  { kind: 'survey-answers', when: 'of_users', lines: ofEach(npsOf, csatOf) },
];

type LinesOf = (living: Living, span: Days, company: Company) => ToldLine[];

function ofEach(...kinds: readonly LinesOf[]): Told['lines'] {
  return (company, spans) =>
    company.lives.flatMap((living) =>
      spans.flatMap((span) => kinds.flatMap((linesOf) => linesOf(living, span, company))),
    );
}

/** The calendar months from the first day to its founding, the first and the last not whole. */
export function monthsOf({ beginMs, endMs }: Story): Days[] {
  const months: Days[] = [];
  for (let startMs = beginMs; startMs < endMs; startMs = months.at(-1)!.endMs) {
    months.push({ startMs, endMs: Math.min(calendarMonthAt(startMs).endMs, endMs) });
  }
  return months;
}
