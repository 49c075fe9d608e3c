import { hash } from 'node:crypto';
import type { SigningKeys } from './signing-keys.ts';

/**
 * A signed statement about the chain: that it reached a seal (`head`), that everything up to there
 * was given up by policy (`retired`), or that from there on it is another than before, as after a
 * backup was brought back (`restored`).
 */
export interface Checkpoint {
  readonly kind: 'head' | 'retired' | 'restored';
  readonly chainId: string;
  readonly sealNumber: number;
  readonly digest: string;
  /** When, as RFC 3339. */
  readonly at: string;
  readonly reason: string | null;
}

export interface SignedCheckpoint extends Checkpoint {
  readonly keyId: string;
  /** The digest of the line before it, so that no line can be taken out of the file. */
  readonly previous: string;
  readonly signature: string;
}

/** As a line of the file. */
export function writeCheckpoint(
  checkpoint: Checkpoint,
  { keys, previousLine }: { readonly keys: SigningKeys; readonly previousLine: string | undefined },
): string {
  const signed = {
    kind: checkpoint.kind,
    chain: checkpoint.chainId,
    seal: checkpoint.sealNumber,
    digest: checkpoint.digest,
    at: checkpoint.at,
    reason: checkpoint.reason,
    key: keys.keyId,
    previous: digestLine(previousLine),
  };
  return JSON.stringify({ ...signed, signature: keys.sign(JSON.stringify(signed)) });
}

export function digestLine(line: string | undefined): string {
  return line === undefined ? '' : hash('sha256', line, 'hex');
}

/** A line, or undefined where it is none, such as one that a crash cut off. */
export function parseCheckpoint(line: string): SignedCheckpoint | undefined {
  const fields = parseObject(line);
  const { kind, chain, seal, digest, at, reason, key, previous, signature } = fields ?? {};
  if (kind !== 'head' && kind !== 'retired' && kind !== 'restored') return undefined;
  if (typeof seal !== 'number' || !Number.isSafeInteger(seal)) return undefined;
  const texts = [chain, digest, at, key, previous, signature];
  if (!texts.every((text) => typeof text === 'string')) return undefined;
  return {
    kind,
    chainId: String(chain),
    sealNumber: seal,
    digest: String(digest),
    at: String(at),
    reason: typeof reason === 'string' ? reason : null,
    keyId: String(key),
    previous: String(previous),
    signature: String(signature),
  };
}

/** Whether one of the keys has signed exactly this line. */
export function isSigned(line: string, keys: SigningKeys): boolean {
  const fields = parseObject(line);
  if (fields === undefined) return false;
  const { signature, ...signed } = fields;
  return keys.verify(JSON.stringify(signed), {
    keyId: String(signed['key']),
    value: String(signature),
  });
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
