import { randomUUID } from 'node:crypto';
import type { Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../../platform/database.ts';
import { findLastRetirement } from '../retention/store.ts';
import { chainBeginning, sealDigest } from './digest.ts';
import {
  findLastSeal,
  findWaiting,
  insertSeals,
  isAnyWaiting,
  keepChainId,
  lockChain,
  type ChainEnd,
  type NewSeal,
} from './store.ts';

export interface Sealer {
  /** Chains some of the entries that are committed and wait; answers how many. */
  seal(): Promise<number>;
}

export interface SealerOptions {
  readonly database: Database;
  readonly clock: Clock;
  /** How many entries at most at once. */
  readonly batchEntries?: number;
}

const BATCH_ENTRIES = 1_000;

export function createSealer({ database, clock, batchEntries }: SealerOptions): Sealer {
  const limit = batchEntries ?? BATCH_ENTRIES;
  return {
    async seal() {
      if (!(await isAnyWaiting(database))) return 0;
      return database.transaction((tx) => sealWaiting(tx, { nowMs: clock.nowMs(), limit }));
    },
  };
}

async function sealWaiting(
  tx: Tx,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<number> {
  // Another one is at it; whatever it leaves is there the next time round.
  if (!(await lockChain(tx))) return 0;
  const end = await findChainEnd(tx);
  const { sealedAt, entries } = await findWaiting(tx, { nowMs, limit });
  if (entries.length === 0) return 0;
  const seals: NewSeal[] = [];
  let { sealNumber, digest } = end;
  for (const { entryId, entry } of entries) {
    sealNumber += 1;
    digest = sealDigest(digest, { sealNumber, sealedAt, entry });
    seals.push({ sealNumber, entryId, digest });
  }
  await insertSeals(tx, seals, nowMs);
  return seals.length;
}

/** What the next seal follows: the last one, what was retired last, or the chain's beginning. */
async function findChainEnd(tx: Tx): Promise<ChainEnd> {
  const chainId = await keepChainId(tx, randomUUID());
  const last = await findLastSeal(tx);
  if (last !== undefined) return last;
  const retired = await findLastRetirement(tx);
  return retired ?? { sealNumber: 0, digest: chainBeginning(chainId) };
}
