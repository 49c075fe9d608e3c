/** What a job is given: the business instant of its tick, and whether to stop early. */
export interface JobContext {
  readonly nowMs: number;
  readonly signal: AbortSignal;
}

/**
 * A tick: it looks for what is due and does it. Nothing that a caller can see waits for a job,
 * so a job that runs late, twice or not at all changes no answer.
 */
export interface Job {
  readonly name: string;
  /** Five fields of cron, in UTC. */
  readonly schedule: string;
  run(context: JobContext): Promise<void>;
}
