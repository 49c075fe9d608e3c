import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { manualClock, type ManualClock } from '@whisperforge/kernel/clock';
import { openDatabase, type PostgresDatabase } from '../../adapters/postgres/index.ts';
import { useTestDatabase } from '../../../test/support/database.ts';
import {
  appendAudit,
  createCheckpoints,
  createSealer,
  createSigner,
  newSigningKey,
  openCheckpointFile,
  readSigningKeys,
  verifyTrail,
  type AuditEntry,
  type ChainEnd,
  type Checkpoints,
  type Sealer,
  type Signer,
  type SigningKeys,
  type Verification,
} from './index.ts';

export interface Trail {
  readonly url: string;
  readonly database: PostgresDatabase;
  readonly clock: ManualClock;
  readonly sealer: Sealer;
  readonly signer: Signer;
  readonly checkpoints: Checkpoints;
  readonly checkpointFile: string;
  readonly keys: SigningKeys;
  /** As whoever owns the database: no trigger and no rule stands in the way. */
  readonly attacker: pg.Client;
  readonly append: (entries: readonly AuditEntry[]) => Promise<void>;
  /** Seals everything and signs it. */
  readonly sealAll: () => Promise<void>;
  readonly verify: (noted?: ChainEnd) => Promise<Verification>;
}

export const TRAIL_STARTS_MS = Date.UTC(2026, 2, 10, 12);

/** An audit trail of its own, with a key and a file of checkpoints, for the tests of a file. */
export function useTrail(): () => Trail {
  const testDatabase = useTestDatabase();
  let trail: Trail | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'audit-trail-'));
  beforeAll(async () => {
    trail = await openTrail(testDatabase.url, join(folder, 'audit', 'checkpoints.jsonl'));
  });
  afterAll(async () => {
    await trail?.attacker.end();
    await trail?.database.close();
    rmSync(folder, { recursive: true });
  });
  return () => {
    if (trail === undefined) throw new Error('The trail exists only while tests run.');
    return trail;
  };
}

async function openTrail(url: string, checkpointFile: string): Promise<Trail> {
  const database = openDatabase({ url, schema: 'billing', applicationName: 'test' });
  const attacker = new pg.Client({ connectionString: url });
  await attacker.connect();
  await attacker.query('SET search_path TO billing; SET session_replication_role = replica');
  const clock = manualClock(TRAIL_STARTS_MS);
  const keys = readSigningKeys(newSigningKey());
  const checkpoints = createCheckpoints({ log: openCheckpointFile(checkpointFile), keys });
  const sealer = createSealer({ database, clock });
  const signer = createSigner({ database, clock, checkpoints });
  return {
    url,
    database,
    clock,
    sealer,
    signer,
    checkpoints,
    checkpointFile,
    keys,
    attacker,
    append: (entries) => database.transaction((tx) => appendAudit(tx, entries)),
    async sealAll() {
      while ((await sealer.seal()) > 0);
      while ((await signer.sign()) > 0);
    },
    verify(noted) {
      // With nothing remembered, as a process of its own.
      const fresh = createCheckpoints({ log: openCheckpointFile(checkpointFile), keys });
      return verifyTrail({ database, checkpoints: fresh, ...(noted && { noted }) });
    },
  };
}

/** The n-th entry of a trail, with something in every column but for those of persons. */
export function sampleEntry(n: number): AuditEntry {
  return {
    recordedMs: TRAIL_STARTS_MS + n,
    actor: { kind: 'staff', id: String(n % 3) },
    action: n % 2 === 0 ? 'access.boosted' : 'plan.published',
    subject: { kind: 'user', id: n },
    accountId: n,
    reason: `reason ${n}`,
    before: { limit: n },
    after: { limit: n + 1, note: 'größer' },
    requestId: `req_${n}`,
    address: `192.0.2.${n % 256}`,
  };
}
