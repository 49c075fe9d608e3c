import { chaptersOf, eventsOf, type Chapter, type Company } from './company/company.ts';
import { standingAt } from './company/uses.ts';
import { openDoors, type Doors, type DoorsOptions } from './doors.ts';
import { writeJournal, type Journal } from './journal.ts';
import { writeRenewal } from './write-steps.ts';
import { writeTold } from './write-told.ts';
import { eachOf, writeWeek } from './write-week.ts';

/** A company that was founded, and how much of it is on record. */
export interface Founded {
  readonly company: Company;
  readonly journal: Journal;
}

export interface Filling extends Omit<DoorsOptions, 'beginMs'>, Founded {
  readonly dataDir: string;
  readonly onProgress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** As often as another chapter is written. */
export interface Progress {
  readonly done: number;
  readonly of: number;
  /** Whether all revenue is on record. */
  readonly hasRevenue: boolean;
}

/**
 * Lets the company live from week to week until today. Each chapter is noted when it is written;
 * one that was interrupted is written again, and what of it is on record stays as it is.
 */
export async function fillCompany(filling: Filling): Promise<void> {
  const { company, clock } = filling;
  const tell = (isOfUsers: boolean) => (doors: Doors) =>
    writeTold(doors, company, { isOfUsers, nowMs: clock.nowMs() });
  await throughDoors(filling, (doors) => writePart('customers', doors, filling));
  await throughDoors(filling, (doors) => renewAll(doors, company));
  await throughDoors(filling, tell(false));
  await throughDoors(filling, (doors) => writePart('others', doors, filling));
  await throughDoors(filling, tell(true));
}

/** Nothing where it is to stop. Each has a clock that walks through all weeks. */
async function throughDoors(
  filling: Filling,
  work: (doors: Doors) => Promise<void>,
): Promise<void> {
  if (filling.signal.aborted) return;
  const doors = await openDoors({ ...filling, beginMs: filling.company.story.beginMs });
  try {
    await work(doors);
  } finally {
    await doors.close();
  }
}

async function writePart(part: Chapter['part'], doors: Doors, filling: Filling): Promise<void> {
  const { company, journal, dataDir, onProgress, signal } = filling;
  const chapters = chaptersOf(company);
  for (const [index, chapter] of chapters.entries()) {
    if (chapter.part !== part || index < journal.chaptersDone) continue;
    if (signal.aborted) return;
    await writeWeek(doors, eventsOf(company, chapter));
    const done = index + 1;
    writeJournal(dataDir, { ...journal, chaptersDone: done });
    onProgress({ done, of: chapters.length, hasRevenue: done >= company.weeks.length });
  }
}

/** Those who pay today. */
async function renewAll(doors: Doors, { lives, story }: Company): Promise<void> {
  const nowMs = story.endMs;
  const paying = lives.filter(({ steps }) => standingAt(steps, nowMs) !== 'free');
  await eachOf(paying, ({ person }) => writeRenewal(doors, { user: person.id, nowMs }));
}

/** What nobody has to do again. */
export function noteComplete(dataDir: string, { company, journal }: Founded): void {
  writeJournal(dataDir, { ...journal, chaptersDone: chaptersOf(company).length, isComplete: true });
}
