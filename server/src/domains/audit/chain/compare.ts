import type { SignedCheckpoint } from '../checkpoints/checkpoint.ts';
import type { CheckpointRecord } from '../checkpoints/record.ts';
import type { ChainEnd } from './store.ts';
import type { Finding } from './walk.ts';

export interface SealsToCompare {
  /** To be told of every seal, in the chain's order. */
  see(seal: ChainEnd & { readonly entryId: number }): void;
  /**
   * To be asked at the chain's end, with what was found wrong along it: where that explains why a
   * signed seal is another, nothing more is said.
   */
  findings(found: readonly Finding[]): Finding[];
}

export interface ComparisonOptions {
  readonly start: ChainEnd;
  readonly chainId: string;
  readonly signed: readonly SignedCheckpoint[];
  readonly noted?: ChainEnd;
}

/**
 * Holds the chain against what was signed of it. A chain that was computed anew from some seal on
 * is sound in itself, but differs from the first checkpoint after that seal.
 */
export function compareCheckpoints(options: ComparisonOptions): SealsToCompare {
  const { start, chainId, signed, noted } = options;
  const foreign = signed.find((checkpoint) => checkpoint.chainId !== chainId);
  const points = [...signed, ...(noted === undefined ? [] : [noted])]
    .filter(({ sealNumber }) => sealNumber > start.sealNumber)
    .toSorted((a, b) => a.sealNumber - b.sealNumber);
  let differing: { readonly first: number; readonly signed: number } | undefined;
  let next = 0;
  let agreed = start.sealNumber;
  let suspect: number | null = null;
  let last = start.sealNumber;
  return {
    see({ sealNumber, entryId, digest }) {
      last = sealNumber;
      if (differing === undefined && sealNumber === agreed + 1) suspect = entryId;
      for (; (points[next]?.sealNumber ?? Infinity) <= sealNumber; next += 1) {
        const point = points[next]!;
        if (point.sealNumber < sealNumber) continue;
        if (point.digest === digest) agreed = sealNumber;
        else differing ??= { first: agreed + 1, signed: sealNumber };
      }
    },
    findings(found) {
      if (foreign !== undefined) {
        const message = `What was signed is of the chain ${foreign.chainId}, not of this one.`;
        return [{ kind: 'rewritten', sealNumber: start.sealNumber + 1, entryId: null, message }];
      }
      const furthest = points.at(-1)?.sealNumber ?? 0;
      const until = differing?.signed ?? 0;
      const isExplained = found.some(({ sealNumber }) => (sealNumber ?? Infinity) <= until);
      return [
        ...(differing === undefined || isExplained ? [] : [rewritten(differing, suspect)]),
        ...(furthest > last ? [truncated(last, furthest)] : []),
      ];
    },
  };
}

function rewritten(
  { first, signed }: { readonly first: number; readonly signed: number },
  entryId: number | null,
): Finding {
  const message =
    `Seal ${signed} is not the one that was signed: ` +
    (first === signed ? 'it was made anew.' : `from ${first} on, seals may have been made anew.`);
  return { kind: 'rewritten', sealNumber: first, entryId, message };
}

function truncated(last: number, furthest: number): Finding {
  const message = `The chain ends at seal ${last}, but seal ${furthest} was signed.`;
  return { kind: 'truncated', sealNumber: last + 1, entryId: null, message };
}

/** What is wrong with the signed record itself. */
export function findRecordFaults(
  record: CheckpointRecord,
  { isSigning, seals }: { readonly isSigning: boolean; readonly seals: number },
): Finding[] {
  const at = { sealNumber: null, entryId: null };
  const findings: Finding[] = record.faults.map((fault) => ({
    kind: 'checkpoint_wrong',
    ...at,
    message: `The checkpoints: ${fault}`,
  }));
  if (isSigning && seals > 0 && record.checkpoints.length === 0) {
    const message = 'There are seals, but no checkpoint: nothing proves that none were exchanged.';
    findings.push({ kind: 'checkpoint_missing', ...at, message });
  }
  return findings;
}
