import { weekOf, type Company } from './company/company.ts';
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
  /** From 0 to 1, as often as it has come further. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets the company live from week to week until today. Each week is noted when it is written; one
 * that was interrupted is written again, and what of it is on record already stays as it is.
 */
export async function fillCompany(filling: Filling): Promise<void> {
  const { company, journal, dataDir, onProgress, signal } = filling;
  const { weeks, story } = company;
  const doors = await openDoors({ ...filling, beginMs: story.beginMs });
  try {
    for (let index = journal.weeksDone; index < weeks.length && !signal.aborted; index += 1) {
      await writeWeek(doors, weekOf(company, index));
      writeJournal(dataDir, { ...journal, weeksDone: index + 1 });
      onProgress((index + 1) / weeks.length);
    }
    if (signal.aborted) return;
    await renewAll(doors, company);
    await writeTold(doors, company, filling.clock.nowMs());
  } finally {
    await doors.close();
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
  writeJournal(dataDir, { ...journal, weeksDone: company.weeks.length, isComplete: true });
}
