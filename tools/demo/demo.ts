import type { Clock } from '@whisperforge/kernel/clock';
import type { Config } from '../../server/src/main/config.ts';
import { notesOf } from './company/notes.ts';
import { fillCompany, noteComplete, type Founded, type Progress } from './fill.ts';
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
  const sinceMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - sinceMs) / 1_000);
  const onProgress = ({ done, of, hasRevenue }: Progress): void => {
    const [before, now] = [done - 1, done].map((each) => Math.floor((each / of) * STEPS_SAID));
    const what = hasRevenue ? 'its revenue is there, free users follow' : 'customers first';
    if (now !== before && done < of) {
      say(
        `The demo company is being filled in, ${what}: ${now! * STEPS_SAID} % (${seconds()} s) …`,
      );
    }
  };
  const fill = async (): Promise<void> => {
    const { signal } = stopping;
    await fillCompany({ ...options, ...founded, config, dataDir, onProgress, signal });
    if (signal.aborted) return;
    const isNoted = await writeNotes(portal, notesOf(founded.company.story));
    if (!isNoted) say('The demo company has no notes: the owner signs in otherwise by now.');
    noteComplete(dataDir, founded);
    say(`The demo company is complete (${seconds()} s): two years, up to today.`);
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
