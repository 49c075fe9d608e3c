/** How far behind something is that goes on by itself. */
export interface Backlog {
  /** Since when what waits longest waits; `null` where nothing waits. */
  readonly oldestMs: number | null;
  readonly waiting: number;
  /** Of what waits, or has been given up: what was tried in vain. */
  readonly failed: number;
}
