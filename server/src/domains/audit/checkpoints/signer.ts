import { formatInstant, type Clock } from '@whisperforge/kernel/clock';
import type { Database, Tx } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { chainBeginning } from '../chain/digest.ts';
import { walkSegment } from '../chain/segment.ts';
import {
  awaitChain,
  findChainId,
  findLastSeal,
  findSealDigest,
  lockChain,
  type ChainEnd,
} from '../chain/store.ts';
import { CHAIN_CONTRADICTED, NOTHING_TO_RESTORE } from '../errors.ts';
import { findLastRetirement } from '../retention/store.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Checkpoints } from './record.ts';

export interface SignerOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly checkpoints: Checkpoints;
}

export interface Signer {
  /**
   * Signs how far the chain has come, where it has; answers how many seals it newly covers. Throws
   * where the chain is not what was signed before, and where the new part of it does not hold.
   */
  sign(): Promise<number>;
  /** Signs that the chain as it now is takes the place of what was signed: a backup came back. */
  restore(reason: string): Promise<Checkpoint>;
}

/** What is signed at once, so that the chain is not locked for long. */
const MOST_SEALS = 5_000;

export function createSigner({ database, clock, checkpoints }: SignerOptions): Signer {
  let lookedAt: string | undefined;
  return {
    async sign() {
      const last = await findLastSeal(database);
      if (last === undefined || last.digest === lookedAt) return 0;
      return database.transaction(async (tx) => {
        // The seals to be signed were committed before, so that nothing is signed that a crash
        // undoes; the lock makes those who append to one file take turns.
        if (!(await lockChain(tx))) return 0;
        const seals = await signHead(tx, checkpoints, clock.nowMs());
        if (seals < MOST_SEALS) lookedAt = last.digest;
        return seals;
      });
    },
    restore: (reason) =>
      database.transaction(async (tx) => {
        await awaitChain(tx);
        const chainId = await findChainId(tx);
        const end = await findLastSeal(tx);
        if (chainId === undefined || end === undefined) {
          const message = 'There is no chain yet that could take the place of another.';
          throw new AppError(NOTHING_TO_RESTORE, { message });
        }
        const at = formatInstant(clock.nowMs());
        const restored: Checkpoint = { kind: 'restored', chainId, ...end, at, reason };
        await checkpoints.append(restored);
        return restored;
      }),
  };
}

async function signHead(tx: Tx, checkpoints: Checkpoints, nowMs: number): Promise<number> {
  const chainId = await findChainId(tx);
  const head = await findLastSeal(tx);
  if (chainId === undefined || head === undefined) return 0;
  const start = await findSignedEnd(tx, checkpoints, chainId);
  if (start.sealNumber >= head.sealNumber) return 0;
  const through = Math.min(head.sealNumber, start.sealNumber + MOST_SEALS);
  const { end, seals, findings } = await walkSegment(tx, { start, through });
  const [first] = findings;
  if (first !== undefined) throw contradicted(first.message);
  const at = formatInstant(nowMs);
  await checkpoints.append({ kind: 'head', chainId, ...end, at, reason: null });
  return seals;
}

/** The last seal that was signed, compared with what the chain says of it. */
export async function findSignedEnd(
  tx: Tx,
  checkpoints: Checkpoints,
  chainId: string,
): Promise<ChainEnd> {
  const { checkpoints: signed, faults } = await checkpoints.read();
  if (faults[0] !== undefined) throw contradicted(`${checkpoints.name}: ${faults[0]}`);
  const retired = await findLastRetirement(tx);
  const beginning = retired ?? { sealNumber: 0, digest: chainBeginning(chainId) };
  const last = signed.at(-1);
  if (last === undefined) return beginning;
  if (last.chainId !== chainId) {
    throw contradicted(`${checkpoints.name} is of another chain than the one in the database.`);
  }
  if (last.sealNumber <= beginning.sealNumber) return beginning;
  const digest = await findSealDigest(tx, last.sealNumber);
  if (digest !== last.digest) {
    throw contradicted(
      digest === undefined
        ? `Seal ${last.sealNumber}, which was signed, is missing.`
        : `Seal ${last.sealNumber} is not the one that was signed.`,
    );
  }
  return { sealNumber: last.sealNumber, digest };
}

function contradicted(message: string): AppError {
  return new AppError(CHAIN_CONTRADICTED, { message });
}
