import type { Clock } from '@whisperforge/kernel/clock';
import type { Config } from '../../server/src/main/config.ts';
import { notesOf } from './company/notes.ts';
import { fillCompany, noteComplete, type Founded } from './fill.ts';
import { writeNotes, type Portal } from './write-notes.ts';

export interface DemoOptions {
  readonly config: Pick<Config, 'databaseSchema' | 'graceDays' | 'dataDir'>;
  readonly url: string;
  readonly clock: Clock;
  readonly founded: Founded;
  readonly portal: Portal;
  readonly say: (line: string) => void;
}

export interface Demo {
  /** Resolves when it is complete, was stopped, or has failed, which it says itself. */
  readonly done: Promise<void>;
  /** Ends after the week that is being written. */
  stop(): Promise<void>;
}

const STEPS_SAID = 10;

/** Fills the company in beside a server that runs. */
export function startDemo({ say, config, founded, portal, ...options }: DemoOptions): Demo {
  const { dataDir } = config;
  const stopping = new AbortController();
  let stepsSaid = 0;
  const onProgress = (share: number): void => {
    const steps = Math.floor(share * STEPS_SAID);
    if (steps <= stepsSaid || steps === STEPS_SAID) return;
    stepsSaid = steps;
    say(`The demo company is being filled in: ${steps * STEPS_SAID} % …`);
  };
  const fill = async (): Promise<void> => {
    const sinceMs = performance.now();
    const { signal } = stopping;
    await fillCompany({ ...options, ...founded, config, dataDir, onProgress, signal });
    if (signal.aborted) return;
    const isNoted = await writeNotes(portal, notesOf(founded.company.story));
    if (!isNoted) say('The demo company has no notes: the owner signs in otherwise by now.');
    noteComplete(dataDir, founded);
    const seconds = Math.round((performance.now() - sinceMs) / 1_000);
    say(`The demo company is complete (${seconds} s): two years, up to today.`);
  };
  const done = fill().catch((fault: unknown) => {
    const reason = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    say(`The demo company is not complete; the next start goes on with it. ${reason}`);
  });
  return {
    done,
    async stop() {
      stopping.abort();
      await done;
    },
  };
}
