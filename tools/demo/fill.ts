import { assert } from '@whisperforge/kernel/assert';
import { inputKinds } from '../../server/src/domains/analytics/index.ts';
import { createCompany, weekOf, type Company } from './company/company.ts';
import type { ToldLine } from './company/told.ts';
import { DEMO_ACTOR, openDoors, type Doors, type DoorsOptions } from './doors.ts';
import { writeJournal, type Journal } from './journal.ts';
import { writeWeek } from './write-week.ts';

export interface Filling extends Omit<DoorsOptions, 'beginMs'> {
  readonly dataDir: string;
  readonly journal: Journal;
  /** From 0 to 1, as often as it has come further. */
  readonly onProgress: (share: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Lets the company live from week to week until today. Each week is noted when it is written; one
 * that was interrupted is written again, and what of it is on record already stays as it is.
 */
export async function fillCompany(filling: Filling): Promise<void> {
  const { journal, dataDir, onProgress, signal } = filling;
  const company = createCompany(journal.terms);
  const doors = await openDoors({ ...filling, beginMs: company.story.beginMs });
  const note = (weeksDone: number, isComplete: boolean): void =>
    writeJournal(dataDir, { ...journal, weeksDone, isComplete });
  try {
    for (let index = journal.weeksDone; index < company.weeks.length; index += 1) {
      if (signal.aborted) return;
      await writeWeek(doors, weekOf(company, index));
      note(index + 1, false);
      onProgress((index + 1) / company.weeks.length);
    }
    if (signal.aborted) return;
    await tellAll(doors, company, filling);
    note(company.weeks.length, true);
  } finally {
    await doors.close();
  }
}

const LINES_AT_ONCE = 500;

/** What the business knows elsewhere; a line that is on record is known by its contents. */
async function tellAll(
  { inputs }: Doors,
  { told }: Company,
  { clock }: Pick<Filling, 'clock'>,
): Promise<void> {
  for (const [name, lines] of Object.entries<readonly ToldLine[]>({ ...told })) {
    const kind = inputKinds.find((each) => each.name === name);
    assert(kind !== undefined, `${name} can be told`);
    for (let at = 0; at < lines.length; at += LINES_AT_ONCE) {
      const { refused } = await inputs.tell(
        kind,
        {
          lines: lines.slice(at, at + LINES_AT_ONCE),
          defaults: { currency: 'usd', origin: 'demo' },
          isDryRun: false,
        },
        { actor: DEMO_ACTOR, reason: 'the demo company', nowMs: clock.nowMs() },
      );
      assert(refused.length === 0, `all of ${name} is taken`);
    }
  }
}
