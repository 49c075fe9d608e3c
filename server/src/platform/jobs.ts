/** What a job is given: the business instant of its tick, and whether to stop early. */
export interface JobContext {
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * A tick: it looks for what is due and does it. No answer to the app waits for a job, so one that
 * runs late or twice changes none; mails, bills of overage and figures come as late as it does.
 */
export interface Job {
  readonly name: string;
  /** Five fields of cron, in UTC. */
  readonly schedule: string;
  run(context: JobContext): Promise<void>;
}

/** Work that somebody goes round for as long as the process lives. */
export interface Round {
  /** As in "does not work off the outbox". */
  readonly name: string;
  /** Does some of what is due; answers how much, so that whoever asks comes back at once. */
  work(signal: AbortSignal): Promise<number>;
  /** Rung where there is something to do, so that nobody waits for the next time round. */
  readonly bell?: Bell;
}

export interface Bell {
  ring(): void;
  onRing(listener: () => void): void;
}

export function createBell(): Bell {
  const listeners: (() => void)[] = [];
  return {
    ring() {
      for (const listener of listeners) listener();
    },
    onRing: (listener) => void listeners.push(listener),
  };
}
