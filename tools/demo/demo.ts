import type { Clock } from '@whisperforge/kernel/clock';
import type { DemoCompany } from '../../server/src/domains/operations/index.ts';
import type { Config } from '../../server/src/main/config.ts';
import type { StripeAt } from './cards/stripe-api.ts';
import { notesOf } from './company/notes.ts';
import { completed, fillCompany, noteComplete, type Founded, type Progress } from './fill.ts';
import { liveOn } from './living/live.ts';
import type { Portal } from './portal/as-owner.ts';
import { writeDeeds } from './portal/write-deeds.ts';
import { writeNotes } from './portal/write-notes.ts';

export interface DemoOptions {
  readonly config: Pick<Config, 'databaseSchema' | 'graceDays' | 'dataDir'>;
  readonly url: string;
  readonly clock: Clock;
  readonly founded: Founded;
  readonly portal: Portal;
  /** Where those pay who pay by card. */
  readonly stripe: StripeAt | undefined;
  readonly say: (line: string) => void;
}

export interface Demo {
  /** Resolves when it was stopped, or has failed, which it says itself. */
  readonly done: Promise<void>;
  /** How far it is, for those who look at it. */
  company(): DemoCompany;
  /** Ends after the week that is being written. */
  stop(): Promise<void>;
}

const STEPS_SAID = 10;

/** Fills the company in beside a server that runs, and lets it go on from then on. */
export function startDemo(options: DemoOptions): Demo {
  const { say, config, founded } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const isKnown = founded.journal.isComplete;
  const shown: Shown = {
    state: isKnown ? 'complete' : 'filling',
    share: isKnown ? 1 : 0,
    doing: '',
  };
  const run = async (): Promise<void> => {
    if (!isKnown) await fill(options, shown, signal);
    if (signal.aborted) return;
    const { dataDir } = config;
    await liveOn({ ...options, dataDir, journal: completed(founded), signal });
  };
  const done = run().catch((fault: unknown) => {
    if (signal.aborted) return;
    const reason = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    shown.state = 'interrupted';
    say(`The demo company does not go on; the next start goes on with it. ${reason}`);
  });
  return {
    done,
    company: () => ({ ...shown, folder: config.dataDir }),
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

type Shown = { -readonly [K in Exclude<keyof DemoCompany, 'folder'>]: DemoCompany[K] };

async function fill(options: DemoOptions, shown: Shown, signal: AbortSignal): Promise<void> {
  const { say, founded, config, portal } = options;
  const { dataDir } = config;
  const sinceMs = performance.now();
  const seconds = (): number => Math.round((performance.now() - sinceMs) / 1_000);
  const onProgress = ({ done, of, hasRevenue }: Progress): void => {
    const [before, now] = [done - 1, done].map((each) => Math.floor((each / of) * STEPS_SAID));
    shown.doing = hasRevenue ? 'its revenue is there, free users follow' : 'customers first';
    shown.share = done / of;
    if (now === before || done >= of) return;
    const percent = `${now! * STEPS_SAID} % (${seconds()} s)`;
    say(`The demo company is being filled in, ${shown.doing}: ${percent} …`);
  };
  const isNoted = await writeNotes(portal, notesOf(founded.company.story));
  if (!isNoted) say('The demo company has no notes: the owner signs in otherwise by now.');
  await fillCompany({ ...options, ...founded, dataDir, onProgress, signal });
  if (signal.aborted) return;
  await writeDeeds(portal, founded.journal.terms.today);
  noteComplete(dataDir, founded);
  Object.assign(shown, { state: 'complete', share: 1, doing: '' });
  say(`The demo company is complete (${seconds()} s): two years, and on from today.`);
}
