import { UTC } from '@whisperforge/kernel/period';
import { pressureJob } from '../../server/src/domains/analytics/index.ts';
import { chaptersOf, eventsOf, type Chapter, type Company } from './company/company.ts';
import { monthsOf, type Told } from './company/told/told.ts';
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
  const tell = (when: Told['when']) => (doors: Doors) =>
    writeTold(doors, company, { when, spans: monthsOf(company.story), nowMs: clock.nowMs() });
  // What is paid in euros is worth nothing in dollars before the rates are told.
  await throughDoors(filling, tell('ahead'));
  await throughDoors(filling, (doors) => writePart('customers', doors, filling));
  await throughDoors(filling, (doors) => renewAll(doors, company));
  await throughDoors(filling, tell('after'));
  await throughDoors(filling, (doors) => writePart('others', doors, filling));
  await throughDoors(filling, tell('of_users'));
  await throughDoors(filling, (doors) => lookAtQuotas(doors, filling));
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

/** Once for each month, of quota periods as they ended; the hourly looks go on from there. */
async function lookAtQuotas({ commands }: Doors, { company, signal }: Filling): Promise<void> {
  const looks = pressureJob({ database: commands.database, timeZone: UTC });
  for (const { endMs } of monthsOf(company.story)) {
    await looks.run({ nowMs: endMs - 1, signal });
  }
}

/** Those who pay today. */
async function renewAll(doors: Doors, { lives, story }: Company): Promise<void> {
  const nowMs = story.endMs;
  const paying = lives.filter(({ steps }) => standingAt(steps, nowMs) !== 'free');
  await eachOf(paying, ({ person }) => writeRenewal(doors, { user: person.id, nowMs }));
}

/** The journal of a company whose past is on record: nobody has to write it again. */
export function completed({ company, journal }: Founded): Journal {
  return { ...journal, chaptersDone: chaptersOf(company).length, isComplete: true };
}

export function noteComplete(dataDir: string, founded: Founded): void {
  writeJournal(dataDir, completed(founded));
}
