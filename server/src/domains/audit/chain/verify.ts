import type { Database, Tx } from '../../../platform/database.ts';
import { parseCheckpoint } from '../checkpoints/checkpoint.ts';
import type { Checkpoints } from '../checkpoints/record.ts';
import { findLastRetirement } from '../retention/store.ts';
import { compareCheckpoints, findRecordFaults, type SealsToCompare } from './compare.ts';
import { chainBeginning } from './digest.ts';
import { walkSegment } from './segment.ts';
import { findChainId, type ChainEnd } from './store.ts';
import { findLooseEnds, seeOneState, type LooseEnds } from './store-loose.ts';
import type { Finding } from './walk.ts';

export interface VerifyOptions {
  readonly database: Database;
  /** Undefined where nothing is signed; then nothing but the chain itself can be looked at. */
  readonly checkpoints: Checkpoints | undefined;
  /** A seal that somebody noted elsewhere. */
  readonly noted?: ChainEnd;
  readonly onProgress?: (seals: number) => void;
}

export interface Verification {
  /** Every seal that was gone over. */
  readonly seals: number;
  readonly waiting: number;
  /** Up to where seals were given up by policy; 0 where none were. */
  readonly retiredThrough: number;
  readonly checkpoints: number;
  /** The last seal, to be noted elsewhere. */
  readonly head: ChainEnd;
  /** The first ones, by seal; empty where everything is as it was written. */
  readonly findings: readonly Finding[];
  readonly found: number;
}

/** Goes over all that is on record, as it was at one instant, and says what is not as written. */
export function verifyTrail(options: VerifyOptions): Promise<Verification> {
  return options.database.transaction(async (tx) => {
    await seeOneState(tx);
    return verifyIn(tx, options);
  });
}

async function verifyIn(
  tx: Tx,
  { checkpoints, noted, onProgress }: VerifyOptions,
): Promise<Verification> {
  const chainId = (await findChainId(tx)) ?? '';
  const record = (await checkpoints?.read()) ?? { checkpoints: [], faults: [] };
  const { start, findings } = await findStart(tx, checkpoints, chainId);
  const compared: SealsToCompare = compareCheckpoints({
    start,
    chainId,
    signed: record.checkpoints,
    ...(noted !== undefined && { noted }),
  });
  const walked = await walkSegment(tx, {
    start,
    onSeal: ({ sealNumber, entryId, digest }) => compared.see({ sealNumber, entryId, digest }),
    ...(onProgress !== undefined && { onProgress }),
  });
  const loose = await findLooseEnds(tx);
  const all = [
    ...findings,
    ...walked.findings,
    ...compared.findings(walked.findings),
    ...findRecordFaults(record, { isSigning: checkpoints !== undefined, seals: walked.seals }),
    ...looseFindings(loose),
  ];
  const position = ({ sealNumber }: Finding): number => sealNumber ?? Number.MAX_SAFE_INTEGER;
  return {
    seals: walked.seals,
    waiting: loose.waiting,
    retiredThrough: start.sealNumber,
    checkpoints: record.checkpoints.length,
    head: walked.end,
    findings: all.toSorted((a, b) => position(a) - position(b)),
    found: all.length + walked.found - walked.findings.length,
  };
}

interface Start {
  readonly start: ChainEnd;
  readonly findings: Finding[];
}

/** After what was given up, where a signature says that it was; else at the chain's beginning. */
async function findStart(
  tx: Tx,
  checkpoints: Checkpoints | undefined,
  chainId: string,
): Promise<Start> {
  const beginning = { sealNumber: 0, digest: chainBeginning(chainId) };
  const retired = await findLastRetirement(tx);
  if (retired === undefined) return { start: beginning, findings: [] };
  const { sealNumber, digest, checkpoint: line } = retired;
  const said = parseCheckpoint(line);
  const isMeant =
    said?.kind === 'retired' &&
    said.chainId === chainId &&
    said.sealNumber === sealNumber &&
    said.digest === digest;
  if (isMeant && (checkpoints === undefined || checkpoints.isSigned(line))) {
    return { start: { sealNumber, digest }, findings: [] };
  }
  const message = `That seals up to ${sealNumber} were given up by policy is not signed.`;
  const finding: Finding = { kind: 'checkpoint_wrong', sealNumber: 1, entryId: null, message };
  return { start: beginning, findings: [finding] };
}

function looseFindings({ unsealed, waitingWrong, personalOrphaned }: LooseEnds): Finding[] {
  const each = (
    kind: Finding['kind'],
    ids: readonly number[],
    message: (id: number) => string,
  ): Finding[] =>
    ids.map((entryId) => ({ kind, sealNumber: null, entryId, message: message(entryId) }));
  return [
    ...each('unsealed', unsealed, (id) => `Entry ${id} has no seal and does not wait for one.`),
    ...each(
      'waiting_wrong',
      waitingWrong,
      (id) => `Entry ${id} waits for a seal, but has one or is gone.`,
    ),
    ...each(
      'personal_orphaned',
      personalOrphaned,
      (id) => `What is kept about a person with entry ${id} has lost its entry or its key.`,
    ),
  ];
}
