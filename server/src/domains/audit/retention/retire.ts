import { formatInstant, type Clock } from '@whisperforge/kernel/clock';
import type { Database } from '../../../platform/database.ts';
import { AppError } from '../../../platform/errors.ts';
import { appendAudit } from '../append.ts';
import { chainBeginning } from '../chain/digest.ts';
import { walkSegment } from '../chain/segment.ts';
import { awaitChain, findChainId } from '../chain/store.ts';
import type { Checkpoints } from '../checkpoints/record.ts';
import { findSignedEnd } from '../checkpoints/signer.ts';
import { CHAIN_CONTRADICTED } from '../errors.ts';
import {
  deleteRetired,
  findLastRetirement,
  findLastSealBefore,
  insertRetirement,
} from './store.ts';

export interface RetentionOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly checkpoints: Checkpoints;
  /** How long entries are kept. */
  readonly keptDays: number;
}

export interface Retention {
  /** Gives up what is older than that; answers how many seals went. */
  retire(signal: AbortSignal): Promise<number>;
}

const DAY_MS = 86_400_000;
const BATCH_SEALS = 1_000;
const MOST_BATCHES = 10_000;

/**
 * Gives up the oldest part of the trail: only what was signed, only where it still holds, and only
 * behind a signed checkpoint that takes its place. What a crash leaves is deleted the next time.
 */
export function createRetention(options: RetentionOptions): Retention {
  const { database } = options;
  return {
    async retire(signal) {
      await giveUp(options);
      const through = (await findLastRetirement(database))?.sealNumber ?? 0;
      let deleted = 0;
      for (let batch = 0; batch < MOST_BATCHES && !signal.aborted; batch += 1) {
        const limit = BATCH_SEALS;
        const seals = await database.transaction((tx) => deleteRetired(tx, { through, limit }));
        deleted += seals;
        if (seals < limit) break;
      }
      return deleted;
    },
  };
}

function giveUp({ database, clock, checkpoints, keptDays }: RetentionOptions): Promise<void> {
  return database.transaction(async (tx) => {
    const nowMs = clock.nowMs();
    await awaitChain(tx);
    const chainId = await findChainId(tx);
    if (chainId === undefined) return;
    const signed = await findSignedEnd(tx, checkpoints, chainId);
    const beforeMs = nowMs - keptDays * DAY_MS;
    const through = await findLastSealBefore(tx, { beforeMs, most: signed.sealNumber });
    const retired = await findLastRetirement(tx);
    const start = retired ?? { sealNumber: 0, digest: chainBeginning(chainId) };
    if (through === undefined || through <= start.sealNumber) return;
    const { end, seals, findings } = await walkSegment(tx, { start, through });
    const [first] = findings;
    // What was tampered with is evidence, and is not given up.
    if (first !== undefined) throw new AppError(CHAIN_CONTRADICTED, { message: first.message });
    const reason = `entries are kept for ${keptDays} days`;
    const checkpoint = await checkpoints.append({
      kind: 'retired',
      chainId,
      ...end,
      at: formatInstant(nowMs),
      reason,
    });
    await insertRetirement(tx, { ...end, checkpoint, nowMs });
    await appendAudit(tx, [
      {
        recordedMs: nowMs,
        actor: { kind: 'system', id: 'audit_retire' },
        action: 'audit.retired',
        subject: { kind: 'audit_seal', id: end.sealNumber },
        reason,
        after: { seals, through_seal: end.sealNumber },
      },
    ]);
  });
}
