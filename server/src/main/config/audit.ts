import { join, resolve } from 'node:path';
import { readSigningKeys } from '../../domains/audit/index.ts';
import type { Environment, Reader } from './reader.ts';

/** How the audit trail is kept. */
export interface AuditConfig {
  /** The key that checkpoints are signed with, and those of the past; in production always said. */
  readonly signingKey: string | undefined;
  /** Where checkpoints are appended; undefined where nothing is signed, which only tests do. */
  readonly checkpointFile: string | undefined;
  /** Where development keeps the key that it makes. */
  readonly signingKeyFile: string;
  /** After how many days entries are given up; undefined where they are kept for ever. */
  readonly retentionDays: number | undefined;
}

interface Reading {
  readonly environment: Environment;
  readonly faults: string[];
}

export function readAudit(read: Reader, { environment, faults }: Reading): { audit: AuditConfig } {
  const folder = join(resolve(read.text('DATA_DIR') ?? '.data'), 'audit');
  const said = read.text('AUDIT_CHECKPOINTS');
  // Many databases come and go under one folder while tests run, and none of them is of interest.
  const usual = environment === 'test' ? undefined : join(folder, 'checkpoints.jsonl');
  const retentionDays = read.integer('AUDIT_RETENTION_DAYS', {
    least: 0,
    most: 36_500,
    fallback: 0,
  });
  return {
    audit: {
      signingKey: readSigningKey(read, faults),
      checkpointFile: said === undefined ? usual : resolve(said),
      signingKeyFile: join(folder, 'signing-key'),
      retentionDays: retentionDays === 0 ? undefined : retentionDays,
    },
  };
}

function readSigningKey(read: Reader, faults: string[]): string | undefined {
  const text = read.secret('AUDIT_SIGNING_KEY');
  if (text === undefined) return undefined;
  try {
    readSigningKeys(text);
  } catch {
    // What exactly is wrong with a secret is not for a log.
    faults.push('AUDIT_SIGNING_KEY is no Ed25519 key such as `npm run cli -- audit key` makes.');
  }
  return text;
}
