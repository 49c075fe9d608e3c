import { DAY_MS } from '@whisperforge/kernel/period';
import { livesByCard, type CardDeed } from '../company/cards.ts';
import { daysBetween } from '../company/company.ts';
import { storyOf, type CompanyTerms } from '../company/story.ts';
import { usesOf } from '../company/uses.ts';
import type { Doors } from '../doors.ts';
import { writeUses } from '../write-week.ts';

/** The days of which use is to be written, from one that begins to an instant within one. */
export interface UsedDays {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Writes what card payers used on whole days, by a clock that is past them, and answers until when
 * it is written. By then they have signed up: those are given who have bought before.
 */
export async function playUses(
  doors: Doors,
  { deeds, terms }: { readonly deeds: readonly CardDeed[]; readonly terms: CompanyTerms },
  { fromMs, untilMs }: UsedDays,
): Promise<number> {
  const endMs = Math.floor(untilMs / DAY_MS) * DAY_MS;
  const company = { terms, story: storyOf(terms) };
  const lives = livesByCard(deeds);
  const uses = daysBetween(fromMs, endMs).flatMap((days) =>
    lives.flatMap((living) => {
      const boughtMs = living.steps[0]!.atMs;
      return usesOf(living, days, company).filter(({ occurredMs }) => occurredMs > boughtMs);
    }),
  );
  await writeUses(doors, uses);
  return Math.max(fromMs, endMs);
}
