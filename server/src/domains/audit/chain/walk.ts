import { digestPersonal } from '../personal/cipher.ts';
import { sealDigest } from './digest.ts';
import type { ChainEnd, SealedRow } from './store.ts';

/** What is not as it was written, and where. */
export interface Finding {
  readonly kind:
    | 'seal_missing'
    | 'entry_missing'
    | 'digest_wrong'
    | 'personal_wrong'
    | 'rewritten'
    | 'truncated'
    | 'unsealed'
    | 'waiting_wrong'
    | 'personal_orphaned'
    | 'checkpoint_wrong'
    | 'checkpoint_missing';
  readonly sealNumber: number | null;
  readonly entryId: number | null;
  /** A whole sentence. */
  readonly message: string;
}

/** Goes along the chain seal by seal, each compared with the one before it. */
export interface Walk {
  /** Answers what is wrong with this seal, of which there may be several things. */
  step(row: SealedRow): Finding[];
  /** Where it has come to, by the digests that are stored. */
  end(): ChainEnd;
}

export function walkFrom(start: ChainEnd): Walk {
  let at = start;
  return {
    step(row) {
      const findings = findGap(at, row);
      const expected =
        row.entry === null
          ? undefined
          : sealDigest(at.digest, {
              sealNumber: row.sealNumber,
              sealedAt: row.sealedAt,
              entry: row.entry,
            });
      if (expected === undefined) findings.push(missingEntry(row));
      else if (expected !== row.digest) findings.push(wrongDigest(row));
      const personal = findPersonal(row);
      if (personal !== undefined) findings.push(personal);
      // From what is stored, so that one change is one finding and the next is found as well.
      at = { sealNumber: row.sealNumber, digest: row.digest };
      return findings;
    },
    end: () => at,
  };
}

function findGap(at: ChainEnd, { sealNumber }: SealedRow): Finding[] {
  const missing = at.sealNumber + 1;
  if (sealNumber === missing) return [];
  const last = sealNumber - 1;
  const which = last === missing ? `Seal ${missing} is` : `Seals ${missing} to ${last} are`;
  return [
    { kind: 'seal_missing', sealNumber: missing, entryId: null, message: `${which} missing.` },
  ];
}

function missingEntry({ sealNumber, entryId }: SealedRow): Finding {
  const message = `Entry ${entryId}, which seal ${sealNumber} stands for, is missing.`;
  return { kind: 'entry_missing', sealNumber, entryId, message };
}

function wrongDigest({ sealNumber, entryId }: SealedRow): Finding {
  const message =
    `Entry ${entryId} is not what seal ${sealNumber} was made of, ` +
    'or the seal was changed or stands elsewhere than it was put.';
  return { kind: 'digest_wrong', sealNumber, entryId, message };
}

function findPersonal(row: SealedRow): Finding | undefined {
  const { sealNumber, entryId, person, ciphertext } = row;
  // Of an entry that is gone it has been said already.
  if (row.entry === null) return undefined;
  const digest =
    person === null || ciphertext === null
      ? null
      : digestPersonal(ciphertext, person).toString('hex');
  if (digest === row.personalDigest) return undefined;
  const message = `What entry ${entryId} keeps about a person is not what was kept.`;
  return { kind: 'personal_wrong', sealNumber, entryId, message };
}
