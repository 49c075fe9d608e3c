import { hash } from 'node:crypto';

/** What a seal covers, each as the database writes it. */
export interface Sealing {
  readonly sealNumber: number;
  /** The instant in UTC, as Postgres writes a `timestamp`. */
  readonly sealedAt: string;
  /** The entry as `canonicalEntry` in `store.ts` writes it: every column, in a fixed order. */
  readonly entry: string;
}

/**
 * The digest of a seal: SHA-256 of the digest before it, the number, the instant and the entry.
 * Nothing else goes in, so that the chain can be checked with other tools than these.
 */
export function sealDigest(previous: string, sealing: Sealing): string {
  return hash(
    'sha256',
    `${previous}\n${sealing.sealNumber}\n${sealing.sealedAt}\n${sealing.entry}`,
    'hex',
  );
}

/** What the first seal follows. */
export function chainBeginning(chainId: string): string {
  return hash('sha256', `the audit chain ${chainId}`, 'hex');
}
