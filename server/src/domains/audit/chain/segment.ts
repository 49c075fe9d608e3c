import type { Executor } from '../../../platform/database.ts';
import { listSealed, type ChainEnd, type SealedRow } from './store.ts';
import { walkFrom, type Finding } from './walk.ts';

export interface SegmentOptions {
  readonly start: ChainEnd;
  readonly through?: number;
  readonly onSeal?: (row: SealedRow) => void;
  /** Told of seals gone over, for whoever waits. */
  readonly onProgress?: (seals: number) => void;
}

export interface Segment {
  readonly end: ChainEnd;
  readonly seals: number;
  readonly findings: readonly Finding[];
  /** All of them, of which `findings` are the first. */
  readonly found: number;
}

const BATCH_SEALS = 10_000;
const MOST_FINDINGS = 100;

/** Goes over a stretch of the chain, a batch at a time, comparing everything with its seals. */
export async function walkSegment(
  executor: Executor,
  { start, through, onSeal, onProgress }: SegmentOptions,
): Promise<Segment> {
  const walk = walkFrom(start);
  const findings: Finding[] = [];
  let found = 0;
  let seals = 0;
  const batchAfter = (after: number): Promise<SealedRow[]> =>
    listSealed(executor, {
      after,
      limit: BATCH_SEALS,
      ...(through !== undefined && { through }),
    });
  let coming = batchAfter(start.sealNumber);
  for (;;) {
    const rows = await coming;
    const last = rows.at(-1);
    const goesOn = last !== undefined && rows.length === BATCH_SEALS;
    // The database reads the next while these are compared.
    if (goesOn) coming = batchAfter(last.sealNumber);
    // Whoever awaits it is told of what it failed with.
    coming.catch(() => undefined);
    for (const row of rows) {
      const wrong = walk.step(row);
      found += wrong.length;
      findings.push(...wrong.slice(0, MOST_FINDINGS - findings.length));
      onSeal?.(row);
    }
    seals += rows.length;
    onProgress?.(seals);
    if (!goesOn) return { end: walk.end(), seals, findings, found };
  }
}
